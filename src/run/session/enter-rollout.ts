/**
 * From a journal that has just been opened to the state that a run starts from: orders that were left while nobody was at
 * work, a plan that has changed, devices that another rollout is at, a record that is to be set aside.
 */
import type { Clock } from '../../base/clock.ts';
import type { Journal, JournalProblem, JournalStore, Outcome } from '../../store/journal.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import { apply, fold } from '../../rollout/apply.ts';
import { decideStart, startEvent } from '../../rollout/entry.ts';
import type { StartMode, Refusal, Wanted } from '../../rollout/entry.ts';
import type { JournaledEvent, RolloutEvent } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { processInbox } from '../loop/watch-orders.ts';
import { findOverlap, questionOf, reactivates } from './overlap.ts';
import type { Overlap } from './overlap.ts';
import type { StartBar } from './start-bar.ts';

export type Entering = {
  readonly store: JournalStore;
  readonly journal: Journal;
  readonly wanted: Wanted;
  /** When the rollout was started that was on record as the user agreed; `null` where there was none. */
  readonly seenStartedAt: number | null;
  readonly allowOverlap: boolean;
  /** Why nothing may be started; `null` where it may. */
  readonly startBar: StartBar | null;
  /** What somebody has agreed to of what earlier rollouts left open, by `keysOfOpen`. */
  readonly agreedOpen: ReadonlySet<string>;
  readonly clock: Clock;
};

export type ProcessedOrder = { readonly event: JournaledEvent; readonly state: RolloutState };

export type Entered =
  /** `told` is what went on record on the way in. */
  | { readonly kind: 'entered'; readonly state: RolloutState; readonly told: readonly ProcessedOrder[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-started'; readonly bar: StartBar }
  | Overlap
  | JournalProblem;

export async function enterRollout(entering: Entering): Promise<Entered> {
  const recorded = fold(entering.journal.events);
  const left = await entering.journal.orders();
  if (left.kind === 'problem') return left;
  if (recorded === null || !reactivates(recorded, left.value)) return enter(recorded, entering);
  const { plan, again } = entering.wanted;
  const question = { plan, again, begun: recorded };
  return enterBesideOthers(entering, question, () => enter(recorded, { ...entering, allowOverlap: true }));
}

/** Of a rollout that was to be continued: its record was there before. */
export function describeGone(
  name: RolloutName,
  { location }: Pick<JournalStore, 'location'>,
): JournalProblem {
  const message = `the record of ${name} in ${location} was removed after it was read; nothing was done`;
  return { kind: 'problem', problem: 'unavailable', message };
}

async function enter(recorded: RolloutState | null, entering: Entering): Promise<Entered> {
  const obeyed = await processLeftOrders(recorded, entering);
  if (obeyed.kind === 'problem') return obeyed;
  const { state, told } = obeyed.value;
  if (state === null && entering.wanted.isByRecord === true)
    return describeGone(entering.wanted.plan.name, entering.store);
  const entry = decideStart(state, wantedNow(state, entering));
  switch (entry.kind) {
    case 'start':
    case 'start-over':
      // Looked at once more: the record may have been taken away meanwhile.
      return isBarred(entry, entering.startBar)
        ? { kind: 'not-started', bar: entering.startBar }
        : begin(entry, entering);
    case 'go-on':
      if (entry.planChange === null) return { kind: 'entered', state: entry.state, told };
      return changePlan({ ...entry, planChange: entry.planChange }, told, entering);
    case 'finished':
    case 'finished-otherwise':
    case 'plan-changed':
    case 'plan-unclear':
    case 'not-as-recorded':
    case 'unfinished':
    case 'other-world':
      return { kind: 'refused', refusal: entry };
  }
}

/** These say that there may be a record elsewhere; the one that is started over has been found. */
const IS_ABOUT_ANOTHER: ReadonlySet<StartBar['kind']> = new Set([
  'record-elsewhere',
  'settings-above',
  'place-gone',
]);

/** Whether it may not be. Starting over has a record of its own, wherever there is another one. */
export function isBarred({ kind }: StartMode, bar: StartBar | null): bar is StartBar {
  if (bar === null) return false;
  return kind === 'start' || (kind === 'start-over' && !IS_ABOUT_ANOTHER.has(bar.kind));
}

/** What was started since is not what was to be started over: others with the same wish were quicker. */
function wantedNow(state: RolloutState | null, { wanted, seenStartedAt }: Entering): Wanted {
  return { ...wanted, again: wanted.again && (state?.startedAt ?? null) === seenStartedAt };
}

/** Orders that nobody was there to take up. */
async function processLeftOrders(
  recorded: RolloutState | null,
  { journal, clock }: Entering,
): Promise<Outcome<{ readonly state: RolloutState | null; readonly told: readonly ProcessedOrder[] }>> {
  if (recorded === null) return { kind: 'done', value: { state: null, told: [] } };
  const told: ProcessedOrder[] = [];
  const observer = {
    event: (event: JournaledEvent, state: RolloutState) => told.push({ event, state }),
    notice: () => undefined,
  };
  const obeyed = await processInbox(recorded, { journal, clock, observer });
  return obeyed.kind === 'problem' ? obeyed : { kind: 'done', value: { state: obeyed.value, told } };
}

async function begin(
  entry: Extract<StartMode, { readonly kind: 'start' | 'start-over' }>,
  entering: Entering,
): Promise<Entered> {
  const { journal, wanted, clock } = entering;
  const event: JournaledEvent = { seq: 1, at: clock.now(), ...startEvent(wanted) };
  return enterBesideOthers(entering, questionOf(entry, wanted), async () => {
    const archived = entry.kind === 'start-over' ? await journal.archive() : null;
    if (archived?.kind === 'problem') return archived;
    const appended = await journal.append([event]);
    if (appended.kind === 'problem') return appended;
    const state = apply(null, event);
    return { kind: 'entered', state, told: [{ event, state }] };
  });
}

async function changePlan(
  entry: Extract<StartMode, { readonly kind: 'go-on' }> & { readonly planChange: RolloutEvent },
  told: readonly ProcessedOrder[],
  entering: Entering,
): Promise<Entered> {
  const { planChange, state } = entry;
  const at = Math.max(entering.clock.now(), state.updatedAt);
  const event: JournaledEvent = { seq: state.seq + 1, at, ...planChange };
  return enterBesideOthers(entering, questionOf(entry, entering.wanted), async () => {
    const appended = await entering.journal.append([event]);
    if (appended.kind === 'problem') return appended;
    const changed = apply(state, event);
    return { kind: 'entered', state: changed, told: [...told, { event, state: changed }] };
  });
}

/** Looks at all other rollouts and puts this one on record before anybody else can do the same. */
async function enterBesideOthers(
  { store, wanted, allowOverlap, agreedOpen }: Entering,
  question: ReturnType<typeof questionOf>,
  putOnRecord: () => Promise<Entered>,
): Promise<Entered> {
  if (allowOverlap || question === null) return putOnRecord();
  const { simulated } = wanted;
  const outcome = await store.exclusively(
    async () => (await findOverlap({ ...question, store, simulated, agreedOpen })) ?? putOnRecord(),
  );
  return outcome.kind === 'problem' ? outcome : outcome.value;
}
