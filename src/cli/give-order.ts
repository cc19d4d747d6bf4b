/**
 * How an order gets from the command line onto a rollout's record: it is left in the store's inbox first, so that it is
 * not lost whatever happens next. Where nobody holds the rollout, it is taken up here and now; else its runner does so.
 */
import type { Clock } from '../base/clock.ts';
import type { Journal, JournalProblem, JournalStore, Outcome } from '../store/journal.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { fold } from '../rollout/apply.ts';
import type { JournaledEvent, LockOwner } from '../rollout/event.ts';
import { describeCut } from '../views/wording/phrases.ts';
import { resumesPosting } from '../rollout/order.ts';
import type { Order } from '../rollout/order.ts';
import { hasBeenFinished } from '../rollout/state.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Observer } from '../run/loop/observer.ts';
import { processInbox } from '../run/loop/process-inbox.ts';
import type { LeftOrdersPorts } from '../run/loop/process-inbox.ts';
import { remark } from './io.ts';
import type { Io } from './io.ts';
import { identifyRunner } from '../run/session/runner-identity.ts';
import { loadOverlapping } from '../run/session/load-overlapping.ts';

/** How long a runner is given to take an order up before the command stops waiting for it; it looks every second. */
const TAKEN_UP_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;

export type GivenOrder =
  /** `after` is the state right after it, `state` the one by now; `holder` took it up, or `null` where this command did. */
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

export async function giveOrder(
  name: RolloutName,
  order: Order,
  { store, io }: { readonly store: JournalStore; readonly io: Io },
): Promise<GivenOrder> {
  const left = await store.enqueueOrder(name, order);
  if (left.kind === 'problem') return left;
  const { clock } = io;
  const until = clock.now() + TAKEN_UP_WITHIN_MS;
  let holder: LockOwner | null = null;
  for (;;) {
    const opened = await store.open(name, identifyRunner(io));
    if (opened.kind === 'problem') return opened;
    if (opened.kind === 'held') {
      holder = opened.holder ?? holder;
    } else {
      const { tornBytes } = opened.value;
      if (tornBytes > 0) remark(io, describeCut(tornBytes));
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
  if (resumesPosting(kind) || !hasBeenFinished(state)) return false;
  const left = await journal.orders();
  return left.kind === 'done' && left.value.some((one) => resumesPosting(one.kind));
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
    const objection = `others have begun to deploy to its devices since it was given, and are not finished: ${names}`;
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
