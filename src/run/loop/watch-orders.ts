/** Orders from outside, processed by a run or by a command: each is on record before it is dropped from the inbox. */
import type { Clock } from '../../base/clock.ts';
import type { Journal, JournalProblem, Outcome } from '../../store/journal.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import { eventFor, refusalOf } from '../../rollout/handle-order.ts';
import type { Order } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Recorder } from './recorder.ts';
import type { RunControl } from './run-control.ts';
import { inFlightDeployments } from '../../rollout/decide.ts';
import { decideOnResuming } from '../../rollout/in-doubt.ts';
import type { Observer } from './observer.ts';
import { createRecorder } from './recorder.ts';
import { createRunControl } from './run-control.ts';

/** An order reaches a runner within this time, on top of what looking takes. */
export const ORDER_TICK_MS = 1_000;

export type OrderPorts = {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly control: RunControl;
  readonly recorder: Recorder;
  /** Why an order that could be obeyed is not to be, for what other rollouts do; `null` for one that is. */
  readonly objectTo?: (order: Order) => string | null;
};

/** Looks every tick, the first time after one. Resolves when the run has been stopped. */
export async function watchOrders(ports: OrderPorts): Promise<void> {
  const { clock, control } = ports;
  for (;;) {
    await control.sleepUntil(clock.now() + ORDER_TICK_MS);
    if (control.cause() !== null) return;
    await processOrders(ports);
  }
}

/**
 * Takes up what has been left by now, unless the run is ending: then it stays for whoever comes next. An order that was
 * obeyed before a crash is dropped, and not obeyed twice.
 */
export async function processOrders(ports: Omit<OrderPorts, 'clock'>): Promise<void> {
  const { journal, control, recorder } = ports;
  const left = await journal.orders();
  if (left.kind === 'problem') {
    stopByInbox(control, left);
    return;
  }
  for (const order of left.value) {
    await recorder.recordWhat((state) => (control.cause() === null ? answerTo(order, state, ports) : null));
    if (!recorder.state().orders.has(order.id)) return;
    const dropped = await journal.dropOrder(order.id);
    if (dropped.kind === 'problem') {
      stopByInbox(control, dropped);
      return;
    }
  }
}

function answerTo(
  order: Order,
  state: RolloutState,
  { objectTo }: Pick<OrderPorts, 'objectTo'>,
): RolloutEvent | null {
  const event = eventFor(state, order);
  const objection = event === null ? null : (objectTo?.(order) ?? null);
  return objection === null ? event : refusalOf(order, objection);
}

/** The journal itself may be whole. */
function stopByInbox(control: RunControl, { problem, message }: JournalProblem): void {
  control.stop(
    problem === 'lost'
      ? { why: 'lost', message, isRecorded: false }
      : { why: 'environment', origin: 'record', message, isRecorded: true },
  );
}

export type LeftOrdersPorts = Pick<OrderPorts, 'objectTo'> & {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly observer: Observer;
};

/** `state` is what the journal tells; resolves to the one after the orders. */
export async function processInbox(
  state: RolloutState,
  { journal, clock, observer, ...objecting }: LeftOrdersPorts,
): Promise<Outcome<RolloutState>> {
  const control = createRunControl(clock);
  const recorder = createRecorder(state, { journal, clock, observer, control });
  const left = await journal.orders();
  if (left.kind === 'problem') return left;
  if (left.value.length > 0) {
    // The runner that announced a deployment and left no answer is gone: nobody else will say that it is in doubt, and
    // only now can be told whether its process has certainly ended.
    for (const doubt of decideOnResuming(state, journal.gone)) await recorder.record(doubt);
  }
  await processOrders({ journal, control, recorder, ...objecting });
  // With nothing in flight, a halt is watched to its end already.
  if (inFlightDeployments(recorder.state()).length === 0) {
    await recorder.recordWhat(({ phase }) =>
      phase.kind === 'halted' ? { type: 'grace-ended', unfinished: 0 } : null,
    );
  }
  const cause = control.cause();
  if (cause === null) return { kind: 'done', value: recorder.state() };
  return {
    kind: 'problem',
    problem: cause.why === 'lost' ? 'lost' : 'unavailable',
    message: cause.message,
  };
}
