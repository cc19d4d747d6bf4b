/**
 * How every output shows the state of a rollout or a wave, a line each, and the exit code of a run in that state. The
 * sentences are in `situation.ts`.
 */
import { EXIT, OUTCOMES } from './outcomes.ts';
import type { RunOutcome } from './outcomes.ts';
import type { Situation } from './situation.ts';
import type { ColourName, Tone } from './tones.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import type { WaveState } from '../../rollout/state.ts';
import { enumerate, renderNumber } from '../../base/text.ts';
import { AWAITED } from '../../rollout/wait-reasons.ts';

type SituationFacts = {
  /** For a cell of a table. */
  readonly word: string;
  readonly tone: Tone;
  /** Of the word in the list of rollouts, where it is not that of the tone. */
  readonly colour?: ColourName;
  /** Of the rollout as a test case. */
  readonly verdict: 'passed' | 'failure' | 'skipped';
  /** How a run ends in this state; `null` while a runner is active. */
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
  if (!isWatched(situation)) return word;
  return situation.kind === 'paused'
    ? `pausing (${renderNumber(situation.inFlight)} in flight)`
    : `${word}, polling`;
}

/** How a run of it ends; `null` while a runner is active. */
function outcomeOf(situation: Situation): RunOutcome | null {
  return isWatched(situation) ? null : SITUATION_TABLE[situation.kind].outcome;
}

/** Halted or paused, and a runner polls the devices in flight. */
function isWatched(situation: Situation): boolean {
  return 'isWatched' in situation && situation.isWatched;
}

/** What the live view draws in front of a wave. */
export type LiveMark = 'passed' | 'halted' | 'running';

type PhaseFacts = {
  /** For a cell of a table. */
  readonly word: string;
  readonly colour: ColourName;
  /** `null` where there is no mark; the whole line is dim then. */
  readonly live: { readonly mark: LiveMark; readonly colour: ColourName } | null;
  /** The device status that the HTML report shows it like. */
  readonly deviceStatus: DeviceStatus;
  /** The name of its sign there. */
  readonly sign: string;
};

const AT_WORK = {
  colour: 'yellow',
  live: { mark: 'running', colour: 'cyan' },
  deviceStatus: 'processing',
  sign: 'processing',
} as const;

export const WAVE_PHASES: Readonly<Record<WaveState['phase'], PhaseFacts>> = {
  waiting: { word: 'not started', colour: 'dim', live: null, deviceStatus: 'waiting', sign: 'waiting' },
  running: { word: 'running', ...AT_WORK },
  soaking: { word: 'soaking', ...AT_WORK },
  soaked: { word: 'soaked', ...AT_WORK },
  passed: {
    word: 'passed',
    colour: 'green',
    live: { mark: 'passed', colour: 'green' },
    deviceStatus: 'success',
    sign: 'success',
  },
  halted: {
    word: 'halted',
    colour: 'red',
    live: { mark: 'halted', colour: 'red' },
    deviceStatus: 'failed',
    sign: 'halt',
  },
};

export type ExitMeaning = { readonly code: number; readonly meaning: string };

/** Everything that a rollout can wait for, except a resume. */
export const WAITS_FOR = `The rollout waits for ${enumerate(Object.values(AWAITED), 'or')}.`;

/** Every cause of exit code 3, of any command. A test checks that the README has these sentences too. */
export const CAUSES_OF_UNFINISHED = [
  WAITS_FOR,
  'It is paused, a command was interrupted, or the confirmation was declined.',
  'An order is pending: no runner has processed it yet.',
  '`follow-up` found devices that are still open.',
].join(' ');

/** What the code means for the person who started the run; `null` while a runner is active. */
export function exitMeaningOf(situation: Situation): ExitMeaning | null {
  const outcome = outcomeOf(situation);
  return outcome === null ? null : { code: EXIT[outcome], meaning: OUTCOMES[outcome].meaning };
}
