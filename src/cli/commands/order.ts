/** `breakwater pause`, `abort`, `resume`, `retry`, `approve`: what an operator tells a rollout, whether a runner is at work or not. */
import type { PlainOrderKind } from '../../rollout/order.ts';
import { giveOrder } from '../../run/session/give-order.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { Io } from '../io.ts';
import { orderPorts, printOrder } from '../print-order.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type OrderFlags = StoreFlags & {
  readonly name: string;
  /** An approval is of the plan that is on record, which is the one that the user was shown. */
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
