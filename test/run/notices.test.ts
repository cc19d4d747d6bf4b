/** Hooks that notify somebody of a rollout that waits, is in doubt or has stopped, by the real runner in virtual time. */
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { parsePercentage } from '../../src/plan/threshold.ts';
import type { Command, RolloutPlan, Window } from '../../src/plan/rollout-plan.ts';
import { describeEvent } from '../../src/views/wording/sentences.ts';
import { order, settleOrder } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { failure, inDoubt } from '../kit/scripted-api.ts';
import type { ApiScript } from '../kit/scripted-api.ts';
import { approve, run } from '../kit/staged-runs.ts';
import type { CommandRunner, CommandRequest } from '../../src/run/loop/command-runner.ts';
import type { CommandResult } from '../../src/rollout/halt-cause.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PASSED: CommandResult = { outcome: 'passed', detail: '', output: '', tookMs: 5 };

function command(name: string): Command {
  return { name, run: [`./${name}`], timeoutMs: MINUTE_MS };
}

const hooks = {
  onWait: [command('wait')],
  onDoubt: [command('doubt')],
  onStop: [command('stop')],
};

/** Commands that pass, and what each was told: `wait one approval`. */
function listen(outcome: CommandResult['outcome'] = 'passed') {
  const requests: CommandRequest[] = [];
  const commands: CommandRunner = (request) => {
    requests.push(request);
    if (requests.length > 100) throw new Error('it is told without end');
    return Promise.resolve({ ...PASSED, outcome });
  };
  const told = () =>
    requests.map(({ command: { name }, wave, notice }) => `${name} ${wave ?? '-'} ${notice?.reason ?? '-'}`);
  return { commands, requests, told };
}

describe('a rollout that waits for an approval', () => {
  const plan = makePlan([makeWave('one', 2, { approval: 'required' }), makeWave('two', 2)], { hooks });

  test('is told once, however many runs wait for it', async () => {
    const { commands, told, requests } = listen();
    const first = await run({ plan, commands, maxWaitMs: 0 });
    expect(first.result.cause.why).toBe('waiting');
    expect(told()).toEqual(['wait one approval']);
    expect(requests[0]?.notice).toMatchObject({ message: 'wave one waits for approval', until: null });
    const later = { plan, commands, events: first.events, startAt: first.clock.now() + HOUR_MS };
    const second = await run({ ...later, maxWaitMs: 0 });
    expect(second.result.cause.why).toBe('waiting');
    expect(told()).toEqual(['wait one approval']);
  });

  test('is told when the wait begins, not when the run gives up', async () => {
    const { commands, told } = listen();
    const { result, events } = await run({
      plan,
      commands,
      maxWaitMs: HOUR_MS,
      onEvent: ({ type }, { leave }) => {
        if (type === 'hook-ended') leave(approve('one'));
      },
    });
    expect(result.cause.why).toBe('completed');
    expect(told()).toEqual(['wait one approval']);
    expect((events.at(-1)?.at ?? NaN) - STARTED_AT).toBeLessThan(HOUR_MS);
  });

  test('and whose runner died while it was told is not told again', async () => {
    const { commands } = listen();
    const first = await run({ plan, commands, maxWaitMs: 0 });
    const begun = first.events.findIndex(({ type }) => type === 'hook-started');
    const again = listen();
    const cut = first.events.slice(0, begun + 1);
    const { events } = await run({ plan, commands: again.commands, events: cut, maxWaitMs: 0 });
    expect(again.told()).toEqual([]);
    expect(events.find(({ type }) => type === 'hook-ended')).toMatchObject({
      point: 'onWait',
      reason: 'approval',
      result: { outcome: 'lost' },
    });
  });

  test('goes on waiting where the hook fails', async () => {
    const { commands } = listen('failed');
    const { result } = await run({ plan, commands, maxWaitMs: 0 });
    expect(result.cause).toMatchObject({ why: 'waiting', waitsFor: 'approval' });
  });
});

test('a rollout that waits for its window is told until when', async () => {
  const days = [1, 2, 3, 4, 5, 6, 7];
  const from = new Date(STARTED_AT + 3 * HOUR_MS).getUTCHours() * 60;
  const window: Window = { days, from, to: (from + 60) % 1440, timeZone: 'UTC' };
  const { commands, told, requests } = listen();
  const plan = makePlan([makeWave('one', 1, { window })], { hooks });
  const { result } = await run({ plan, commands, maxWaitMs: DAY_MS });
  expect(result.cause.why).toBe('completed');
  expect(told()).toEqual(['wait one window']);
  expect(new Date(requests[0]?.notice?.until ?? NaN).getUTCHours() * 60).toBe(from);
});

test('a soak is told only where the run ends before it', async () => {
  const plan = makePlan([makeWave('one', 1, { soakMs: HOUR_MS }), makeWave('two', 1)], { hooks });
  const patient = listen();
  expect((await run({ plan, commands: patient.commands })).result.cause.why).toBe('completed');
  expect(patient.told()).toEqual([]);
  const hasty = listen();
  expect((await run({ plan, commands: hasty.commands, maxWaitMs: MINUTE_MS })).result.cause.why).toBe(
    'waiting',
  );
  expect(hasty.told()).toEqual(['wait one soak']);
});

test('a rollout that is paused is told once it has nothing in flight', async () => {
  const plan = makePlan([makeWave('one', 1), makeWave('two', 1)], { hooks });
  const { commands, told } = listen();
  const { result } = await run({
    plan,
    commands,
    onEvent: ({ type }, { leave }) => {
      if (type === 'deployment-accepted') leave(order('pause'));
    },
  });
  expect(result.cause.why).toBe('paused');
  expect(told()).toEqual(['wait two paused']);
});

test('too few devices online are told as what the rollout waits for', async () => {
  const plan = makePlan([makeWave('one', 2)], {
    hooks,
    preflight: { minOnline: present(parsePercentage('100%'), 'a percentage') },
  });
  const { commands, told } = listen();
  const { result } = await run({ plan, commands });
  expect(result.cause).toMatchObject({ why: 'waiting', waitsFor: 'devices-online' });
  expect(told()).toEqual(['wait one devices-online']);
});

describe('a lost answer', () => {
  const plan = makePlan([makeWave('one', 2), makeWave('two', 2)], { hooks });
  const lost = { posts: [inDoubt('server-error', 502)] };

  test('is told once, with what came of the POST', async () => {
    const { commands, told, requests } = listen();
    const first = await run({ plan, commands }, undefined, lost);
    expect(first.result.cause.why).toBe('in-doubt');
    expect(told()).toEqual(['doubt one in-doubt']);
    expect(requests[0]?.notice?.message).toBe('one/1: the API: server-error');
    const second = await run({ plan, commands, events: first.events, startAt: first.clock.now() });
    expect(second.result.cause.why).toBe('in-doubt');
    expect(told()).toEqual(['doubt one in-doubt']);
  });

  test('of the same deployment is told again after an operator has settled the first', async () => {
    const { commands, told } = listen();
    const first = await run({ plan, commands }, undefined, lost);
    const second = await run(
      {
        plan,
        commands,
        events: first.events,
        startAt: first.clock.now() + HOUR_MS,
        onStart: ({ leave }) => {
          leave(settleOrder('one/1', { kind: 'not-created' }));
        },
      },
      undefined,
      lost,
    );
    expect(second.result.cause.why).toBe('in-doubt');
    expect(told()).toEqual(['doubt one in-doubt', 'doubt one in-doubt']);
  });

  test('that a crash left is told by the next run', async () => {
    const whole = await run({ plan, commands: listen().commands });
    const intent = whole.events.findIndex(({ type }) => type === 'deployment-intended');
    const { commands, told } = listen();
    const { result } = await run({ plan, commands, events: whole.events.slice(0, intent + 1) });
    expect(result.cause.why).toBe('in-doubt');
    expect(told()).toEqual(['doubt one in-doubt']);
  });
});

describe('a run that the environment ends', () => {
  const plan = makePlan([makeWave('one', 2)], { hooks });
  const away = { kind: 'failed', failure: failure('unreachable') } as const;
  const refused = { kind: 'failed', failure: failure('forbidden', 403) } as const;

  test('is told once for each reason', async () => {
    const { commands, told } = listen();
    const first = await run({ plan, commands }, undefined, {
      polls: Array.from({ length: 200 }, () => away),
    });
    expect(first.result.cause).toMatchObject({ why: 'environment', origin: 'api-outage' });
    expect(told()).toEqual(['stop one api-outage']);
    const later = { plan, commands, events: first.events, startAt: first.clock.now() };
    const second = await run(later, undefined, { polls: Array.from({ length: 200 }, () => away) });
    expect(second.result.cause.why).toBe('environment');
    expect(told()).toEqual(['stop one api-outage']);
    await run(later, undefined, { polls: [refused] });
    expect(told()).toEqual(['stop one api-outage', 'stop one api-refused']);
  });

  test('because its record takes no more tells nobody: nothing would keep the next run from telling again', async () => {
    const { commands, told } = listen();
    const { result } = await run({ plan, commands, fullAfter: 'wave-started' });
    expect(result.cause).toMatchObject({ why: 'environment', isRecorded: false });
    expect(told()).toEqual([]);
  });
});

test('a person who interrupts a run is not told about it', async () => {
  const plan = makePlan([makeWave('one', 2)], { hooks });
  const { commands, told } = listen();
  const { result } = await run({
    plan,
    commands,
    onEvent: ({ type }, { stop }) => {
      if (type === 'deployment-accepted') stop();
    },
  });
  expect(result.cause.why).toBe('interrupted');
  expect(told()).toEqual([]);
});

test('a rollout that ends tells none of the three', async () => {
  const { commands, told } = listen();
  const { result } = await run({ plan: makePlan([makeWave('one', 2)], { hooks }), commands });
  expect(result.cause.why).toBe('completed');
  expect(told()).toEqual([]);
});

describe('a hook that tells of it and', () => {
  const waiting = makePlan([makeWave('one', 2, { approval: 'required' })], { hooks });
  const plan = makePlan([makeWave('one', 2)], { hooks });
  const refused = { kind: 'failed', failure: failure('forbidden', 403) } as const;
  const occasions: readonly (readonly [string, RolloutPlan, ApiScript, string])[] = [
    ['onWait', waiting, {}, 'waiting'],
    ['onDoubt', plan, { posts: [inDoubt('server-error', 502)] }, 'in-doubt'],
    ['onStop', plan, { polls: [refused] }, 'environment'],
  ];
  const outcomes = ['failed', 'timed-out', 'not-started', 'interrupted'] as const;

  test.each(
    occasions.flatMap(([point, ...rest]) => outcomes.map((outcome) => [point, outcome, ...rest] as const)),
  )(
    '%s, ends as %s: the run ends as it would have, and that is on record and not told again',
    async (...given) => {
      const [point, outcome, at, script, why] = given;
      const { commands, told } = listen(outcome);
      const first = await run({ plan: at, commands, maxWaitMs: 0 }, undefined, script);
      expect(first.result.cause.why).toBe(why);
      const ends = first.events.filter(({ type }) => type === 'hook-ended');
      expect(ends).toMatchObject([{ point, result: { outcome } }]);
      expect(describeEvent(present(ends[0], 'its end'), first.result.state)).toContain(WORDS[outcome]);
      const later = { events: first.events, startAt: first.clock.now() };
      const second = await run({ plan: at, commands, ...later, maxWaitMs: 0 }, undefined, script);
      expect(second.result.cause.why).toBe(why);
      expect(told()).toHaveLength(1);
    },
  );

  test.each(occasions)(
    '%s, whose run is killed meanwhile, is on record as lost, and the next run ends as that one would have',
    async (point, at, script, why) => {
      const whole = await run({ plan: at, commands: listen().commands, maxWaitMs: 0 }, undefined, script);
      const begun = whole.events.findIndex(({ type }) => type === 'hook-started');
      const { commands, told } = listen();
      const events = whole.events.slice(0, begun + 1);
      const next = await run({ plan: at, commands, events, maxWaitMs: 0 }, undefined, script);
      expect(next.result.cause.why).toBe(why);
      expect(told()).toEqual([]);
      expect(next.events.filter(({ type }) => type === 'hook-ended')).toMatchObject([
        { point, result: { outcome: 'lost' } },
      ]);
    },
  );
});

const WORDS = {
  failed: 'failed',
  'timed-out': 'timed out',
  'not-started': 'could not start',
  interrupted: 'was interrupted',
} as const;
