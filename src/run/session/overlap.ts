/**
 * What other rollouts of a store have to do with the devices of a plan: which may still post to them, and which left them
 * open. `findOverlap` is the one rule by which a rollout may not post beside another one.
 */
import type { JournalProblem, JournalStore, Outcome } from '../../store/journal.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { fold } from '../../rollout/apply.ts';
import { findOverlapping } from '../../rollout/entry.ts';
import type { OverlappingRollout, StartMode } from '../../rollout/entry.ts';
import { isOriginOf, keysOfOpen, latestDeployments, openDevicesOf } from '../../rollout/open-devices.ts';
import type { OpenDeployments } from '../../rollout/open-devices.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { resumesPosting } from '../../rollout/order.ts';
import type { Order } from '../../rollout/order.ts';
import type { Serial } from '../../plan/identifiers.ts';
import { hasBeenFinished, isFinished } from '../../rollout/state.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** A plan that is to be posted by, as far as other rollouts matter to it. */
export type OverlapQuestion = {
  readonly plan: RolloutPlan;
  readonly store: JournalStore;
  /** Whether the finished record under the plan's own name is set aside by what is to be done: then it counts as earlier. */
  readonly again: boolean;
  /**
   * The rollout that continues, as it is on record; `null` for one that starts. What was open of its devices when it started
   * was agreed to then.
   */
  readonly begun: RolloutState | null;
  /** A simulated rollout reaches no device, so none is open to it. */
  readonly simulated: boolean;
  /** What somebody has agreed to of what earlier rollouts left open, by `keysOfOpen`; nothing unless given. */
  readonly agreedOpen?: ReadonlySet<string>;
};

export type Overlap =
  | { readonly kind: 'neighbours'; readonly neighbours: readonly OverlappingRollout[] }
  /** Earlier rollouts have left devices open, and nobody has agreed to deploy to them all the same. */
  | { readonly kind: 'open-deployments'; readonly open: readonly OpenDeployments[] };

/**
 * Why a rollout may not post, because of what other ones do or have left open; `null` where it may. To be called while
 * nobody else can start a rollout: within the store's `exclusively`.
 */
export async function findOverlap(question: OverlapQuestion): Promise<Overlap | JournalProblem | null> {
  const { plan, store, simulated, agreedOpen } = question;
  const found = await loadOverlapping(plan, store);
  if (found.kind === 'problem') return found;
  if (found.value.length > 0) return { kind: 'neighbours', neighbours: found.value };
  if (simulated) return null;
  const open = await loadOpenDeployments(question);
  if (open.kind === 'problem') return open;
  const isAgreed = [...keysOfOpen(open.value)].every((key) => agreedOpen?.has(key) === true);
  return isAgreed ? null : { kind: 'open-deployments', open: open.value };
}

/** What an entry asks of other rollouts; `null` where the rollout continues as it is: that was asked when it started. */
export function questionOf(
  entry: StartMode,
  { plan, again }: Pick<OverlapQuestion, 'plan' | 'again'>,
): Pick<OverlapQuestion, 'plan' | 'again' | 'begun'> | null {
  if (entry.kind !== 'go-on') return { plan, again, begun: null };
  const { planChange: change, state: begun } = entry;
  if (change === null) return null;
  return { plan: change.type === 'plan-changed' ? change.plan : plan, again, begun };
}

/** Whether one of the orders would let a rollout post again that others have counted on to be finished. */
export function reactivates(state: RolloutState, orders: readonly Order[]): boolean {
  return hasBeenFinished(state) && orders.some(({ kind }) => resumesPosting(kind));
}

/** Those that are not finished. */
export async function loadOverlapping(
  plan: RolloutPlan,
  store: JournalStore,
): Promise<Outcome<readonly OverlappingRollout[]>> {
  const names = await store.list();
  if (names.kind === 'problem') return names;
  const others: RolloutState[] = [];
  for (const name of names.value.filter((one) => one !== plan.name)) {
    const reading = await store.read(name);
    if (reading.kind === 'problem') return reading;
    const state = fold(reading.value?.events ?? []);
    if (state !== null) others.push(state);
  }
  return { kind: 'done', value: findOverlapping(plan, others) };
}

export type OpenWanted = Pick<OverlapQuestion, 'plan' | 'store' | 'again' | 'begun'> & {
  /** Told of each record before it is read, with how many were read and how many there are. */
  readonly onRecord?: (done: number, of: number) => void;
};

/**
 * What finished rollouts of the store, and records that were set aside, have left open of the plan's devices. A record that
 * cannot be read is a problem: what it left open is not known. Only records that hold one of the devices are folded.
 */
export async function loadOpenDeployments({
  plan,
  store,
  again,
  begun,
  onRecord,
}: OpenWanted): Promise<Outcome<readonly OpenDeployments[]>> {
  const names = await store.list();
  if (names.kind === 'problem') return names;
  const ours = new Set(plan.waves.flatMap(({ devices }) => devices));
  const open: OpenDeployments[] = [];
  for (const [index, name] of names.value.entries()) {
    onRecord?.(index, names.value.length);
    const archived = await store.readArchived(name);
    if (archived.kind === 'problem') return archived;
    const reading = await store.read(name);
    if (reading.kind === 'problem') return reading;
    const current = { events: reading.value?.events ?? [], isArchived: false };
    const isOwn = name === plan.name && !again;
    const records = [...archived.value.map((events) => ({ events, isArchived: true })), current];
    for (const one of openUnder(records, ours)) {
      if (!isOriginOf(one, plan) && (one.isArchived || !isOwn)) open.push(one);
    }
  }
  return { kind: 'done', value: begun === null ? open : open.flatMap((one) => newsFor(begun, one)) };
}

function newsFor({ plan, startedAt }: RolloutState, one: OpenDeployments): readonly OpenDeployments[] {
  if (one.startedAt > startedAt) return [one];
  const known = new Set(plan.waves.flatMap(({ devices }) => devices));
  const devices = one.devices.filter(({ serial }) => !known.has(serial));
  return devices.length === 0 ? [] : [{ ...one, devices }];
}

type Recorded = { readonly events: readonly JournaledEvent[]; readonly isArchived: boolean };

/**
 * Of the records under one name, the oldest first. A device is open by the latest of them that deployed to it: whoever started
 * the name over has agreed to that. A simulated rollout has left nothing open, and one that is not finished is told as a
 * neighbour.
 */
function openUnder(records: readonly Recorded[], ours: ReadonlySet<Serial>): readonly OpenDeployments[] {
  const open: OpenDeployments[] = [];
  const later = new Set<Serial>();
  for (const { events, isArchived } of records.toReversed()) {
    const [first] = events;
    if (first?.type !== 'rollout-started' || first.simulated || !holdsAny(events, ours)) continue;
    const state = fold(events);
    if (state === null) continue;
    const devices = openDevicesOf(state, ours).filter(({ serial }) => !later.has(serial));
    for (const serial of latestDeployments(state, ours).keys()) later.add(serial);
    if (devices.length === 0 || (!isArchived && !isFinished(state))) continue;
    open.push({ rollout: state.plan.name, startedAt: state.startedAt, isArchived, devices });
  }
  return open.reverse();
}

function holdsAny(events: readonly JournaledEvent[], ours: ReadonlySet<Serial>): boolean {
  return events.some(
    (event) => event.type === 'deployment-intended' && event.devices.some((serial) => ours.has(serial)),
  );
}
