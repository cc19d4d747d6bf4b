/**
 * Everything that can happen to a rollout. Events are appended to the journal, each durable before the run goes on;
 * the state is their fold (`apply.ts`) and nothing else, so whatever is shown or decided can be told from the journal.
 */
import type { DeploymentId, PlanDigest, Serial, WaveName, DeploymentKey } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { FailureRecord } from './failure.ts';
import type { RollbackScope, OrderKind, OrderRecord, Settlement } from './order.ts';
import type { CommandResult, HookRecord, HaltCause } from './halt-cause.ts';

/**
 * A record keeps the rules that it began with, so that it continues as it did under the release that wrote it.
 *
 * - 1 (release 0.1): a plan's automatic rollback follows from every halt but an abort. A wave or a rollout that tolerates
 *   everything passes without a success.
 * - 2: it follows only from what devices and health checks did (`causesRollback`). Nothing passes without a success
 *   (`limitOf`).
 *
 * A rollback's plan has one wave for each wave that was reached, and their limits, by 1; by 2 it has one wave, and limits of
 * its own (`planRollback`).
 */
export type Rules = 1 | 2;

/** Those of a rollout that starts now. */
export const RULES_OF_TODAY: Rules = 2;

/**
 * Where the plan was read from: with `/` from the root of its repository, so that another clone finds it, or absolute. It
 * belongs to no digest, and is left out where it is not known.
 */
export type PlanFile = string;

export type RolloutEvent =
  | {
      readonly type: 'rollout-started';
      readonly plan: RolloutPlan;
      readonly digest: PlanDigest;
      /** Whether it runs on the embedded simulator; such a record never mixes with real ones. */
      readonly simulated: boolean;
      /** By which rules it is judged and rolled back, from its first event to its last; left out by 0.1, whose rules are 1. */
      readonly rules?: Rules;
      readonly planFile?: PlanFile;
    }
  | {
      readonly type: 'runner-started';
      readonly runner: RunnerIdentity;
      readonly version: string;
      /** Where it differs from the one on record. */
      readonly planFile?: PlanFile;
    }
  | { readonly type: 'wave-started'; readonly wave: WaveName }
  /** Durable before the POST leaves: from here until an answer is on record, the deployment may exist. */
  | {
      readonly type: 'deployment-intended';
      readonly deployment: DeploymentKey;
      readonly wave: WaveName;
      /** Counted from 1. */
      readonly batch: number;
      /** Counted from 1. */
      readonly attempt: number;
      readonly devices: readonly Serial[];
      /** When its request was signed, by the API's clock: the API takes it for 10 minutes. Left out by release 0.1. */
      readonly signedAt?: number;
      /** The id of the hold under which it is sent: it tells later whether that runner has ended. Left out by release 0.1. */
      readonly sender?: string;
    }
  | {
      readonly type: 'deployment-accepted';
      readonly deployment: DeploymentKey;
      readonly deploymentId: DeploymentId;
      readonly requestId: string | null;
      readonly rejected: readonly RejectedDevice[];
      /** What could not be read of the answer's device lists, or `null`. The deployment exists all the same. */
      readonly unreadable: string | null;
    }
  /** It certainly did not happen, and may be tried again. */
  | {
      readonly type: 'deployment-not-made';
      readonly deployment: DeploymentKey;
      readonly failure: FailureRecord;
    }
  /** It certainly did not happen, and asking again would get the same answer. */
  | {
      readonly type: 'deployment-refused';
      readonly deployment: DeploymentKey;
      readonly failure: FailureRecord;
    }
  /** It may have happened, and nothing can be asked. */
  | {
      readonly type: 'deployment-doubted';
      readonly deployment: DeploymentKey;
      readonly failure: FailureRecord;
      /** The runner that was to send it has certainly ended, and sends it no more. */
      readonly isSenderGone?: true;
    }
  /** What a poll brought that was not known before: each device at most once. */
  | {
      readonly type: 'devices-reported';
      readonly deployment: DeploymentKey;
      /** Seen in the API's list for the first time, still in progress. */
      readonly processing: readonly Serial[];
      readonly success: readonly Serial[];
      readonly failed: readonly Serial[];
    }
  /** The deployment's deadline has passed, and a poll after it still did not bring these devices' end. */
  | {
      readonly type: 'devices-timed-out';
      readonly deployment: DeploymentKey;
      readonly timedOut: readonly Serial[];
      /** Accepted, but never in any list. */
      readonly unknown: readonly Serial[];
    }
  /**
   * What a poll said of devices that is no outcome, kept as their last word: only what has changed, each device at most
   * once. A device that is listed with an outcome is told by `devices-reported`, which ends its last word, too.
   */
  | {
      readonly type: 'devices-noted';
      readonly deployment: DeploymentKey;
      /** Listed with a word that is not documented, or that contradicts the outcome on record. */
      readonly words: readonly { readonly word: string; readonly devices: readonly Serial[] }[];
      /** Listed earlier, and not in this list. */
      readonly notListed: readonly Serial[];
      /** Listed again as on record. */
      readonly cleared: readonly Serial[];
    }
  /** The API has answered that it knows no such deployment. */
  | {
      readonly type: 'deployment-not-found';
      readonly deployment: DeploymentKey;
      readonly failure: FailureRecord;
    }
  /** It is listed again after it was not found. */
  | { readonly type: 'deployment-found'; readonly deployment: DeploymentKey }
  /** The API was asked again about devices that had succeeded, and did not confirm it: they are no success any more. */
  | {
      readonly type: 'successes-unconfirmed';
      readonly deployment: DeploymentKey;
      /** `null` for all of the deployment's successes: it was not found. */
      readonly devices: readonly Serial[] | null;
    }
  /** Devices of a wave that has passed were asked about again, and have failed since they had succeeded. */
  | {
      readonly type: 'devices-reverted';
      readonly deployment: DeploymentKey;
      readonly devices: readonly Serial[];
    }
  /** Before this wave passes, the deployments of the waves before it were asked about again. */
  | { readonly type: 'earlier-waves-checked'; readonly wave: WaveName }
  /**
   * Before its first POST a run asks which of the devices to come are online. Those that are in neither list were.
   */
  | {
      readonly type: 'connections-checked';
      readonly offline: readonly Serial[];
      /** Devices that the API did not list. */
      readonly unlisted: readonly Serial[];
      /** Why the API's list is not whole: then that a device is not listed tells nothing. Left out for a whole one. */
      readonly partial?: string;
    }
  /** Judged, and left alone for its soak before it passes. */
  | { readonly type: 'wave-soaking'; readonly wave: WaveName }
  /** The soak is over, and each of the wave's deployments was asked about once more after it. */
  | { readonly type: 'soak-ended'; readonly wave: WaveName }
  /** One attempt at a gate. */
  | {
      readonly type: 'gate-ended';
      readonly wave: WaveName;
      /** Counted from 1. */
      readonly gate: number;
      readonly name: string;
      /** Counted from 1. */
      readonly attempt: number;
      readonly result: CommandResult;
    }
  | ({ readonly type: 'hook-started' } & HookRecord)
  | ({ readonly type: 'hook-ended'; readonly result: CommandResult } & HookRecord)
  | { readonly type: 'wave-passed'; readonly wave: WaveName }
  | { readonly type: 'rollout-halted'; readonly wave: WaveName; readonly cause: HaltCause }
  /** Polling after a halt is over; `unfinished` devices were still in progress. */
  | { readonly type: 'grace-ended'; readonly unfinished: number }
  | { readonly type: 'rollout-completed' }
  /** Waves that had not started were changed; `changes` names them, a phrase each. */
  | {
      readonly type: 'plan-changed';
      readonly plan: RolloutPlan;
      readonly digest: PlanDigest;
      readonly changes: readonly string[];
      /** What the given plan says otherwise of waves that have begun, and is not taken up. */
      readonly kept?: readonly string[];
      /** Waves that start from their beginning: all that was posted of them was certainly refused. */
      readonly resets?: readonly WaveName[];
      /** Of the plan as it was given, where that is not what is run from here on. */
      readonly givenDigest?: PlanDigest;
    }
  /** Nothing further is posted until the rollout is resumed. */
  | { readonly type: 'rollout-paused'; readonly order: OrderRecord }
  /** For good: it halts where it runs, and can be neither resumed nor retried. */
  | { readonly type: 'rollout-aborted'; readonly order: OrderRecord }
  /** Goes on after a halt or a pause. The failures so far are acknowledged: only new ones count from here on. */
  | { readonly type: 'rollout-resumed'; readonly order: OrderRecord }
  /** Goes on after a halt by deploying to these devices of the wave once more; they are judged by that attempt. */
  | {
      readonly type: 'wave-retried';
      readonly order: OrderRecord;
      readonly wave: WaveName;
      readonly devices: readonly Serial[];
      /** Devices of waves that had passed, and have failed since; left out where there are none. */
      readonly earlier?: readonly { readonly wave: WaveName; readonly devices: readonly Serial[] }[];
    }
  /** The wave may start, as long as the plan is the one with this digest. */
  | {
      readonly type: 'wave-approved';
      readonly order: OrderRecord;
      readonly wave: WaveName;
      readonly digest: PlanDigest;
    }
  /** From here on, another rollout rolls back what it reached: it cannot continue. */
  | {
      readonly type: 'rollback-started';
      /** `null` where the plan wants it, on a halt. */
      readonly order: OrderRecord | null;
      readonly only: RollbackScope;
      /** By which rules the rollback's plan is made; left out for 1, those of release 0.1. */
      readonly rules?: Rules;
    }
  /** What the API said of a deployment of a finished rollout when it was asked once more: each device at most once. */
  | {
      readonly type: 'deployment-followed-up';
      readonly deployment: DeploymentKey;
      /** `not-found`: the API knows no such deployment any more. */
      readonly answer: 'listed' | 'not-found';
      readonly processing: readonly Serial[];
      readonly success: readonly Serial[];
      readonly failed: readonly Serial[];
    }
  /** A person closes devices that a finished rollout left open: later rollouts no longer ask about them. */
  | {
      readonly type: 'open-accepted';
      readonly order: OrderRecord;
      readonly accepted: readonly {
        readonly deployment: DeploymentKey;
        readonly devices: readonly Serial[];
      }[];
    }
  /** An operator's word on a deployment in doubt. */
  | {
      readonly type: 'deployment-settled';
      readonly order: OrderRecord;
      readonly deployment: DeploymentKey;
      readonly settlement: Settlement;
    }
  /** An order that was no longer valid when it arrived. */
  | {
      readonly type: 'order-refused';
      readonly order: OrderRecord;
      readonly kind: OrderKind;
      readonly message: string;
    }
  | { readonly type: 'runner-stopped'; readonly why: StopReason; readonly message: string };

/** Why the environment can end a run: the API is away or refuses, or the record cannot be read. */
export type StopOrigin = 'api-outage' | 'api-refused' | 'record';

type RejectedDevice = { readonly serial: Serial; readonly reason: string };

export type RunnerIdentity = {
  readonly host: string;
  readonly pid: number;
  /** Who or what started it: a user's name, or the address of a CI run. */
  readonly startedBy: string | null;
};

/** The runner that holds a rollout's lock. `since`: in milliseconds, by its own clock. */
export type LockOwner = RunnerIdentity & { readonly id: string; readonly since: number };

/** Why one run of the tool ended; a later run may continue the rollout. */
/** `waiting`: for an approval, or for longer than it was told to wait. */
export type StopReason =
  'completed' | 'halted' | 'paused' | 'waiting' | 'interrupted' | 'in-doubt' | 'environment';

/** An event in the journal: `seq` from 1 without a gap, `at` in epoch milliseconds. */
export type JournaledEvent = RolloutEvent & { readonly seq: number; readonly at: number };

/** One kind of event in the journal. */
export type EventOf<Type extends RolloutEvent['type']> = Extract<JournaledEvent, { readonly type: Type }>;
