/** Rollouts in every situation there is, with what is known of them besides, by the names of the golden files. */
import type { StatusContext } from '../../src/views/tables/situation.ts';
import type { Order } from '../../src/rollout/order.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../kit/rollouts.ts';
import { given, settlement, STORIES } from './told-orders.ts';
import type { StoryName } from './told-orders.ts';
import { intended, NO_ANSWER, onRecord, REFUSED, stopped, toBerlin, toHalt } from './told.ts';

type Told = StatusContext & { readonly state: RolloutState };

/** How long after the last event each of them is looked at. */
export const LOOKED_AT_MS = 65_000;

export const HOLDER = {
  id: 'h-41',
  host: 'ci-7',
  pid: 4242,
  startedBy: 'https://git.example/runs/17',
  since: STARTED_AT,
};

const DOUBTED = toBerlin().tell(
  intended(),
  { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
  stopped('in-doubt', 'berlin/1'),
).state;

/** None of these was told anything by an operator. */
export const SITUATIONS: Readonly<Record<string, Told>> = {
  running: { state: toBerlin().deploy('berlin').state, isHeld: true },
  'runner-gone': { state: toBerlin().deploy('berlin').state, isHeld: false },
  interrupted: {
    state: toBerlin().deploy('berlin').tell(stopped('interrupted', 'stopped by a signal')).state,
    isHeld: false,
  },
  stopped: {
    state: toBerlin().tell(stopped('environment', 'the API did not answer for 15m.')).state,
    isHeld: false,
  },
  'in-doubt': { state: DOUBTED, isHeld: false },
  announced: { state: toBerlin().tell(intended()).state, isHeld: false },
  'halted-watched': { state: toHalt().state, isHeld: true },
  'halted-unwatched': {
    state: toHalt().tell(stopped('interrupted', 'stopped by a signal')).state,
    isHeld: false,
  },
  halted: { state: toHalt().tell({ type: 'grace-ended', unfinished: 8 }).state, isHeld: false },
  refused: {
    state: toBerlin().tell(
      intended(),
      { type: 'deployment-refused', deployment: 'berlin/1', failure: REFUSED },
      { type: 'grace-ended', unfinished: 0 },
    ).state,
    isHeld: false,
  },
  completed: {
    state: toBerlin()
      .deploy('berlin', 1)
      .report('berlin/1', { success: devicesOf('berlin', 1, 19) })
      .tell({
        type: 'devices-timed-out',
        deployment: 'berlin/1',
        timedOut: [],
        unknown: [serial('berlin-20')],
      })
      .report('berlin/1', { success: ['berlin-20'] })
      .deploy('berlin', 2)
      .report('berlin/2', { success: devicesOf('berlin', 21, 40) })
      .deploy('taipei')
      .report('taipei/1', { success: devicesOf('taipei', 1, 37) })
      .tell(stopped('completed', 'the rollout is complete')).state,
    isHeld: false,
  },
  'not-started': { state: onRecord(), isHeld: false },
};

function tell(name: StoryName, isHeld = false): Told {
  return { state: STORIES[name]().state, isHeld };
}

/** An order that was left `agoMs` before somebody looks. */
function pending(told: ToldRollout, agoMs: number): Order {
  const givenAt = told.state.updatedAt + LOOKED_AT_MS - agoMs;
  return { ...given(told, 'abort', 'the image is bad'), givenAt };
}

const flying = toBerlin().deploy('berlin');
const spaced = makePlan([makeWave('the others', 2, { devices: [serial('a-1'), serial('a-2')] })]);

/** Those that operators have told something, and what else has come since. */
export const ORDERED: Readonly<Record<string, Told>> = {
  'gate-tried': tell('gate-tried', true),
  'gate-failed': tell('gate-failed'),
  'hook-failed': tell('hook-failed', true),
  'rollback-offered': tell('rollback-offered'),
  'taken-back': tell('taken-back'),
  'taken-back-by-its-plan': tell('taken-back-by-its-plan'),
  soaking: tell('soaking', true),
  'soak-is-long': tell('soak-is-long'),
  'failed-in-its-soak': tell('failed-in-its-soak'),
  'waiting-for-approval': tell('waiting-for-approval'),
  'waiting-for-window': tell('waiting-for-window'),
  'approval-has-lapsed': tell('approval-has-lapsed'),
  'too-few-online': tell('too-few-online'),
  'ready-approved': tell('approved'),
  'paused-watched': tell('paused-watched', true),
  paused: tell('paused'),
  'paused-unwatched': tell('paused-unwatched'),
  'paused-in-doubt': {
    state: toBerlin()
      .tell(intended(), { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER })
      .obey(given(toBerlin(), 'pause', 'wait for me')).state,
    isHeld: false,
    orders: [settlement(flying, 'berlin/1', { kind: 'not-created' })],
  },
  'aborted-watched': tell('aborted-watched', true),
  aborted: tell('aborted'),
  'aborted-without-runner': tell('aborted-without-runner'),
  'aborted-after-halt': tell('aborted-after-halt'),
  'ready-resumed': tell('resumed'),
  'ready-resumed-after-pause': tell('resumed-after-pause'),
  'ready-retried': tell('retried'),
  'ready-settled': tell('settled-as-not-created'),
  'ready-retried-after-kill': tell('retried-after-kill'),
  closed: tell('closed'),
  'retry-under-way': tell('retry-under-way', true),
  'halted-again': tell('halted-again'),
  'halted-in-doubt': tell('halted-in-doubt'),
  'completed-with-acknowledged': tell('completed-with-acknowledged'),
  'timed-out-and-retried': tell('timed-out-and-retried', true),
  'order-refused': tell('order-refused', true),
  'order-pending': {
    state: flying.state,
    isHeld: true,
    holder: HOLDER,
    orders: [pending(flying, 400)],
  },
  'order-not-taken-up': {
    state: flying.state,
    isHeld: true,
    holder: HOLDER,
    orders: [pending(flying, 60_000)],
  },
  'order-pending-without-runner': {
    state: toBerlin().deploy('berlin').tell(stopped('interrupted', 'stopped by a signal')).state,
    isHeld: false,
    orders: [pending(flying, 60_000)],
  },
  lost: {
    state: flying.state,
    isHeld: false,
    stop: { why: 'lost', message: 'this runner lost the lock of camera-2.14: it was unlocked.' },
  },
  'in-doubt-spaced': {
    state: new ToldRollout(spaced)
      .intend('the others')
      .tell({ type: 'deployment-doubted', deployment: 'the others/1', failure: NO_ANSWER }).state,
    isHeld: false,
  },
};
