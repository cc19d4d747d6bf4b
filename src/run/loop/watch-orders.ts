/** Orders from outside, taken up while a run lasts: each is on record before it is dropped from the inbox. */
import type { Clock } from '../../base/clock.ts';
import type { Journal, JournalProblem } from '../../store/journal.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import { eventFor, refusalOf } from '../../rollout/handle-order.ts';
import type { Order } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Recorder } from './recorder.ts';
import type { RunControl } from './run-control.ts';

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
