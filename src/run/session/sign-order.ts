/** Who gives an order, when and why, for the record. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import type { JournalStore, Outcome } from '../../store/journal.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import type { Order, OrderRecord } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { identifyRunner } from './runner-identity.ts';
import type { Starter } from './runner-identity.ts';

export type Giver = Starter & { readonly clock: Clock };

/** Given here and now by whoever runs this. */
export function signOrder(reason: string | null, giver: Giver): OrderRecord {
  const { startedBy: by } = identifyRunner(giver);
  return { id: randomUUID(), by, host: hostname(), givenAt: giver.clock.now(), reason };
}

export type Approving = {
  readonly wave: WaveName;
  readonly state: RolloutState;
  readonly store: JournalStore;
  readonly reason: string | null;
};

/** Leaves the approval of a wave for whoever runs the rollout, for its plan as it is. */
export function leaveApproval(
  { wave, state, store, reason }: Approving,
  giver: Giver,
): Promise<Outcome<null>> {
  const { plan, digest } = state;
  const order: Order = { ...signOrder(reason, giver), kind: 'approve', wave, digest };
  return store.enqueueOrder(plan.name, order);
}
