import { apply } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial, waveName } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { given, STORIES } from './told-orders.ts';
import { intended, NO_ANSWER, NOT_FOUND, REFUSED, stopped, toBerlin, toHalt } from './told.ts';

/** Every kind of event, each with the state after it. */
export function everyEvent(): readonly { readonly event: JournaledEvent; readonly state: RolloutState }[] {
  return everyStory().flatMap(statesOf);
}

/** The rollouts that have every kind of event between them. */
export function everyStory(): readonly (readonly JournaledEvent[])[] {
  const halted = toHalt().tell(
    { type: 'grace-ended', unfinished: 8 },
    stopped('halted', 'the rollout is halted'),
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
    .tell(
      { type: 'connections-checked', offline: [], unlisted: [] },
      {
        type: 'connections-checked',
        offline: [serial('canary-1')],
        unlisted: [serial('canary-2')],
        partial: 'it holds 1 of 2 rows',
      },
      { type: 'connections-checked', offline: [serial('canary-1')], unlisted: [serial('canary-2')] },
    )
    .deploy('canary')
    .report('canary/1', { success: devicesOf('canary', 1, 2) });
  const canary = [serial('canary-1'), serial('canary-2')];
  const checked = new ToldRollout(makePlan([makeWave('canary', 4, { soakMs: 3_600_000 })]))
    .deploy('canary')
    .tell(
      { type: 'deployment-not-found', deployment: 'canary/1', failure: NOT_FOUND },
      { type: 'deployment-found', deployment: 'canary/1' },
    )
    .report('canary/1', { success: devicesOf('canary', 1, 4) })
    .tell(
      {
        type: 'devices-noted',
        deployment: 'canary/1',
        words: [{ word: 'rolled_back', devices: canary }],
        notListed: [serial('canary-3')],
        cleared: [],
      },
      {
        type: 'devices-noted',
        deployment: 'canary/1',
        words: [],
        notListed: [],
        cleared: [serial('canary-2')],
      },
      {
        type: 'successes-unconfirmed',
        deployment: 'canary/1',
        devices: [serial('canary-1'), serial('canary-3')],
      },
      { type: 'deployment-not-found', deployment: 'canary/1', failure: NOT_FOUND },
      { type: 'successes-unconfirmed', deployment: 'canary/1', devices: null },
      { type: 'soak-ended', wave: waveName('canary') },
    );
  const reverted = toBerlin()
    .deploy('berlin')
    .tell({ type: 'devices-reverted', deployment: 'canary/1', devices: [serial('canary-1')] });
  const close = { ...given(timedOut, 'pause', 'it was scrapped'), kind: 'accept-open' } as const;
  const followed = new ToldRollout(makePlan([makeWave('canary', 4, { maxFailures: { count: 3 } })]))
    .deploy('canary')
    .report('canary/1', { success: ['canary-1'], processing: ['canary-2', 'canary-3'] })
    .tell(
      {
        type: 'devices-timed-out',
        deployment: 'canary/1',
        unknown: [serial('canary-4')],
        timedOut: [serial('canary-2'), serial('canary-3')],
      },
      {
        type: 'deployment-followed-up',
        deployment: 'canary/1',
        answer: 'listed',
        processing: [serial('canary-3')],
        success: [serial('canary-2')],
        failed: [serial('canary-1')],
      },
    )
    .obey(close);
  const ordered = Object.values(STORIES).map((tell) => tell());
  return [halted, timedOut, tried, refused, completed, checked, reverted, followed, ...ordered].map(
    ({ events }) => events,
  );
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
