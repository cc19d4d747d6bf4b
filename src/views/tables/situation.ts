/** The state of a rollout in one word: the base of the summary, the list of rollouts and the JSON status. */
import { count } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import { decide } from '../../rollout/decide.ts';
import { needsApproval } from '../../rollout/start-conditions.ts';
import type { LockOwner, StopReason } from '../../rollout/event.ts';
import { inDoubtOf } from '../../rollout/in-doubt.ts';
import type { Order, OrderRecord } from '../../rollout/order.ts';
import type { AnsweredOrder, Approval, DeploymentState, Phase, RolloutState } from '../../rollout/state.ts';
import { nameWave } from '../wording/phrases.ts';
import { describeTotal } from '../wording/sentences.ts';
import { totalTally } from '../summary/tallies.ts';
import { currentWave } from '../status/wave-groups.ts';

export type Situation =
  | { readonly kind: 'completed' }
  | {
      readonly kind: 'halted';
      readonly phase: HaltedPhase;
      /** A runner is active and polls the devices in flight. */
      readonly isWatched: boolean;
    }
  | {
      readonly kind: 'aborted';
      readonly abort: OrderRecord;
      readonly phase: HaltedPhase;
      readonly isWatched: boolean;
    }
  /** This run no longer holds the lock; another run may hold it. */
  | { readonly kind: 'lost'; readonly message: string }
  /** `isWatched`: a runner is active and polls the devices that are still in flight. */
  | {
      readonly kind: 'paused';
      readonly pause: OrderRecord;
      readonly inFlight: number;
      readonly isWatched: boolean;
    }
  | { readonly kind: 'running' }
  /** These deployments may or may not exist. */
  | { readonly kind: 'in-doubt'; readonly deployments: readonly DeploymentState[] }
  /** This order came after the latest run and allows another one. */
  | { readonly kind: 'ready'; readonly by: AnsweredOrder }
  | { readonly kind: 'interrupted'; readonly message: string }
  | { readonly kind: 'waiting'; readonly message: string; readonly need: Need }
  /** The API, the credentials or the record. */
  | { readonly kind: 'stopped'; readonly message: string }
  /** It was killed, or its machine went down. */
  | { readonly kind: 'runner-gone' }
  | { readonly kind: 'not-started' };

/** What a rollout waits for: an approval, a point in time, or devices to come online. */
export type Need =
  | { readonly kind: 'approval'; readonly wave: WaveName; readonly lapsed: Approval | null }
  /** `approval`: the wave that will also need approval, which can be given before. */
  | { readonly kind: 'time'; readonly approval: WaveName | null }
  | { readonly kind: 'devices' };

export type HaltedPhase = Extract<Phase, { readonly kind: 'halted' | 'closed' }>;

export type StatusContext = {
  /** Whether a runner is alive and holds the lock. */
  readonly isHeld: boolean;
  /** Who that is, if known. */
  readonly holder?: LockOwner | null;
  /** Given but not processed yet, the oldest first; none unless given. */
  readonly orders?: readonly Order[];
  /** How the latest run ended, if it could not record that; `lost`: it lost its lock. */
  readonly stop?: { readonly why: StopReason | 'lost'; readonly message: string };
};

/** A rollout and whether a runner is active. */
export type StatusEntry = Omit<StatusContext, 'stop'> & { readonly state: RolloutState };

export function situationOf(state: RolloutState, { isHeld, stop }: StatusContext): Situation {
  const { phase, pause, runner } = state;
  if (phase.kind === 'completed') return { kind: 'completed' };
  // What this run knows may be out of date, so no other state can be claimed.
  if (stop?.why === 'lost') return { kind: 'lost', message: stop.message };
  if (phase.kind === 'halted' || phase.kind === 'closed') return haltedSituation(phase, state, isHeld);
  const inFlight = inFlightOf(totalTally(state));
  if (isHeld && pause === null) return { kind: 'running' };
  const deployments = doubtfulOf(state, isHeld);
  if (deployments.length > 0 && !isHeld) return { kind: 'in-doubt', deployments };
  if (pause !== null) return { kind: 'paused', pause, inFlight, isWatched: isHeld && inFlight > 0 };
  const ended = stop ?? runner?.stopped ?? null;
  const by = stop === undefined ? orderSince(state) : null;
  if (by !== null) return { kind: 'ready', by };
  if (ended !== null) return endedSituation(ended, state);
  return runner === null ? { kind: 'not-started' } : { kind: 'runner-gone' };
}

function endedSituation(
  { why, message }: NonNullable<StatusContext['stop']>,
  state: RolloutState,
): Situation {
  switch (why) {
    case 'waiting':
      return { kind: 'waiting', message, need: needOf(state) };
    case 'interrupted':
      return { kind: 'interrupted', message };
    case 'environment':
    case 'in-doubt':
    case 'paused':
    case 'halted':
    case 'completed':
    case 'lost':
      return { kind: 'stopped', message };
  }
}

/** From what the run would have done next. */
function needOf(state: RolloutState): Need {
  const decision = decide(state, state.updatedAt);
  switch (decision.kind) {
    case 'approval': {
      const wave = decision.wave.wave.name;
      return { kind: 'approval', wave, lapsed: state.approvals.get(wave) ?? null };
    }
    case 'deploy':
      return { kind: 'devices' };
    case 'wait': {
      const { wave } = decision;
      const isWanted = wave.phase === 'waiting' && needsApproval(state, wave);
      return { kind: 'time', approval: isWanted ? wave.wave.name : null };
    }
    case 'record':
    case 'look-again':
    case 'watch':
    case 'hook':
    case 'gate':
    case 'paused':
    case 'in-doubt':
    case 'end':
      return { kind: 'time', approval: null };
  }
}

/** The wave that waits only for approval, or `null`. */
export function approvalOf(state: RolloutState): WaveName | null {
  const need = needOf(state);
  return need.kind === 'approval' ? need.wave : null;
}

function haltedSituation(phase: HaltedPhase, { abort }: RolloutState, isHeld: boolean): Situation {
  const isWatched = isHeld && phase.kind === 'halted';
  return abort === null ? { kind: 'halted', phase, isWatched } : { kind: 'aborted', abort, phase, isWatched };
}

/** The order that was accepted after the latest run and continues the rollout, or `null`. */
function orderSince({ orders, runner, updatedAt }: RolloutState): AnsweredOrder | null {
  if (runner === null) return null;
  // A killed runner recorded no stop: the last event on record shows whether an order came after it.
  const since = runner.stopped?.at ?? updatedAt;
  return (
    [...orders.values()].findLast(
      ({ kind, at, refusal }) =>
        refusal === null &&
        at >= since &&
        (kind === 'resume' || kind === 'retry' || kind === 'approve' || kind === 'settle'),
    ) ?? null
  );
}

/**
 * Deployments in doubt: those on record as such and, while no runner is active, those that a runner recorded
 * before it ended without an answer. None if the plan says to post them again.
 */
export function doubtfulOf(state: RolloutState, isHeld: boolean): readonly DeploymentState[] {
  if (isHeld || state.plan.whenInDoubt === 'post-again') return inDoubtOf(state);
  const announced = [...state.deployments.values()].filter(({ call }) => call.kind === 'intended');
  return [...inDoubtOf(state), ...announced];
}

/** `Rollout camera-2.14 halted in wave berlin (2 of 3)`. */
export function describeSituation(state: RolloutState, situation: Situation): string {
  const name = `${state.simulated ? 'Simulated rollout' : 'Rollout'} ${state.plan.name}`;
  const at = nameCurrentWave(state);
  switch (situation.kind) {
    case 'completed':
      return `${name} completed: ${describeTotal(state)}`;
    case 'halted':
      return `${name} halted in ${at}`;
    case 'aborted':
      return `${name} was aborted in ${at}`;
    case 'lost':
      return `This run lost the lock of ${state.simulated ? 'simulated rollout' : 'rollout'} ${state.plan.name} in ${at}`;
    case 'paused':
      return `${name} is paused in ${at}`;
    case 'running':
      return `${name} is running: ${at}`;
    case 'in-doubt':
      return `${name} stopped in ${at}: ${count(situation.deployments.length, 'deployment')} in doubt`;
    case 'ready':
      return `${name} is ready to run again in ${at}`;
    case 'interrupted':
      return `${name} was interrupted in ${at}`;
    case 'waiting':
      return situation.need.kind === 'approval'
        ? `${name} waits for approval of ${at}`
        : `${name} waits in ${at}`;
    case 'stopped':
      return `${name} stopped in ${at}`;
    case 'runner-gone':
      return `${name} has no runner in ${at}`;
    case 'not-started':
      return `${name} is recorded but not started`;
  }
}

function nameCurrentWave({ waves }: RolloutState): string {
  const current = currentWave(waves);
  if (current === undefined) return 'no wave';
  return `${nameWave(current.wave.name)} (${current.index + 1} of ${waves.length})`;
}
