/** Orders from outside, taken up while a run lasts: each is on record before it is dropped from the inbox. */
import type { Clock } from '../base/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { eventFor } from '../rollout/obey.ts';
import type { Recorder } from './recorder.ts';
import type { RunControl } from './run-control.ts';
import { stopByJournal } from './stop-by-journal.ts';

/** An order reaches a runner within this time, on top of what looking takes. */
export const ORDER_TICK_MS = 1_000;

export type OrderPorts = {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly control: RunControl;
  readonly recorder: Recorder;
};

/** Looks every tick, the first time after one. Resolves when the run has been stopped. */
export async function watchOrders(ports: OrderPorts): Promise<void> {
  const { clock, control } = ports;
  for (;;) {
    await control.sleepUntil(clock.now() + ORDER_TICK_MS);
    if (control.cause() !== null) return;
    await takeUpOrders(ports);
  }
}

/** Takes up what has been left by now. An order that was obeyed before a crash is dropped, and not obeyed twice. */
export async function takeUpOrders({ journal, control, recorder }: Omit<OrderPorts, 'clock'>): Promise<void> {
  const left = await journal.orders();
  if (left.kind === 'problem') {
    stopByJournal(control, left);
    return;
  }
  for (const order of left.value) {
    await recorder.recordWhat((state) => eventFor(state, order));
    if (control.cause()?.isRecorded === false) return;
    const dropped = await journal.dropOrder(order.id);
    if (dropped.kind === 'problem') {
      stopByJournal(control, dropped);
      return;
    }
  }
}
