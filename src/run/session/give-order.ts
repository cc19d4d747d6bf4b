/**
 * Orders as a service: whoever gives one, the command line or a program, gets what became of it as data. An order is left in
 * the store's inbox first, so that it is not lost whatever happens next. Where nobody holds the rollout, it is taken up here
 * and now; else its runner does so.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import type { DeploymentKey, PlanDigest, RolloutName, WaveName } from '../../plan/identifiers.ts';
import { fold } from '../../rollout/apply.ts';
import type { JournaledEvent, LockOwner } from '../../rollout/event.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import { resumesPosting } from '../../rollout/order.ts';
import type { Order, OrderRecord, PlainOrderKind, Settlement } from '../../rollout/order.ts';
import { hasBeenFinished } from '../../rollout/state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Journal, JournalProblem, JournalStore, Outcome } from '../../store/journal.ts';
import type { Observer } from '../loop/observer.ts';
import { processInbox } from '../loop/watch-orders.ts';
import type { LeftOrdersPorts } from '../loop/watch-orders.ts';
import { askIfNeeded, checkAdopted, seenWithoutRunner } from './check-settlement.ts';
import type { ApiOpener, SettlementNotice, SettlementRefusal } from './check-settlement.ts';
import { findRollout } from './find-rollout.ts';
import type { FoundRollout, MissingRollout } from './find-rollout.ts';
import { findOverlap, loadOverlapping, reactivates } from './overlap.ts';
import type { Overlap } from './overlap.ts';
import { identifyRunner } from './runner-identity.ts';
import type { Starter } from './runner-identity.ts';

/** How long a runner is given to take an order up before whoever gives it stops waiting; it looks every second. */
const TAKEN_UP_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;

export type Giver = Starter & { readonly clock: Clock };

export type OrderNotice =
  /** The last line of the record was torn by a crash, and has been cut off. */
  { readonly kind: 'journal-cut'; readonly bytes: number } | SettlementNotice;

export type OrderPorts = {
  readonly store: JournalStore;
  readonly giver: Giver;
  readonly onNotice: (notice: OrderNotice) => void;
};

export type WantedOrder = {
  /** As somebody has typed it. */
  readonly rollout: string;
  readonly what:
    | { readonly kind: PlainOrderKind | 'accept-open' }
    /** Without a digest, of the plan that is on record. */
    | { readonly kind: 'approve'; readonly wave: string; readonly digest?: PlanDigest }
    | {
        readonly kind: 'settle';
        readonly deployment: DeploymentKey;
        readonly settlement: Settlement;
        readonly openApi: ApiOpener;
      };
  /** For the record. */
  readonly reason: string | null;
  /** Whether a finished rollout may post again although another one is at its devices, or has left them open. */
  readonly allowOverlap: boolean;
};

export type OrderResult =
  /** `message`: a clause about the rollout, without a full stop. */
  | { readonly kind: 'already' | 'refused'; readonly name: RolloutName; readonly message: string }
  | (Overlap & { readonly name: RolloutName })
  | (GivenOrder & { readonly name: RolloutName })
  | SettlementRefusal
  | MissingRollout
  | JournalProblem;

export type GivenOrder =
  /** `after` is the state right after it, `state` the one by now; `holder` took it up, or `null` where that was done here. */
  | {
      readonly kind: 'taken-up';
      readonly event: JournaledEvent;
      readonly after: RolloutState;
      readonly state: RolloutState;
      readonly holder: LockOwner | null;
    }
  /** It waits in the inbox. */
  | { readonly kind: 'left'; readonly holder: LockOwner | null }
  | JournalProblem;

/** Gives the order, unless the current state refuses it: then nothing is put into the inbox. */
export async function giveOrder(wanted: WantedOrder, ports: OrderPorts): Promise<OrderResult> {
  if (!resumesPosting(wanted.what.kind) || wanted.allowOverlap) return giveIfObeyed(wanted, ports);
  // No other rollout that shares its devices may begin meanwhile.
  const outcome = await ports.store.exclusively(() => giveIfObeyed(wanted, ports));
  return outcome.kind === 'problem' ? outcome : outcome.value;
}

async function giveIfObeyed(wanted: WantedOrder, ports: OrderPorts): Promise<OrderResult> {
  const { what, allowOverlap } = wanted;
  const { store } = ports;
  const found = await findRollout(wanted.rollout, store);
  if (found.kind !== 'found') return found;
  const { name } = found;
  const state = what.kind === 'settle' ? seenWithoutRunner(found) : found.state;
  const order = await composeOrder(wanted, found, ports);
  const decision = decideOrder(state, order);
  if (decision.kind === 'already') return { kind: 'already', name, message: decision.message };
  if (decision.kind === 'refuse') return { kind: 'refused', name, message: decision.message };
  const objection = what.kind === 'settle' ? await checkAdopted(what, state, ports) : null;
  if (objection !== null) return objection;
  // It would wake up what others have counted on to be finished.
  if (resumesPosting(what.kind) && !allowOverlap && hasBeenFinished(found.state)) {
    const { plan, simulated } = found.state;
    const overlap = await findOverlap({ plan, store, again: false, begun: found.state, simulated });
    if (overlap !== null) return overlap.kind === 'problem' ? overlap : { ...overlap, name };
  }
  return { ...(await placeOrder(name, order, ports)), name };
}

async function composeOrder(
  { what, reason }: WantedOrder,
  { state, reading }: FoundRollout,
  { giver }: OrderPorts,
): Promise<Order> {
  switch (what.kind) {
    case 'approve': {
      const { kind, wave, digest = state.digest } = what;
      return { ...signOrder(reason, giver), kind, wave: wave as WaveName, digest };
    }
    case 'settle': {
      const { kind, deployment, settlement } = what;
      const apiTime = await askIfNeeded(what, seenWithoutRunner({ state, reading }), giver.clock);
      const order = { ...signOrder(reason, giver), kind, deployment, settlement };
      return apiTime === null ? order : { ...order, apiTime };
    }
    case 'pause':
    case 'abort':
    case 'resume':
    case 'retry':
    case 'accept-open':
      return { ...signOrder(reason, giver), kind: what.kind };
  }
}

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

/** Puts an order into the inbox and waits for a limited time until it is processed. */
export async function placeOrder(
  name: RolloutName,
  order: Order,
  { store, giver, onNotice }: OrderPorts,
): Promise<GivenOrder> {
  const left = await store.enqueueOrder(name, order);
  if (left.kind === 'problem') return left;
  const { clock } = giver;
  const until = clock.now() + TAKEN_UP_WITHIN_MS;
  let holder: LockOwner | null = null;
  for (;;) {
    const opened = await store.open(name, identifyRunner(giver));
    if (opened.kind === 'problem') return opened;
    if (opened.kind === 'held') {
      holder = opened.holder ?? holder;
    } else {
      const { tornBytes } = opened.value;
      if (tornBytes > 0) onNotice({ kind: 'journal-cut', bytes: tornBytes });
      const problem = await processHere(order, opened.value, { store, clock });
      await opened.value.close();
      if (problem !== null) return problem;
      holder = null;
    }
    const answer = await findAnswer(name, order, store);
    if (answer.kind !== 'waiting') return answer.kind === 'problem' ? answer : { ...answer, holder };
    if (clock.now() >= until) return { kind: 'left', holder };
    await clock.sleepUntil(clock.now() + LOOK_EVERY_MS);
  }
}

const SILENT: Observer = { event: () => undefined, notice: () => undefined };

type Here = { readonly store: JournalStore; readonly clock: Clock };

async function processHere(order: Order, journal: Journal, here: Here): Promise<JournalProblem | null> {
  const state = fold(journal.events);
  if (state === null) return null;
  const ports = { journal, clock: here.clock, observer: SILENT };
  const obeyed = (await isBesideOthers(order, state, journal))
    ? await processBesideOthers(state, ports, here)
    : await processInbox(state, ports);
  return obeyed.kind === 'problem' ? obeyed : null;
}

/**
 * Whether orders that others have left would let a finished rollout go on. Of its own, whoever gives it has seen to it that
 * nobody is at the same devices; theirs may be old.
 */
async function isBesideOthers({ kind }: Order, state: RolloutState, journal: Journal): Promise<boolean> {
  if (resumesPosting(kind)) return false;
  const left = await journal.orders();
  return left.kind === 'done' && reactivates(state, left.value);
}

async function processBesideOthers(
  state: RolloutState,
  ports: LeftOrdersPorts,
  { store }: Here,
): Promise<Outcome<RolloutState>> {
  const outcome = await store.exclusively(async () => {
    const found = await loadOverlapping(state.plan, store);
    if (found.kind === 'problem') return found;
    const names = found.value.map(({ name }) => name).join(', ');
    const objection = `unfinished rollouts that started after this order share devices: ${names}`;
    const objectTo = ({ kind }: Order) => (names !== '' && resumesPosting(kind) ? objection : null);
    return processInbox(state, { ...ports, objectTo });
  });
  return outcome.kind === 'problem' ? outcome : outcome.value;
}

async function findAnswer(
  name: RolloutName,
  { id }: Order,
  store: JournalStore,
): Promise<
  | Omit<Extract<GivenOrder, { readonly kind: 'taken-up' }>, 'holder'>
  | { readonly kind: 'waiting' }
  | JournalProblem
> {
  const reading = await store.read(name);
  if (reading.kind === 'problem') return reading;
  const events = reading.value?.events ?? [];
  const index = events.findIndex((event) => 'order' in event && event.order?.id === id);
  const event = events[index];
  const after = fold(events.slice(0, index + 1));
  const state = fold(events);
  if (event === undefined || after === null || state === null) return { kind: 'waiting' };
  return { kind: 'taken-up', event, after, state };
}
