/** How a run ended: in full, and as the word that says who has to act. */
import type { Holder, JournalProblem } from '../journal/journal.ts';
import type { Refusal } from '../rollout/entry.ts';
import type { Neighbour } from '../rollout/neighbours.ts';
import type { OpenDeployments } from '../rollout/open-devices.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { RunResult } from '../runner/run-rollout.ts';
import type { StartBar } from './start-bar.ts';

export type RunEnd =
  | { readonly kind: 'ran'; readonly result: RunResult }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'neighbours'; readonly neighbours: readonly Neighbour[] }
  | { readonly kind: 'not-started'; readonly bar: StartBar }
  | { readonly kind: 'open-deployments'; readonly open: readonly OpenDeployments[] }
  /** `isStopped`: it was waited for until the run was to end. */
  | { readonly kind: 'held'; readonly holder: Holder | null; readonly isStopped: boolean }
  | JournalProblem;

/** `refused`: the plan, or what was asked for, does not go with what is on record. */
export type Upshot = 'completed' | 'halted' | 'refused' | 'unfinished' | 'environment' | 'held' | 'in-doubt';

/** The code that a process ends with. */
export const EXIT_OF = {
  completed: 0,
  halted: 1,
  refused: 2,
  unfinished: 3,
  environment: 4,
  held: 5,
  'in-doubt': 6,
} as const satisfies Readonly<Record<Upshot, number>>;

export function upshotOf(end: RunEnd): Upshot {
  switch (end.kind) {
    case 'ran':
      return upshotOfRun(end.result);
    case 'refused':
      return end.refusal.kind === 'finished' ? upshotOfFinished(end.refusal.state) : 'refused';
    case 'neighbours':
    case 'not-started':
    case 'open-deployments':
      return 'refused';
    case 'held':
      return end.isStopped ? 'unfinished' : 'held';
    case 'problem':
      return end.problem === 'lost' ? 'held' : 'environment';
  }
}

function upshotOfFinished({ phase }: RolloutState): Upshot {
  return phase.kind === 'completed' ? 'completed' : 'halted';
}

function upshotOfRun({ state, cause }: RunResult): Upshot {
  switch (cause.why) {
    case 'completed':
    case 'halted':
    case 'in-doubt':
      return cause.why;
    case 'paused':
    case 'waiting':
      return 'unfinished';
    case 'lost':
      return 'held';
    // A rollout that has halted stays so, whatever ended the watch over what was in flight.
    case 'interrupted':
      return hasHalted(state) ? 'halted' : 'unfinished';
    case 'environment':
      return hasHalted(state) && cause.isRecorded ? 'halted' : 'environment';
  }
}

function hasHalted({ phase }: RolloutState): boolean {
  return phase.kind === 'halted' || phase.kind === 'closed';
}
