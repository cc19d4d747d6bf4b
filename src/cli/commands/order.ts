/** `breakwater pause`, `abort`, `resume`, `retry`, `approve`: gives an order to a rollout, with or without an active runner. */
import type { PlainOrderKind } from '../../rollout/order.ts';
import { giveOrder } from '../../run/session/give-order.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { Io } from '../io.ts';
import { orderPorts, printOrder } from '../print-order.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type OrderFlags = StoreFlags & {
  readonly name: string;
  /** An approval is valid for the plan on record, which is the plan that the user saw. */
  readonly what: { readonly kind: PlainOrderKind } | { readonly kind: 'approve'; readonly wave: string };
  readonly reason: string | null;
  readonly allowOverlap: boolean;
};

export function runOrder(flags: OrderFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store) => {
    const result = await giveOrder({ ...flags, rollout: flags.name }, orderPorts(store, io));
    return printOrder(result, flags.state === null ? null : store.location, io);
  });
}
