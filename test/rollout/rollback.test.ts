import { describe, expect, test } from 'vitest';
import type { ArtifactUuid, Serial } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { describeCause } from '../../src/views/wording/causes.ts';
import { decide } from '../../src/rollout/decide.ts';
import { decideStart } from '../../src/rollout/entry.ts';
import { RULES_OF_TODAY } from '../../src/rollout/event.ts';
import type { RolloutEvent, Rules } from '../../src/rollout/event.ts';
import { decideOrder } from '../../src/rollout/handle-order.ts';
import type { Order, RollbackScope } from '../../src/rollout/order.ts';
import { causesRollback, planRollback } from '../../src/rollout/rollback.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { order, orderRecord } from '../kit/orders.ts';
import { DIGEST, makePlan, makeWave, waveName } from '../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../kit/rollouts.ts';
import { NO_ANSWER } from '../views/told.ts';

const BEFORE = 'b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b' as ArtifactUuid;
const WATCHED: RolloutEvent = { type: 'grace-ended', unfinished: 0 };

function planWith(automatic = false, changes: Partial<RolloutPlan> = {}): RolloutPlan {
  return makePlan(
    [
      makeWave('one', 3, { maxFailures: { count: 1 }, arguments: { channel: 'canary' }, soakMs: 3_600_000 }),
      makeWave('two', 6, { batch: { size: 2, parallel: 1 }, timeoutMs: 60_000 }),
      makeWave('three', 4),
    ],
    { rollback: { artifact: { uuid: BEFORE }, arguments: { force: 'yes' }, automatic }, ...changes },
  );
}

function rollback(only: RollbackScope = 'reached', id = 'rollback'): Order {
  return { ...orderRecord(id), kind: 'rollback', only };
}

/** One device of the first wave has failed; of the second, one was rejected, one has failed, and four were not reached. */
function toHalt(told: ToldRollout | RolloutPlan = planWith()): ToldRollout {
  return (told instanceof ToldRollout ? told : new ToldRollout(told))
    .deploy('one')
    .report('one/1', { success: ['one-1', 'one-2'], failed: ['one-3'] })
    .tell({ type: 'soak-ended', wave: waveName('one') })
    .deploy('two', 1, ['two-1'])
    .report('two/1', { failed: ['two-2'] });
}

function toClosed(plan = planWith()): ToldRollout {
  return toHalt(plan).tell(WATCHED);
}

function devicesIn(state: RolloutState): readonly (readonly [string, readonly string[]])[] {
  return (planRollback(state)?.waves ?? []).map(({ name, devices }) => [name, devices] as const);
}

describe('the plan of a rollback', () => {
  test('is about those that were reached, in one wave, the latest first, and nobody else', () => {
    const { state } = toClosed().obey(rollback());
    expect(devicesIn(state)).toEqual([['rollback', ['two-2', 'one-1', 'one-2', 'one-3']]]);
  });

  test('or about those that have the artifact', () => {
    expect(devicesIn(toClosed().obey(rollback('succeeded')).state)).toEqual([
      ['rollback', ['one-1', 'one-2']],
    ]);
  });

  test('counts an outcome that came too late, and the latest attempt', () => {
    const told = toHalt()
      .report('two/1', { success: ['two-2'] })
      .tell(WATCHED)
      .obey(rollback('succeeded'));
    expect(devicesIn(told.state)).toEqual([['rollback', ['two-2', 'one-1', 'one-2']]]);
    const retried = toClosed()
      .obey(order('retry'))
      .deploy('two', 4)
      .report('two/4', { failed: ['two-1', 'two-2'] })
      .tell(WATCHED)
      .obey(rollback());
    // Rejected at first, reached by the retry.
    expect(devicesIn(retried.state)).toEqual([['rollback', ['two-1', 'two-2', 'one-1', 'one-2', 'one-3']]]);
  });

  test('deploys the other artifact at once, tolerates devices that are silent and none that fails', () => {
    const { state } = toClosed().obey(rollback());
    expect(planRollback(state)).toMatchObject({
      name: 'camera-2.14.rollback',
      artifact: { uuid: BEFORE },
      rollbackOf: { name: 'camera-2.14', startedAt: STARTED_AT },
      maxFailures: null,
      waves: [
        {
          arguments: { force: 'yes' },
          maxFailures: { count: 0 },
          minSuccess: null,
          rejected: 'failure',
          maxTimedOut: { partsPerMillion: 1_000_000 },
          unknown: 'timed-out',
          // The longest of the waves that were reached, and the largest deployment that the API has taken.
          timeoutMs: 3_600_000,
          batch: { size: 3, parallel: 1 },
        },
      ],
    });
    expect(planRollback(state)?.waves.some((wave) => 'soakMs' in wave || 'window' in wave)).toBe(false);
  });

  test('takes its limits, batches and timeout from the plan', () => {
    const policy = {
      maxFailures: { count: 1 },
      maxTimedOut: { count: 2 },
      timeoutMs: 5_000,
      batch: { size: 2, parallel: 4 },
    };
    const plan = planWith();
    const { state } = toClosed({ ...plan, rollback: { ...(plan.rollback ?? never()), ...policy } }).obey(
      rollback(),
    );
    expect(planRollback(state)?.waves).toMatchObject([policy]);
  });

  test('is planned as release 0.1 did where that has begun it, or would have', () => {
    const asThen = [
      ['one', ['one-1', 'one-2', 'one-3']],
      ['two', ['two-2']],
    ];
    const begun: RolloutEvent = { type: 'rollback-started', order: null, only: 'reached' };
    expect(devicesIn(toClosed().tell(begun).state)).toEqual(asThen);
    const automatic = toHalt(new ToldRollout(planWith(true), null)).tell(WATCHED);
    const due = decide(automatic.state, 0);
    expect(due).toEqual({ kind: 'record', event: begun });
    expect(devicesIn(automatic.tell(begun).state)).toEqual(asThen);
    expect(planRollback(automatic.state)).toMatchObject({
      waves: [
        { arguments: { force: 'yes' }, maxFailures: { count: 2 }, minSuccess: null, timeoutMs: 3_600_000 },
        { maxFailures: { count: 1 }, batch: { size: 1, parallel: 1 }, timeoutMs: 60_000 },
      ],
    });
    expect(planRollback(automatic.state)?.waves.some((wave) => 'maxTimedOut' in wave)).toBe(false);
  });

  test('is planned by its own limits in a record of 0.1 whose plan has them', () => {
    const plan = planWith(true);
    const own = { ...plan, rollback: { ...(plan.rollback ?? never()), maxTimedOut: { count: 1 } } };
    const closed = toHalt(new ToldRollout(own, null)).tell(WATCHED);
    expect(decide(closed.state, 0)).toMatchObject({ event: { type: 'rollback-started', rules: 2 } });
  });

  test('runs the hooks that tell, and not those that decide', () => {
    const hook = { name: 'h', run: ['h'], timeoutMs: 1_000 };
    const hooks = { beforeRollout: [hook], beforeWave: [hook], onHalt: [hook], afterRollout: [hook] };
    const told = toClosed().obey(rollback()).state;
    const state = { ...told, plan: { ...told.plan, hooks } };
    expect(Object.keys(planRollback(state)?.hooks ?? {})).toEqual(['onHalt', 'afterRollout']);
  });

  test('is none where nothing has been decided', () => {
    expect(planRollback(toClosed().state)).toBeNull();
  });
});

describe('the order to roll back', () => {
  const completed = new ToldRollout(
    makePlan([makeWave('one', 1)], { rollback: planWith().rollback ?? never() }),
  )
    .deploy('one')
    .report('one/1', { success: ['one-1'] });

  test.each([
    ['has halted and been watched to its end', toClosed()],
    [
      'was aborted',
      new ToldRollout(planWith())
        .deploy('one')
        .obey(order('abort'))
        .report('one/1', { success: devicesOf('one', 1, 3) })
        .tell(WATCHED),
    ],
    ['has completed', completed],
  ])('is obeyed where it %s', (_, { state }) => {
    expect(decideOrder(state, rollback()).kind).toBe('obey');
  });

  test.each([
    ['runs', new ToldRollout(planWith()).deploy('one'), 'abort it first'],
    ['is watched', toHalt(), 'still polled'],
    ['has nothing to go back to', toClosed({ ...planWith(), rollback: undefined as never }), 'no `rollback`'],
    ['has reached nobody', new ToldRollout(planWith()).obey(order('abort')).tell(WATCHED), 'no device'],
    ['is in doubt', new ToldRollout(planWith()).intend('one').obey(order('abort')).tell(WATCHED), 'in doubt'],
  ])('is refused where the rollout %s', (_, { state }, why) => {
    expect(decideOrder(state, rollback())).toMatchObject({
      kind: 'refuse',
      message: expect.stringContaining(why) as string,
    });
  });

  test('ends it for good: it is neither resumed nor retried, and what is taken back stays so', () => {
    const { state } = toClosed().obey(rollback());
    for (const kind of ['resume', 'retry'] as const)
      expect(decideOrder(state, order(kind))).toMatchObject({ kind: 'refuse' });
    expect(decideOrder(state, rollback('reached', 'again'))).toMatchObject({ kind: 'already' });
    expect(decideOrder(state, rollback('succeeded', 'otherwise'))).toMatchObject({ kind: 'refuse' });
  });
});

describe('the wave of a rollback', () => {
  const plan = planRollback(toClosed().obey(rollback()).state) ?? never();

  function toJudgement(policy: Partial<RolloutPlan['waves'][number]> = {}): ToldRollout {
    const waves = plan.waves.map((wave) => ({ ...wave, ...policy, batch: { size: 4, parallel: 1 } }));
    return new ToldRollout({ ...plan, waves })
      .deploy('rollback')
      .report('rollback/1', { success: ['one-1'] });
  }

  function timeOut(timedOut: readonly string[], unknown: readonly string[]): RolloutEvent {
    const serials = (names: readonly string[]) => names as readonly Serial[];
    return {
      type: 'devices-timed-out',
      deployment: 'rollback/1',
      timedOut: serials(timedOut),
      unknown: serials(unknown),
    };
  }

  test('passes although all devices but one stay silent', () => {
    const { state } = toJudgement().tell(timeOut(['one-2', 'one-3'], ['two-2']));
    expect(state.phase.kind).toBe('completed');
  });

  test('halts when a device fails or is rejected', () => {
    expect(toJudgement().report('rollback/1', { failed: ['one-2'] }).state.phase).toMatchObject({
      cause: { reason: 'failures-exceeded', failures: 1, tolerated: 0 },
    });
    const rejected = new ToldRollout(plan).deploy('rollback', 1, ['two-2']);
    expect(rejected.state.phase).toMatchObject({ cause: { reason: 'failures-exceeded', failures: 1 } });
  });

  test('halts when more devices are silent than maxTimedOut tolerates, timed out and unknown together', () => {
    const { state } = toJudgement({ maxTimedOut: { count: 2 } }).tell(timeOut(['one-2', 'one-3'], ['two-2']));
    const { phase } = state;
    expect(phase).toMatchObject({
      kind: 'halted',
      cause: { reason: 'failures-exceeded', kind: 'timed-out', failures: 3, base: 4, tolerated: 2 },
    });
    expect(phase.kind === 'halted' && describeCause(phase, state.plan)).toBe(
      'wave rollback halted: 3 of 4 devices silent, 2 tolerated (maxTimedOut 2)',
    );
  });

  test('goes on after a resume with what was acknowledged', () => {
    const { state } = toJudgement({ maxTimedOut: { count: 2 } })
      .tell(timeOut(['one-2', 'one-3'], ['two-2']))
      .obey(order('resume'));
    expect(state.phase.kind).toBe('completed');
  });
});

describe('a plan that wants it by itself', () => {
  const begun: RolloutEvent = { type: 'rollback-started', order: null, only: 'reached', rules: 2 };

  test('has it decided once the halt has been watched to its end', () => {
    expect(decide(toHalt(planWith(true)).state, 0)).toEqual({ kind: 'record', event: WATCHED });
    const closed = toClosed(planWith(true));
    expect(decide(closed.state, 0)).toEqual({ kind: 'record', event: begun });
    expect(decide(closed.tell(begun).state, 0)).toEqual({ kind: 'end' });
  });

  test('after the hooks of the halt', () => {
    const hooks = { onHalt: [{ name: 'page', run: ['page'], timeoutMs: 1_000 }] };
    expect(decide(toClosed(planWith(true, { hooks })).state, 0).kind).toBe('hook');
  });

  test('not where an operator has aborted it, nor while anything is in doubt', () => {
    const aborted = new ToldRollout(planWith(true)).deploy('one').obey(order('abort')).tell(WATCHED);
    expect(decide(aborted.state, 0)).toEqual({ kind: 'end' });
    const doubtful = new ToldRollout(planWith(true))
      .deploy('one')
      .report('one/1', { failed: devicesOf('one', 1, 1), success: devicesOf('one', 2, 3) })
      .tell({ type: 'soak-ended', wave: waveName('one') })
      .deploy('two', 1)
      .intend('two', 2)
      .tell({ type: 'deployment-doubted', deployment: 'two/2', failure: NO_ANSWER })
      .report('two/1', { failed: ['two-1'] })
      .tell(WATCHED);
    expect(decide(doubtful.state, 0)).toEqual({ kind: 'end' });
  });

  /** One device of the first wave has succeeded before the halt. */
  function haltedBy(event: RolloutEvent, rules: Rules | null): RolloutState {
    const plan = makePlan([makeWave('one', 1), makeWave('two', 1)], {
      rollback: { artifact: { uuid: BEFORE }, arguments: {}, automatic: true },
    });
    return new ToldRollout(plan, rules)
      .deploy('one')
      .report('one/1', { success: ['one-1'] })
      .intend('two')
      .tell(event, WATCHED).state;
  }

  const REFUSED: RolloutEvent = { type: 'deployment-refused', deployment: 'two/1', failure: NO_ANSWER };

  test('waits for a person after a halt that says nothing about the artifact', () => {
    expect(decide(haltedBy(REFUSED, RULES_OF_TODAY), 0)).toEqual({ kind: 'end' });
    expect(causesRollback('hook-failed', RULES_OF_TODAY)).toBe(false);
    expect(causesRollback('operator', RULES_OF_TODAY)).toBe(false);
    expect(causesRollback('check-inconclusive', RULES_OF_TODAY)).toBe(false);
    // A person may still order it.
    expect(decideOrder(haltedBy(REFUSED, RULES_OF_TODAY), rollback()).kind).toBe('obey');
  });

  test('follows from what devices and gates did', () => {
    for (const reason of [
      'failures-exceeded',
      'success-unreachable',
      'rollout-failures-exceeded',
      'gate-failed',
      'reverted',
    ] as const)
      expect(causesRollback(reason, RULES_OF_TODAY)).toBe(true);
  });

  test('follows from every halt but an abort in a record that release 0.1 began', () => {
    const asThen: RolloutEvent = { type: 'rollback-started', order: null, only: 'reached' };
    expect(decide(haltedBy(REFUSED, null), 0)).toEqual({ kind: 'record', event: asThen });
    expect(causesRollback('hook-failed', 1)).toBe(true);
    expect(causesRollback('operator', 1)).toBe(false);
  });

  test('is gone on with by the run after a crash', () => {
    const plan = planWith(true);
    const wanted = { plan, digest: DIGEST, simulated: false, again: false };
    const closed = toClosed(plan);
    expect(decideStart(closed.state, wanted).kind).toBe('go-on');
    expect(decideStart(closed.tell(begun).state, wanted).kind).toBe('finished');
  });
});

function never(): never {
  throw new Error('the plan has a rollback');
}
