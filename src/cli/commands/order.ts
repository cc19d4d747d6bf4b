/** `breakwater pause`, `abort`, `resume`, `retry`, `approve`: what an operator tells a rollout, whether a runner is at work or not. */
import type { JournalStore } from '../../store/journal.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import { resumesPosting } from '../../rollout/order.ts';
import type { Order, PlainOrderKind } from '../../rollout/order.ts';
import { hasBeenFinished } from '../../rollout/state.ts';
import { findRollout } from '../find-rollout.ts';
import type { FoundRollout } from '../find-rollout.ts';
import { signOrder } from '../../run/session/sign-order.ts';
import { giveOrder } from '../give-order.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { loadOverlapping, loadOpenDeployments } from '../../run/session/load-overlapping.ts';
import { composeCommands } from '../../views/wording/commands.ts';
import { describeOpenDeployments } from '../../views/wording/describe-open.ts';
import { describeOverlapping } from '../../views/wording/describe-overlapping.ts';
import { printGiven } from '../print-given.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type OrderFlags = StoreFlags & {
  readonly name: string;
  readonly what: { readonly kind: PlainOrderKind } | { readonly kind: 'approve'; readonly wave: string };
  readonly reason: string | null;
  readonly allowOverlap: boolean;
};

export function runOrder(flags: OrderFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, (store) =>
    resumesPosting(flags.what.kind) && !flags.allowOverlap
      ? giveAlone({ flags, store }, io)
      : giveIfObeyed({ flags, store }, io),
  );
}

type Wanted = { readonly flags: OrderFlags; readonly store: JournalStore };

type Giving = Wanted & { readonly found: FoundRollout; readonly order: Order };

/** What lets a rollout post again: no other one that shares its devices may begin meanwhile. */
async function giveAlone(wanted: Wanted, io: Io): Promise<ExitCode> {
  const outcome = await wanted.store.exclusively(() => giveIfObeyed(wanted, io));
  return outcome.kind === 'problem' ? fail(io, EXIT.environment, outcome.message) : outcome.value;
}

async function giveIfObeyed({ flags, store }: Wanted, io: Io): Promise<ExitCode> {
  const found = await findRollout(flags.name, store, io);
  if (typeof found === 'number') return found;
  const order = orderFor(flags, found, io);
  const obedience = decideOrder(found.state, order);
  if (obedience.kind === 'already') return fail(io, EXIT.completed, describe(found, obedience.message));
  if (obedience.kind === 'refuse') return fail(io, EXIT.refused, describe(found, obedience.message));
  const overlap = await refuseOverlap({ found, order, flags, store }, io);
  return overlap ?? give({ found, order, flags, store }, io);
}

/** An approval is of the plan that is on record, which is the one that the user was shown. */
function orderFor({ what, reason }: OrderFlags, { state }: FoundRollout, io: Io): Order {
  const record = signOrder(reason, io);
  return what.kind === 'approve'
    ? { ...record, kind: 'approve', wave: what.wave as WaveName, digest: state.digest }
    : { ...record, kind: what.kind };
}

/** `null` where the order may be given: it does not wake up what others have counted on to be finished. */
async function refuseOverlap({ found, flags, store }: Giving, io: Io): Promise<ExitCode | null> {
  if (flags.allowOverlap || !hasBeenFinished(found.state)) return null;
  const neighbours = await loadOverlapping(found.state.plan, store);
  if (neighbours.kind === 'problem') return fail(io, EXIT.environment, neighbours.message);
  if (neighbours.value.length > 0)
    return fail(io, EXIT.refused, describeOverlapping(found.name, neighbours.value));
  const { state } = found;
  if (state.simulated) return null;
  const open = await loadOpenDeployments({ plan: state.plan, store, again: false, begun: state });
  if (open.kind === 'problem') return fail(io, EXIT.environment, open.message);
  const where = flags.state === null ? null : store.location;
  const commands = composeCommands({
    name: found.name,
    rollbackOf: null,
    planPath: null,
    state: where,
    simulate: null,
  });
  return open.value.length > 0 ? fail(io, EXIT.refused, describeOpenDeployments(open.value, commands)) : null;
}

async function give({ found, order, flags, store }: Giving, io: Io): Promise<ExitCode> {
  const state = flags.state === null ? null : store.location;
  return printGiven(await giveOrder(found.name, order, { store, io }), { name: found.name, state }, io);
}

function describe({ name }: FoundRollout, message: string): string {
  return `${name}: ${message}`;
}
