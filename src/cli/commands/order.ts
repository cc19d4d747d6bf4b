/** `breakwater pause`, `abort`, `resume`, `retry`: what an operator tells a rollout, whether a runner is at work or not. */
import type { JournalStore } from '../../journal/journal.ts';
import { isUnfinished } from '../../rollout/neighbours.ts';
import { decideObedience } from '../../rollout/obey.ts';
import type { Order, OrderKind } from '../../rollout/order.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { findRollout } from '../find-rollout.ts';
import type { FoundRollout } from '../find-rollout.ts';
import { giveOrder, signOrder } from '../give-order.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { describeNeighbours, loadNeighbours } from '../load-neighbours.ts';
import { tellGiven } from '../tell-given.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type OrderFlags = StoreFlags & {
  readonly name: string;
  readonly kind: Exclude<OrderKind, 'settle'>;
  readonly reason: string | null;
  readonly allowOverlap: boolean;
};

export function runOrder(flags: OrderFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store) => {
    const found = await findRollout(flags.name, store, io);
    if (typeof found === 'number') return found;
    const order: Order = { ...signOrder(flags.reason, io), kind: flags.kind };
    const obedience = decideObedience(found.state, order);
    if (obedience.kind === 'already') return fail(io, EXIT.done, describe(found, obedience.message));
    if (obedience.kind === 'refuse') return fail(io, EXIT.wrong, describe(found, obedience.message));
    const giving: Giving = { found, order, flags, store };
    return wakesUp(giving) && !flags.allowOverlap ? giveAlone(giving, io) : give(giving, io);
  });
}

type Giving = {
  readonly found: FoundRollout;
  readonly order: Order;
  readonly flags: OrderFlags;
  readonly store: JournalStore;
};

/** Whether the order lets a rollout post again that could not. */
function wakesUp({ found: { state }, order: { kind } }: Giving): boolean {
  return (kind === 'resume' || kind === 'retry') && !isUnfinished(state);
}

/** No other rollout that shares its devices may begin meanwhile. */
async function giveAlone(giving: Giving, io: Io): Promise<ExitCode> {
  const { found, store } = giving;
  const outcome = await store.exclusively(async () => {
    const neighbours = await loadNeighbours(found.state.plan, store);
    if (neighbours.kind === 'problem') return fail(io, EXIT.environment, neighbours.message);
    return neighbours.value.length > 0
      ? fail(io, EXIT.wrong, describeNeighbours(found.name, neighbours.value))
      : give(giving, io);
  });
  return outcome.kind === 'problem' ? fail(io, EXIT.environment, outcome.message) : outcome.value;
}

async function give({ found, order, flags, store }: Giving, io: Io): Promise<ExitCode> {
  const state = flags.state === null ? null : store.location;
  return tellGiven(await giveOrder(found.name, order, { store, io }), { name: found.name, state }, io);
}

function describe({ name }: FoundRollout, message: string): string {
  return `${name}: ${message}`;
}
