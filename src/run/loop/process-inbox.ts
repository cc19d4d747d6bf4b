/** Orders that nobody is at work to take up, by whoever holds the rollout for a moment. */
import type { Clock } from '../../base/clock.ts';
import type { Journal, Outcome } from '../../store/journal.ts';
import { inFlightDeployments } from '../../rollout/decide.ts';
import { decideOnResuming } from '../../rollout/in-doubt.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Observer } from './observer.ts';
import { createRecorder } from './recorder.ts';
import { createRunControl } from './run-control.ts';
import { processOrders } from './watch-orders.ts';
import type { OrderPorts } from './watch-orders.ts';

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
