/**
 * What an operator tells a rollout from outside, whether a runner is at work on it or not: left in the store's inbox,
 * taken up by whoever holds the rollout, and put on record with who gave it and why.
 */
import type { DeploymentId, PlanDigest, WaveName, DeploymentKey } from '../plan/identifiers.ts';

export const ORDER_KINDS = [
  'pause',
  'abort',
  'resume',
  'retry',
  'approve',
  'settle',
  'rollback',
  'accept-open',
] as const;

export type OrderKind = (typeof ORDER_KINDS)[number];

/** Whether a rollout that has halted may post again because of it. */
export function resumesPosting(kind: OrderKind): boolean {
  return kind === 'resume' || kind === 'retry';
}

/** Orders that say nothing but what they are. */
export type PlainOrderKind = Exclude<OrderKind, 'approve' | 'settle' | 'rollback' | 'accept-open'>;

const PLAIN: Readonly<Record<PlainOrderKind, true>> = { pause: true, resume: true, retry: true, abort: true };

/** In the order in which the help lists them. */
export const PLAIN_ORDER_KINDS = Object.keys(PLAIN) as readonly PlainOrderKind[];

/** Who gave an order, when and why. */
export type OrderRecord = {
  /** Unique: an order is processed once, however often it is found. */
  readonly id: string;
  /** A user's name, or the address of a CI run. */
  readonly by: string | null;
  readonly host: string;
  /** Epoch milliseconds, by the clock of the machine that it was given on. */
  readonly givenAt: number;
  readonly reason: string | null;
};

/** What became of a deployment in doubt, by an operator's word. */
export type Settlement =
  /** It exists, under this id, and its devices are this deployment's. */
  | { readonly kind: 'adopted'; readonly deploymentId: DeploymentId }
  /** It does not exist; its devices may be posted. */
  | { readonly kind: 'not-created' };

/** `reached`: all that a deployment was accepted for; `succeeded`: those of them that have the artifact. */
export type RollbackScope = 'reached' | 'succeeded';

export type Order = OrderRecord &
  (
    | { readonly kind: PlainOrderKind }
    | {
        readonly kind: 'approve';
        readonly wave: WaveName;
        /** Of the plan that was approved: another one needs another approval. */
        readonly digest: PlanDigest;
      }
    | { readonly kind: 'rollback'; readonly only: RollbackScope }
    /** Closes every device that is open when the order is processed. */
    | { readonly kind: 'accept-open' }
    | {
        readonly kind: 'settle';
        readonly deployment: DeploymentKey;
        readonly settlement: Settlement;
        /** What the API's clock showed when it was given; left out where it was not asked. */
        readonly apiTime?: number;
      }
  );

export type SettleOrder = Extract<Order, { readonly kind: 'settle' }>;
