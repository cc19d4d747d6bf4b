/** An order's record for documents: times are text, as everywhere in them. */
import type { OrderRecord } from '../../rollout/order.ts';
import { renderTimestamp } from './moments.ts';

export type OrderFacts = Omit<OrderRecord, 'givenAt'> & { readonly givenAt: string };

export function orderFacts({ id, by, host, givenAt, reason }: OrderRecord): OrderFacts {
  return { id, by, host, reason, givenAt: renderTimestamp(givenAt) };
}
