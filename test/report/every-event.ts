import { apply } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { STORIES } from './told-orders.ts';
import { intended, NO_ANSWER, REFUSED, stopped, toBerlin, toHalt } from './told.ts';

/** Every kind of event, each with the state after it. */
export function everyEvent(): readonly { readonly event: JournaledEvent; readonly state: RolloutState }[] {
  const halted = toHalt().tell(
    { type: 'grace-ended', unfinished: 8 },
    stopped('halted', 'the rollout has halted'),
  );
  const timedOut = toBerlin()
    .deploy('berlin')
    .report('berlin/1', { processing: devicesOf('berlin', 1, 19), success: devicesOf('berlin', 3, 18) })
    .tell({
      type: 'devices-timed-out',
      deployment: 'berlin/1',
      timedOut: [serial('berlin-1')],
      unknown: [serial('berlin-20')],
    })
    .report('berlin/1', { success: ['berlin-1', 'berlin-2'], failed: ['berlin-20'] });
  const tried = toBerlin().tell(
    intended(),
    { type: 'deployment-not-made', deployment: 'berlin/1', failure: NO_ANSWER },
    intended(),
    { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
  );
  const refused = toBerlin().tell(
    intended(),
    { type: 'deployment-refused', deployment: 'berlin/1', failure: REFUSED },
    { type: 'grace-ended', unfinished: 0 },
  );
  const completed = new ToldRollout(makePlan([makeWave('canary', 2)]))
    .deploy('canary')
    .report('canary/1', { success: devicesOf('canary', 1, 2) });
  const ordered = Object.values(STORIES).map((tell) => tell());
  return [halted, timedOut, tried, refused, completed, ...ordered].flatMap(({ events }) => statesOf(events));
}

export function statesOf(
  events: readonly JournaledEvent[],
): readonly { readonly event: JournaledEvent; readonly state: RolloutState }[] {
  let state: RolloutState | null = null;
  return events.map((event) => {
    state = apply(state, event);
    return { event, state };
  });
}
