/** Where a rollout stands, in one word: what the summary, the list of rollouts and the JSON status all go by. */
import { count, printable } from '../base/text.ts';
import type { StopReason } from '../rollout/event.ts';
import { inDoubtOf } from '../rollout/decide.ts';
import type { DeploymentState, Phase, RolloutState } from '../rollout/state.ts';
import { nameWave } from './sentences.ts';
import { describeTally, totalTally } from './tallies.ts';
import { currentWave } from './wave-groups.ts';

export type Situation =
  | { readonly kind: 'completed' }
  | {
      readonly kind: 'halted';
      readonly phase: Extract<Phase, { readonly kind: 'halted' | 'closed' }>;
      /** A runner is at work and watches the devices in flight. */
      readonly isWatched: boolean;
    }
  | { readonly kind: 'running' }
  /** These deployments may exist, and nobody knows. */
  | { readonly kind: 'in-doubt'; readonly deployments: readonly DeploymentState[] }
  | { readonly kind: 'interrupted'; readonly message: string }
  /** The API, the credentials or the record. */
  | { readonly kind: 'stopped'; readonly message: string }
  /** It was killed, or its machine went down. */
  | { readonly kind: 'runner-gone' }
  | { readonly kind: 'not-started' };

type Stop = { readonly why: StopReason; readonly message: string };

export type Standpoint = {
  /** Whether a runner is alive and holds the rollout. */
  readonly isHeld: boolean;
  /** How the latest run ended, where its record could not take that any more. */
  readonly stop?: Stop;
};

/** A rollout and whether somebody is at work on it. */
export type StatusEntry = Standpoint & { readonly state: RolloutState };

export function situationOf(state: RolloutState, { isHeld, stop }: Standpoint): Situation {
  const { phase, runner } = state;
  if (phase.kind === 'completed') return { kind: 'completed' };
  if (phase.kind === 'halted' || phase.kind === 'closed') {
    return { kind: 'halted', phase, isWatched: isHeld && phase.kind === 'halted' };
  }
  if (isHeld) return { kind: 'running' };
  const deployments = doubtfulOf(state);
  if (deployments.length > 0) return { kind: 'in-doubt', deployments };
  const ended = stop ?? runner?.stopped ?? null;
  if (ended !== null) {
    const { why, message } = ended;
    return why === 'interrupted' ? { kind: 'interrupted', message } : { kind: 'stopped', message };
  }
  return runner === null ? { kind: 'not-started' } : { kind: 'runner-gone' };
}

/**
 * Deployments in doubt while no runner is at work: those on record as such, and those that were announced by a runner
 * that ended before the answer. None where the plan says to post them again.
 */
function doubtfulOf(state: RolloutState): readonly DeploymentState[] {
  if (state.plan.whenInDoubt === 'post-again') return [];
  const announced = [...state.deployments.values()].filter(({ call }) => call.kind === 'intended');
  return [...inDoubtOf(state), ...announced];
}

/** `Rollout camera-2.14 has halted in wave berlin (2 of 3)`. */
export function describeSituation(state: RolloutState, situation: Situation): string {
  const name = `${state.simulated ? 'Simulated rollout' : 'Rollout'} ${state.plan.name}`;
  const at = nameCurrentWave(state);
  switch (situation.kind) {
    case 'completed':
      return `${name} has completed: ${describeTally(totalTally(state))}`;
    case 'halted':
      return `${name} has halted in ${at}`;
    case 'running':
      return `${name} is running: ${at}`;
    case 'in-doubt':
      return `${name} has stopped in ${at}: ${count(situation.deployments.length, 'deployment')} in doubt`;
    case 'interrupted':
      return `${name} was interrupted in ${at}`;
    case 'stopped':
      return `${name} has stopped in ${at}`;
    case 'runner-gone':
      return `${name} is without a runner in ${at}`;
    case 'not-started':
      return `${name} is on record and has not been started`;
  }
}

function nameCurrentWave({ waves }: RolloutState): string {
  const current = currentWave(waves);
  if (current === undefined) return 'no wave';
  return `${nameWave(current.wave.name)} (${current.index + 1} of ${waves.length})`;
}

/** For a cell of a table. */
export function situationWord(situation: Situation): string {
  switch (situation.kind) {
    case 'halted':
      return situation.isWatched ? 'halted, watched' : 'halted';
    case 'in-doubt':
      return 'in doubt';
    case 'runner-gone':
      return 'runner gone';
    case 'not-started':
      return 'not started';
    case 'completed':
    case 'running':
    case 'interrupted':
    case 'stopped':
      return situation.kind;
  }
}

export function describeStopMessage(message: string): string {
  return printable(message).replace(/\.$/, '');
}
