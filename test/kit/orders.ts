import type { Order, PlainOrderKind, OrderRecord, Settlement } from '../../src/rollout/order.ts';
import { STARTED_AT } from './rollouts.ts';

/** Given by ana on the machine `desk`; `id` tells orders apart. */
export function orderRecord(id: string, reason: string | null = 'because'): OrderRecord {
  return { id, by: 'ana', host: 'desk', givenAt: STARTED_AT, reason };
}

export function order(kind: PlainOrderKind, id: string = kind): Order {
  return { ...orderRecord(id), kind };
}

/** Given when every request that was signed has ended, unless `apiTime` says otherwise. */
export function settleOrder(
  deployment: string,
  settlement: Settlement,
  id = 'settle',
  apiTime = STARTED_AT + 365 * 86_400_000,
): Order {
  return { ...orderRecord(id), kind: 'settle', deployment, settlement, apiTime };
}
