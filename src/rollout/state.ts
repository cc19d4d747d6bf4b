/** A rollout as its events tell it. Every value is read-only; `apply.ts` makes the next one. */
import type { DeploymentId, PlanDigest, Serial, WaveName, DeploymentKey } from '../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import type { Tally } from './device-status.ts';
import type { PlanFile, Rules, RunnerIdentity, StopReason } from './event.ts';
import type { FailureRecord } from './failure.ts';
import type { NotFound, WordBook } from './last-word.ts';
import type { OrderKind, OrderRecord, RollbackScope } from './order.ts';
import type { SerialIndex } from './serial-index.ts';
import type { CommandResult, HookRecord, HaltCause } from './halt-cause.ts';

export type Connections = {
  readonly at: number;
  readonly offline: ReadonlySet<Serial>;
  readonly unlisted: ReadonlySet<Serial>;
  /** That a device is not listed tells nothing of it where the list was not whole. */
  readonly isWhole: boolean;
};

export type RolloutState = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  readonly simulated: boolean;
  readonly rules: Rules;
  /** Of the plan that was given when it was changed the last time, where waves that had begun kept something else. */
  readonly givenDigest: PlanDigest | null;
  /** Where the plan was read from the last time; `null` where that is not on record. */
  readonly planFile: PlanFile | null;
  readonly startedAt: number;
  /** When its last event happened, and that event's number. */
  readonly updatedAt: number;
  readonly seq: number;
  readonly phase: Phase;
  /** In the plan's order, all of them. */
  readonly waves: readonly WaveState[];
  /** By key, in the order in which they were first intended. */
  readonly deployments: ReadonlyMap<DeploymentKey, DeploymentState>;
  /** Who has paused it, or `null`. Nothing is posted meanwhile; what is in flight is followed. */
  readonly pause: OrderRecord | null;
  /** The abort order, or `null`. */
  readonly abort: OrderRecord | null;
  /** Its rollback, or `null`. A rolled-back rollout cannot continue. */
  readonly rollback: {
    readonly only: RollbackScope;
    /** `null` where the plan wanted it. */
    readonly order: OrderRecord | null;
    readonly at: number;
    readonly rules: Rules;
  } | null;
  /** Counted from 1; a new one begins whenever it goes on after a halt or a pause: what is to be done is decided anew. */
  readonly round: number;
  /** Those that have been started, by their key. */
  readonly hooks: ReadonlyMap<HookKey, HookState>;
  /** Waves that were approved, each for the plan with that digest. */
  readonly approvals: ReadonlyMap<WaveName, Approval>;
  /** What became of each order, by its id, in the order in which they arrived. */
  readonly orders: ReadonlyMap<string, AnsweredOrder>;
  /** The latest answer to which devices are online; `null` before the first. */
  readonly connections: Connections | null;
  /** The latest runner, and how it ended; `stopped` is `null` while it runs, and after it was killed. */
  readonly runner: {
    readonly identity: RunnerIdentity;
    readonly startedAt: number;
    readonly stopped: { readonly at: number; readonly why: StopReason; readonly message: string } | null;
  } | null;
};

/** Tells the hooks of a rollout apart: see `hooks.ts`. */
export type HookKey = string;

export type Approval = { readonly order: OrderRecord; readonly digest: PlanDigest };

export type AnsweredOrder = {
  readonly kind: OrderKind;
  /** The wave that it approves or retries; `null` for what is about no wave, and for what was not obeyed. */
  readonly wave: WaveName | null;
  readonly order: OrderRecord;
  /** When it was processed. */
  readonly at: number;
  /** Why it was refused, as a sentence; `null` if it was accepted. */
  readonly refusal: string | null;
};

/**
 *     running ──(last wave passed)──▶ completed
 *      │   ▲
 *      │   └────(resumed, retried)─────┬──────────────────────────────────────────┐
 *      └──(judged, refused, aborted)──▶ halted ──(grace over, nothing in flight)──▶ closed
 *                                        ▲                                          │
 *                                        └────────(a deployment was adopted)────────┘
 */
export type Phase =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'halted';
      readonly at: number;
      readonly wave: WaveName;
      readonly cause: HaltCause;
      /** What is in flight is watched for the grace time from here: the halt, or a deployment that was adopted after it. */
      readonly watchedFrom: number;
    }
  | {
      readonly kind: 'closed';
      readonly at: number;
      readonly wave: WaveName;
      readonly cause: HaltCause;
      readonly haltedAt: number;
      readonly unfinished: number;
    }
  | { readonly kind: 'completed'; readonly at: number };

/**
 *     waiting ──(started)──▶ running ──(judged)──▶ soaking ──(soak over, asked again)──▶ soaked ──▶ passed
 *                               └───(judged, and nothing to soak)──────────────────────────────────▲
 *
 * Any of them but the last may become `halted`, and goes on from `running` where it was started.
 */
export type WavePhase = 'waiting' | 'running' | 'soaking' | 'soaked' | 'passed' | 'halted';

export type WaveState = {
  readonly wave: Wave;
  readonly index: number;
  readonly phase: WavePhase;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When its soak is over; `null` before it has begun. */
  readonly soakUntil: number | null;
  /** One for each gate of the wave. */
  readonly gates: readonly GateState[];
  /** How its devices are posted: as planned, and after them those of each retry. */
  readonly batches: readonly (readonly Serial[])[];
  /** Of all its devices, by the latest attempt at each; they add up to the wave's size. */
  readonly tally: Tally;
  /** Of the failures in the tally, those that an operator has acknowledged by resuming: they halt nothing any more. */
  readonly acknowledged: Tally;
  /** Devices that have failed since it had passed; without those that were acknowledged, or are deployed to again. */
  readonly reverted: number;
  /** Its limits became stricter after it had passed: it is judged by them again. */
  readonly isLimitStricter: boolean;
  /** The waves before it were asked about again since its devices ended. */
  readonly isEarlierChecked: boolean;
};

export type GateState = {
  /** How often it was tried since it was last begun. */
  readonly attempts: number;
  readonly endedAt: number | null;
  /** Of the latest attempt; `null` before the first. */
  readonly result: CommandResult | null;
  /** Its failure was acknowledged by resuming: it counts as passed. */
  readonly isAcknowledged: boolean;
};

export type HookState = HookRecord & {
  /** `null` while it is under way, or was when its runner ended. */
  readonly result: CommandResult | null;
  readonly isAcknowledged: boolean;
};

export type DeploymentState = {
  readonly key: DeploymentKey;
  readonly wave: WaveName;
  readonly batch: number;
  readonly attempt: number;
  readonly devices: readonly Serial[];
  /** Of `devices`. */
  readonly index: SerialIndex;
  readonly intendedAt: number;
  /** When its request was signed, by the API's clock, and under which hold it is sent; `null` where that is not on record. */
  readonly signedAt: number | null;
  readonly sender: string | null;
  /** Which devices were online when that was last asked before it was intended; `null` where it was not. */
  readonly connections: Connections | null;
  readonly call: DeploymentCall;
  /** By index, the number of the device status in `DEVICE_STATUSES`. */
  readonly deviceStatuses: Uint8Array;
  /** By index, 1 for a device that a retry deploys to again: what this attempt did to it is history. */
  readonly superseded: Uint8Array;
  /** By index, 1 for a device whose failure was acknowledged. */
  readonly acknowledged: Uint8Array;
  /** By index, 1 for a device that has failed since its wave had passed. */
  readonly reverted: Uint8Array;
  readonly tally: Tally;
  readonly rejections: ReadonlyMap<Serial, string>;
  /** What the API said of devices after they had timed out, or had been deployed to again; never changes a judgement. */
  readonly lateOutcomes: ReadonlyMap<Serial, 'success' | 'failed'>;
  /** What the latest list said of devices, where that is not their device status. */
  readonly lastWords: WordBook;
  /** The API's answer that it knows no such deployment; `null` unless that was its latest. */
  readonly notFound: NotFound | null;
  /** When it was asked about once more after the rollout had finished, and whether the API still knew it; `null` before. */
  readonly followedUp: { readonly at: number; readonly answer: 'listed' | 'not-found' } | null;
  /** Devices that were left open, and that a person has closed. */
  readonly closed: ReadonlySet<Serial>;
};

/** What is known of the POST. Only `accepted` has devices in flight. */
export type DeploymentCall =
  | { readonly kind: 'intended' }
  | { readonly kind: 'not-made'; readonly failure: FailureRecord }
  /** Halts, unless it is acknowledged: then its devices are posted anew. */
  | { readonly kind: 'refused'; readonly failure: FailureRecord; readonly isAcknowledged: boolean }
  | { readonly kind: 'doubted'; readonly failure: FailureRecord; readonly isSenderGone: boolean }
  | {
      readonly kind: 'accepted';
      readonly deploymentId: DeploymentId;
      readonly requestId: string | null;
      /** For an adopted one, when it was intended: nothing tells it more exactly. */
      readonly acceptedAt: number;
      /** `acceptedAt` plus the wave's timeout. */
      readonly deadlineAt: number;
      readonly unreadable: string | null;
    };

/** Whether nothing is left to do: it has completed, or halted and been watched to its end. */
export function isFinished({ phase }: RolloutState): boolean {
  return phase.kind === 'completed' || phase.kind === 'closed';
}

/** Whether it is finished, or may have been until a deployment was adopted: others may be at its devices since. */
export function hasBeenFinished(state: RolloutState): boolean {
  const { phase } = state;
  return isFinished(state) || (phase.kind === 'halted' && phase.watchedFrom !== phase.at);
}
