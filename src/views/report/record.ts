/**
 * What a rollout's journal tells, whole: where everything stands (`state`), and besides, when and how it came there. It is
 * what every format of `breakwater report` is made from. Points in time are epoch milliseconds.
 *
 * Devices are columns of their deployment, as in `DeploymentState`: a record of a million of them is a few arrays.
 * `devices.ts` gives them one by one.
 */
import type { DeploymentId, PlanDigest, Serial, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { RolloutEvent, RunnerIdentity, StopReason } from '../../rollout/event.ts';
import type { FailureRecord } from '../../rollout/failure.ts';
import type { Judgement } from '../../rollout/judge.ts';
import type { OrderKind, OrderRecord, Settlement } from '../../rollout/order.ts';
import type { DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import type { StatusEntry } from '../tables/situation.ts';
import type { CommandResult, HookRecord, HaltCause } from '../../rollout/halt-cause.ts';

export type RolloutRecord = {
  /** The plan, the phase, the tallies, the orders. */
  readonly state: RolloutState;
  /** When it completed, or was no longer watched after a halt; `null` while it is neither. */
  readonly endedAt: number | null;
  /** In the order in which they came. */
  readonly runners: readonly RunnerSpan[];
  readonly planChanges: readonly PlanChange[];
  readonly halts: readonly HaltSpan[];
  readonly pauses: readonly PauseSpan[];
  /** In the plan's order, all of them. */
  readonly waves: readonly WaveRecord[];
  /** By key, in the order in which they were first intended. */
  readonly deployments: ReadonlyMap<DeploymentKey, DeploymentRecord>;
  readonly hooks: readonly HookRun[];
  /** What happened to the rollout and its waves; of single deployments only what went wrong. */
  readonly timeline: readonly TimelineEntry[];
};

/** From `from` to `to`, which is `null` while it lasts. */
export type Span = { readonly from: number; readonly to: number | null };

export type RunnerSpan = {
  readonly identity: RunnerIdentity;
  /** Of Breakwater. */
  readonly version: string;
  readonly startedAt: number;
  /** When the last event of its time happened that was no order's. */
  readonly seenAt: number;
  /** `null` while it runs, and for one that was killed. */
  readonly stopped: { readonly at: number; readonly why: StopReason; readonly message: string } | null;
};

export type PlanChange = {
  readonly at: number;
  readonly digest: PlanDigest;
  /** A phrase each. */
  readonly changes: readonly string[];
};

export type HaltSpan = {
  readonly at: number;
  readonly wave: WaveName;
  readonly cause: HaltCause;
  /** Why, with its numbers, as a sentence. */
  readonly message: string;
  /** When devices in flight were no longer watched, and how many had not ended; `null` while they are. */
  readonly closed: { readonly at: number; readonly unfinished: number } | null;
  /** The order by which it went on, or `null`. */
  readonly wentOn: GivenOrder | null;
};

export type PauseSpan = {
  readonly at: number;
  readonly order: OrderRecord;
  /** The order by which it ended, or `null`. */
  readonly ended: GivenOrder | null;
};

/** `at`: when it was processed. */
export type GivenOrder = { readonly at: number; readonly kind: OrderKind; readonly order: OrderRecord };

export type WaveRecord = {
  /** Its plan, its phase and tally, when it started and ended. */
  readonly state: WaveState;
  /** Failures and limits as counts, as it would be judged now. */
  readonly judgement: Judgement;
  /** When it was its turn: the wave before it had passed. `null` before that. */
  readonly readyAt: number | null;
  /** When its first and its last deployment were intended. */
  readonly posts: { readonly first: number; readonly last: number } | null;
  /** When the last of its devices had ended; `null` while one has not. */
  readonly devicesEndedAt: number | null;
  /** What it waited for before its devices could be posted, in order. */
  readonly waits: readonly Wait[];
  readonly approvals: readonly (GivenOrder & { readonly digest: PlanDigest })[];
  readonly soaks: readonly Soak[];
  /** Each attempt at each of its gates, in order. */
  readonly gates: readonly GateRun[];
};

export type Wait = Span & { readonly why: 'window' | 'approval' };

/** `until`: when it is over by the plan; `to`: when its devices had been looked at again, or it was cut short. */
export type Soak = Span & { readonly until: number };

export type GateRun = Span & {
  /** Counted from 1, as the attempts are. */
  readonly gate: number;
  readonly name: string;
  readonly attempt: number;
  readonly result: CommandResult;
};

/** `result` is `null` while it is under way, or was when its runner ended. */
export type HookRun = Span & { readonly hook: HookRecord; readonly result: CommandResult | null };

export type DeploymentRecord = {
  /** Its devices and their device statuses, by index. */
  readonly state: DeploymentState;
  /** What became of its POST, step by step. */
  readonly calls: readonly CallStep[];
  /** When the last of its devices had ended; `null` while one is in flight, and where it was never accepted. */
  readonly endedAt: number | null;
  /** By index, when the device was first listed as processing; 0 for never. */
  readonly processingAt: Float64Array;
  /** By index, when it came into the outcome in which it is; 0 for an open one. */
  readonly bucketAt: Float64Array;
  /** When an outcome came that no longer counted. */
  readonly lateAt: ReadonlyMap<Serial, number>;
};

export type CallStep =
  | { readonly kind: 'intended'; readonly at: number }
  | {
      readonly kind: 'not-made' | 'refused' | 'doubted';
      readonly at: number;
      readonly failure: FailureRecord;
    }
  | {
      readonly kind: 'accepted';
      readonly at: number;
      readonly deploymentId: DeploymentId;
      readonly requestId: string | null;
    }
  | {
      readonly kind: 'settled';
      readonly at: number;
      readonly order: OrderRecord;
      readonly settlement: Settlement;
    };

export type TimelineEntry = {
  readonly seq: number;
  readonly at: number;
  readonly type: RolloutEvent['type'];
  readonly wave: WaveName | null;
  readonly deployment: DeploymentKey | null;
  /** One line, safe to print. */
  readonly text: string;
};

/** A record for a report, with whether a runner is active and the pending orders. */
export type ReportEntry = Omit<StatusEntry, 'state'> & { readonly record: RolloutRecord };
