/** What JSON documents about a rollout share: the same facts under the same names. Times are text, in UTC. */
import type { HaltCause } from '../../rollout/halt-cause.ts';
import { rollbackName } from '../../plan/identifiers.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { renderTimestamp } from './moments.ts';
import type { StatusEntry } from '../tables/situation.ts';
import type { OrderRecord } from '../../rollout/order.ts';

/** The rollout and its plan, whatever its state. */
export function rolloutFacts(state: RolloutState) {
  const { plan } = state;
  return {
    simulated: state.simulated,
    digest: state.digest,
    planFile: state.planFile,
    plan: {
      description: plan.description,
      region: plan.region,
      artifact: plan.artifact,
      devices: countDevices(plan),
      rollbackOf: plan.rollbackOf?.name ?? null,
    },
    events: state.seq,
    startedAt: renderTimestamp(state.startedAt),
    updatedAt: renderTimestamp(state.updatedAt),
  };
}

/** Why it halted, by its reason. */
export function causeFacts(cause: HaltCause) {
  switch (cause.reason) {
    case 'failures-exceeded':
    case 'success-unreachable':
    case 'rollout-failures-exceeded':
    case 'reverted':
      return { ...cause, acknowledged: cause.acknowledged ?? 0 };
    case 'deployment-refused':
    case 'gate-failed':
    case 'hook-failed':
    case 'check-inconclusive':
      return cause;
    case 'operator':
      return { ...cause, order: orderFacts(cause.order) };
  }
}

/** Its rollback, or `null`. */
export function rollbackFacts({ plan, rollback }: RolloutState) {
  if (rollback === null) return null;
  const { only, order, at } = rollback;
  return {
    rollout: rollbackName(plan.name),
    only,
    startedAt: renderTimestamp(at),
    order: order === null ? null : orderFacts(order),
  };
}

/** Its orders: processed ones first, then pending ones. */
export function ordersFacts(entry: StatusEntry) {
  return [...describeAnswered(entry.state), ...describePending(entry)];
}

function describeAnswered({ orders }: RolloutState) {
  return [...orders.values()].map(({ kind, wave, order, at, refusal }) => ({
    kind,
    wave,
    ...orderFacts(order),
    takenUpAt: renderTimestamp(at),
    refusal,
  }));
}

function describePending({ orders = [] }: StatusEntry) {
  return orders.map((order) => ({
    kind: order.kind,
    wave: order.kind === 'approve' ? order.wave : null,
    ...orderFacts(order),
    takenUpAt: null,
    refusal: null,
    ...(order.kind === 'settle' ? { deployment: order.deployment, settlement: order.settlement } : {}),
  }));
}

/** Who holds the lock, or `null`. */
export function holderFacts({ holder }: StatusEntry) {
  if (holder === null || holder === undefined) return null;
  const { id, host, pid, startedBy, since } = holder;
  return { id, host, pid, startedBy, since: renderTimestamp(since) };
}

export type OrderFacts = Omit<OrderRecord, 'givenAt'> & { readonly givenAt: string };

export function orderFacts({ id, by, host, givenAt, reason }: OrderRecord): OrderFacts {
  return { id, by, host, reason, givenAt: renderTimestamp(givenAt) };
}
