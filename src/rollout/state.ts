/** A rollout as its events tell it. Every value is read-only; `apply.ts` makes the next one. */
import type { DeploymentId, PlanDigest, Serial, WaveName } from '../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import type { Tally } from './bucket.ts';
import type { DeploymentKey, HaltCause, RunnerIdentity, StopReason } from './event.ts';
import type { FailureRecord } from './failure.ts';

export type RolloutState = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  readonly simulated: boolean;
  readonly startedAt: number;
  /** When its last event happened, and that event's number. */
  readonly updatedAt: number;
  readonly seq: number;
  readonly phase: Phase;
  /** In the plan's order, all of them. */
  readonly waves: readonly WaveState[];
  /** By key, in the order in which they were first intended. */
  readonly deployments: ReadonlyMap<DeploymentKey, DeploymentState>;
  /** The latest runner, and how it ended; `stopped` is `null` while it runs, and after it was killed. */
  readonly runner: {
    readonly identity: RunnerIdentity;
    readonly startedAt: number;
    readonly stopped: { readonly at: number; readonly why: StopReason; readonly message: string } | null;
  } | null;
};

/**
 *     running ──(last wave passed)──▶ completed
 *        │
 *        └──(judged, refused)──▶ halted ──(grace over, or nothing in flight)──▶ closed
 */
export type Phase =
  | { readonly kind: 'running' }
  | { readonly kind: 'halted'; readonly at: number; readonly wave: WaveName; readonly cause: HaltCause }
  | {
      readonly kind: 'closed';
      readonly at: number;
      readonly wave: WaveName;
      readonly cause: HaltCause;
      readonly haltedAt: number;
      readonly unfinished: number;
    }
  | { readonly kind: 'completed'; readonly at: number };

export type WaveState = {
  readonly wave: Wave;
  readonly index: number;
  readonly phase: 'waiting' | 'running' | 'passed' | 'halted';
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Of all its devices; they add up to the wave's size. */
  readonly tally: Tally;
};

export type DeploymentState = {
  readonly key: DeploymentKey;
  readonly wave: WaveName;
  readonly batch: number;
  readonly attempt: number;
  readonly devices: readonly Serial[];
  /** From serial to its index in `devices`. */
  readonly indexOf: ReadonlyMap<Serial, number>;
  readonly intendedAt: number;
  readonly call: DeploymentCall;
  /** By index, the number of the device's standing in `STANDINGS`. */
  readonly standings: Uint8Array;
  readonly tally: Tally;
  readonly rejections: ReadonlyMap<Serial, string>;
  /** What the API said of devices after they had timed out; never changes a judgement. */
  readonly lateOutcomes: ReadonlyMap<Serial, 'success' | 'failed'>;
};

/** What is known of the POST. Only `accepted` has devices in flight. */
export type DeploymentCall =
  | { readonly kind: 'intended' }
  | { readonly kind: 'not-made'; readonly failure: FailureRecord }
  | { readonly kind: 'refused'; readonly failure: FailureRecord }
  | { readonly kind: 'doubted'; readonly failure: FailureRecord }
  | {
      readonly kind: 'accepted';
      readonly deploymentId: DeploymentId;
      readonly requestId: string | null;
      readonly acceptedAt: number;
      /** `acceptedAt` plus the wave's timeout. */
      readonly deadlineAt: number;
      readonly unreadable: string | null;
    };
