/** Why a rollout halts, with what came of the hooks and the commands that can halt it. */
import type { HookPoint } from '../plan/rollout-plan.ts';
import type { WaveName, DeploymentKey } from '../plan/identifiers.ts';
import type { OrderRecord } from './order.ts';
import type { Finding } from './last-word.ts';
import type { FailureRecord } from './failure.ts';

/** Why a rollout halts. Later kinds of halt join this union. */
export type HaltCause =
  | { readonly reason: 'operator'; readonly order: OrderRecord }
  | {
      readonly reason: 'failures-exceeded' | 'success-unreachable' | 'rollout-failures-exceeded';
      readonly failures: number;
      /** Devices judged against: planned, less rejected ones where those are ignored. */
      readonly base: number;
      /** Failures up to this many do not halt. */
      readonly tolerated: number;
      /** Where `minSuccess` decided: how many successes were needed. */
      readonly needed: number | null;
      /** Failures that were acknowledged earlier and are not among `failures`; left out where there are none. */
      readonly acknowledged?: number;
      /** The wave that this holds for, where it is not the one that halts: it had passed, and its limits became stricter. */
      readonly of?: WaveName;
      /** Where devices that timed out have a limit of their own, and went beyond that: only they are counted. */
      readonly kind?: 'timed-out';
    }
  | {
      readonly reason: 'gate-failed';
      /** Counted from 1. */
      readonly gate: number;
      readonly name: string;
      readonly result: CommandResult;
    }
  | { readonly reason: 'hook-failed'; readonly hook: HookRecord; readonly result: CommandResult }
  /** Devices of waves that had passed have failed since, and more have failed now than is tolerated. */
  | {
      readonly reason: 'reverted';
      /** Whose limit is exceeded: a wave's that had passed, or the plan's (`null`). */
      readonly of: WaveName | null;
      /** Devices that had succeeded and have failed since, without those that were acknowledged. */
      readonly reverted: number;
      readonly failures: number;
      readonly base: number;
      readonly tolerated: number;
      readonly needed: number | null;
      readonly acknowledged?: number;
    }
  | {
      readonly reason: 'check-inconclusive';
      /** Devices that had succeeded, were not confirmed, and are not acknowledged. */
      readonly devices: number;
      /** Those that hold them. */
      readonly deployments: readonly DeploymentKey[];
      /** What the API said of them. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly reason: 'deployment-refused';
      readonly deployment: DeploymentKey;
      readonly failure: FailureRecord;
    };

/** Which hook it is. */
export type HookRecord = {
  readonly point: HookPoint;
  /** The wave that it is about: the one that halted, waits or is in doubt; `null` for the rollout's own. */
  readonly wave: WaveName | null;
  /** Which of the occasion's hooks, counted from 1. */
  readonly index: number;
  /** The state's round, for `onHalt`, `onWait`, `onDoubt` and `onStop`; 1 for every other hook. */
  readonly round: number;
  readonly name: string;
  /** A `WaitReason`, a `StopOrigin`, or for `onDoubt` the deployment's key. Left out for every other hook. */
  readonly reason?: string;
  /** For `onDoubt`, when the deployment was intended: one key can be in doubt more than once. */
  readonly since?: number;
};

/** What came of a command that was run. */
export type CommandResult = {
  readonly outcome:
    | 'passed'
    | 'failed'
    | 'timed-out'
    /** The program could not be run. */
    | 'not-started'
    /** The run was being stopped. */
    | 'interrupted'
    /** The runner ended while it was under way, and left no word of it. */
    | 'lost'
    /** Not run, on a simulator: it could touch something real. */
    | 'skipped';
  /** Why, in a phrase: `exit code 3`, `ended by SIGKILL`. Empty for one that passed. */
  readonly detail: string;
  /** The last that it printed, on either stream. */
  readonly output: string;
  readonly tookMs: number;
};
