/** How every output shows where a rollout stands, a line a situation. The sentences about it are in `situation.ts`. */
import type { RunOutcome } from './outcomes.ts';
import type { Situation } from './situation.ts';
import type { ColourName, Tone } from './tones.ts';

type SituationFacts = {
  /** For a cell of a table. */
  readonly word: string;
  readonly tone: Tone;
  /** Of the word in the list of rollouts, where it is not that of the tone. */
  readonly colour?: ColourName;
  /** Of the rollout as a test case. */
  readonly verdict: 'passed' | 'failure' | 'skipped';
  /** With which a run ends there; `null` where a runner is at work. */
  readonly outcome: RunOutcome | null;
};

export const SITUATION_TABLE: Readonly<Record<Situation['kind'], SituationFacts>> = {
  completed: { word: 'completed', tone: 'good', verdict: 'passed', outcome: 'completed' },
  halted: { word: 'halted', tone: 'bad', verdict: 'failure', outcome: 'halted' },
  aborted: { word: 'aborted', tone: 'bad', verdict: 'failure', outcome: 'halted' },
  lost: { word: 'lost', tone: 'bad', verdict: 'skipped', outcome: 'held' },
  'in-doubt': { word: 'in doubt', tone: 'bad', verdict: 'failure', outcome: 'in-doubt' },
  stopped: { word: 'stopped', tone: 'bad', verdict: 'skipped', outcome: 'environment' },
  running: { word: 'running', tone: 'attention', colour: 'cyan', verdict: 'skipped', outcome: null },
  paused: { word: 'paused', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
  ready: { word: 'ready', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
  interrupted: { word: 'interrupted', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
  waiting: { word: 'waiting', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
  'runner-gone': { word: 'runner gone', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
  'not-started': { word: 'not started', tone: 'attention', verdict: 'skipped', outcome: 'unfinished' },
};

/** For a cell of a table. */
export function situationWord(situation: Situation): string {
  const { word } = SITUATION_TABLE[situation.kind];
  return isWatched(situation) ? `${word}, watched` : word;
}

/** How a run of it ends; `null` while a runner is at work. */
export function outcomeOf(situation: Situation): RunOutcome | null {
  return isWatched(situation) ? null : SITUATION_TABLE[situation.kind].outcome;
}

/** Halted or paused, and a runner polls the devices in flight. */
function isWatched(situation: Situation): boolean {
  return 'isWatched' in situation && situation.isWatched;
}
