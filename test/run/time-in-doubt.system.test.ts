/** Answers with a `Date` that is not the API's, and clocks that disagree: nothing opens, ends or is late by one of them alone. */
import { describe, expect, test } from 'vitest';
import type { AllxonApi } from '../../src/backend/api.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { faultRule, SCENARIO_DEFAULTS, WHOLE_SHARE } from '../../src/backend/simulator/scenario.ts';
import type { FaultRule, Scenario } from '../../src/backend/simulator/scenario.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun } from '../kit/runs.ts';
import type { RunWanted } from '../kit/runs.ts';
import { openSimulatedWorld } from '../kit/simulated.ts';
import { at } from '../kit/staged-runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Opens two hours after the start, for an hour. */
const WINDOW = { days: [1, 2, 3, 4, 5, 6, 7], from: 600, to: 660, timeZone: 'UTC' } as const;
const OPENS_AT = STARTED_AT + 2 * HOUR_MS;

const windowed = makePlan([makeWave('one', 2), makeWave('two', 2, { window: WINDOW })]);
const soaked = makePlan([makeWave('one', 2, { soakMs: HOUR_MS }), makeWave('two', 2)]);

/** The API's clock is right, whatever the runner's is set to. */
function serverClock(clock: Clock): Clock {
  const steady = () => clock.steady?.() ?? clock.now();
  return {
    now: steady,
    sleepUntil: (until, signal) => clock.sleepUntil(clock.now() + until - steady(), signal),
  };
}

function against(scenario: Partial<Scenario>): (clock: Clock) => AllxonApi {
  return (clock) => openSimulatedWorld(scenario, clock, undefined, serverClock(clock)).api;
}

/** `Date` is so far ahead in the answers to the polls with these numbers. */
function wrongPolls(numbers: readonly number[], shiftMs: number): Partial<Scenario> {
  return { faults: [faultRule({ fault: 'wrong-date', call: 'poll', at: numbers, shiftMs })] };
}

function posted(events: readonly JournaledEvent[], wave: string): number {
  return at(events, 'deployment-intended', wave);
}

test('the window of these tests opens two hours after they start', () => {
  expect(new Date(STARTED_AT).toISOString()).toMatch(/T08:00:00/);
});

describe('one answer with a Date of its own', () => {
  const everyPoll = Array.from({ length: 12 }, (_, index) => [index + 1] as const);

  test.each(everyPoll)('2.5 h ahead, poll %i: opens no window', async (number) => {
    const { events, result } = await tellRun({
      plan: windowed,
      api: against(wrongPolls([number], 2.5 * HOUR_MS)),
    });
    expect(result.cause.why).toBe('completed');
    expect(posted(events, 'two')).toBeGreaterThanOrEqual(OPENS_AT);
    expect(posted(events, 'two')).toBeLessThan(OPENS_AT + MINUTE_MS);
  });

  test.each(everyPoll)('2 h behind, poll %i: ends no soak, in this run or the next', async (number) => {
    const scenario = wrongPolls([number], -2 * HOUR_MS);
    const first = await tellRun({ plan: soaked, api: against(scenario), maxWaitMs: 5 * MINUTE_MS });
    expect(first.result.cause.why).toBe('waiting');
    const soakingAt = at(first.events, 'wave-soaking');
    const { runner } = first.result.state;
    expect(Math.abs(soakingAt - (runner?.stopped?.at ?? 0))).toBeLessThan(10 * MINUTE_MS);
    const whole = await tellRun({ plan: soaked, api: against(scenario) });
    expect(at(whole.events, 'soak-ended') - at(whole.events, 'wave-soaking')).toBeGreaterThanOrEqual(HOUR_MS);
  });

  test.each(everyPoll)('2.5 h ahead, poll %i: times out no device', async (number) => {
    const plan = makePlan([makeWave('one', 2, { timeoutMs: HOUR_MS })]);
    const { result } = await tellRun({ plan, api: against(wrongPolls([number], 2.5 * HOUR_MS)) });
    expect(result.state.waves[0]?.tally).toMatchObject({ success: 2, 'timed-out': 0 });
  });

  test('does not let --max-wait overrun, nor end early', async () => {
    for (const shiftMs of [-2 * HOUR_MS, 2 * HOUR_MS]) {
      const { clock, result } = await tellRun({
        plan: windowed,
        api: against(wrongPolls([1], shiftMs)),
        maxWaitMs: 3 * HOUR_MS,
      });
      expect(result.cause.why).toBe('completed');
      expect(clock.now()).toBeLessThan(OPENS_AT + HOUR_MS);
    }
  });
});

describe('answers that go on telling another time', () => {
  const always = (shiftMs: number, change: Partial<FaultRule> = {}): Partial<Scenario> => ({
    faults: [faultRule({ fault: 'wrong-date', share: 1_000_000, shiftMs, ...change })],
  });

  test('open no window that is shut by this machine’s clock', async () => {
    const postedAt: number[] = [];
    await tellRun({
      plan: windowed,
      api: against(always(30 * MINUTE_MS)),
      onEvent: (event, { clock }) => {
        if (event.type === 'deployment-intended' && event.wave === 'two') postedAt.push(clock.now());
      },
    });
    expect(postedAt.length).toBeGreaterThan(0);
    expect(Math.min(...postedAt)).toBeGreaterThanOrEqual(OPENS_AT);
    expect(Math.max(...postedAt)).toBeLessThan(OPENS_AT + HOUR_MS);
  });

  test('so far apart that the window is never open by both: nothing is posted', async () => {
    const { events, result } = await tellRun({
      plan: windowed,
      api: against(always(110 * MINUTE_MS)),
      maxWaitMs: 12 * HOUR_MS,
    });
    expect(result.cause.why).toBe('waiting');
    expect(posted(events, 'two')).toBeNaN();
  });

  test('that begin in a soak do not end it: it lasts as long by this machine’s clock', async () => {
    const api = against(always(2 * HOUR_MS, { fromMs: 4 * MINUTE_MS }));
    const wanted: RunWanted = { plan: soaked, api };
    const soakingAt: number[] = [];
    const endedAt: number[] = [];
    await tellRun({
      ...wanted,
      onEvent: ({ type }, { clock }) => {
        if (type === 'wave-soaking') soakingAt.push(clock.now());
        if (type === 'soak-ended') endedAt.push(clock.now());
      },
    });
    expect(soakingAt).toHaveLength(1);
    expect((endedAt[0] ?? 0) - (soakingAt[0] ?? 0)).toBeGreaterThanOrEqual(HOUR_MS);
  });
});

describe('this machine’s clock, set back two hours in a soak', () => {
  test.each([
    ['neither lengthens nor shortens it', -2],
    ['set ahead, it does not end it', 2],
  ])('%s', async (_, hours) => {
    const steady: number[] = [];
    const { result } = await tellRun({
      plan: soaked,
      api: against({}),
      onEvent: ({ type }, { clock }) => {
        if (type === 'wave-soaking' || type === 'soak-ended') steady.push(clock.steady());
        if (type === 'wave-soaking')
          void clock.sleepUntil(clock.now() + 10 * MINUTE_MS).then(() => {
            clock.jump(hours * HOUR_MS);
          });
      },
    });
    expect(result.cause.why).toBe('completed');
    const [from = 0, until = 0] = steady;
    expect(until - from).toBeGreaterThanOrEqual(HOUR_MS);
    expect(until - from).toBeLessThan(HOUR_MS + MINUTE_MS);
  });
});

describe('where no answer has a Date, this machine’s clock', () => {
  /** As far as the API takes a signature by it. */
  const SET_BY_MS = 4 * MINUTE_MS;
  /** Polls, and now and then somebody asks for the time in vain. */
  const CALLS_MAX = 120;

  /** A run whose clock is set ten minutes after an event of that type; when it and others came, by the time that passed. */
  async function runSet(plan: RunWanted['plan'], { after, byMs }: { after: string; byMs: number }) {
    const came: { readonly type: string; readonly wave: string | null; readonly at: number }[] = [];
    let calls = 0;
    const { result } = await tellRun({
      plan,
      api: (clock) => {
        const count = () => {
          if (++calls > CALLS_MAX) throw new Error('it asks without end');
        };
        return openSimulatedWorld({ hasDate: false }, clock, count, serverClock(clock)).api;
      },
      onEvent: (event, { clock }) => {
        const wave = 'wave' in event ? event.wave : null;
        came.push({ type: event.type, wave, at: clock.steady() });
        if (event.type === after && came.filter(({ type }) => type === after).length === 1)
          void clock.sleepUntil(clock.now() + 10 * MINUTE_MS).then(() => {
            clock.jump(byMs);
          });
      },
    });
    const first = (type: string, wave?: string) =>
      came.find((event) => event.type === type && (wave === undefined || event.wave === wave))?.at ?? NaN;
    return { result, first };
  }

  test.each([SET_BY_MS, -SET_BY_MS])(
    'set by %i ms in a soak, does not end it before its time',
    async (byMs) => {
      const { result, first } = await runSet(soaked, { after: 'wave-soaking', byMs });
      expect(result.cause.why).toBe('completed');
      const soakedMs = first('soak-ended') - first('wave-soaking');
      expect(soakedMs).toBeGreaterThanOrEqual(HOUR_MS);
      expect(soakedMs).toBeLessThan(HOUR_MS + Math.max(0, byMs) + MINUTE_MS);
    },
  );

  test('set ahead, opens no window', async () => {
    const { result, first } = await runSet(windowed, {
      after: 'deployment-accepted',
      byMs: SET_BY_MS,
    });
    expect(result.cause.why).toBe('completed');
    expect(first('deployment-intended', 'two')).toBeGreaterThanOrEqual(OPENS_AT);
  });

  test('set ahead, times out no device before its time', async () => {
    const devices = { ...SCENARIO_DEFAULTS.devices, shares: { stuck: WHOLE_SHARE } };
    const plan = makePlan([makeWave('one', 2, { timeoutMs: HOUR_MS })]);
    const accepted: number[] = [];
    const timedOut: number[] = [];
    await tellRun({
      plan,
      api: against({ hasDate: false, devices }),
      onEvent: ({ type }, { clock }) => {
        if (type === 'devices-timed-out') timedOut.push(clock.steady());
        if (type !== 'deployment-accepted') return;
        accepted.push(clock.steady());
        void clock.sleepUntil(clock.now() + 10 * MINUTE_MS).then(() => {
          clock.jump(SET_BY_MS);
        });
      },
    });
    expect((timedOut[0] ?? NaN) - (accepted[0] ?? NaN)).toBeGreaterThanOrEqual(HOUR_MS);
  });

  test('further off than the API takes a signature, ends the run with what to look at, and nothing else', async () => {
    const { result, first } = await runSet(soaked, { after: 'wave-soaking', byMs: 2 * HOUR_MS });
    expect(result.cause).toMatchObject({ why: 'environment' });
    expect(result.cause.message).toContain("the server's time is unknown: check this machine's clock");
    expect(first('soak-ended')).toBeNaN();
    expect(first('deployment-intended', 'two')).toBeNaN();
  });
});

test('while the API cannot be asked what time it is, a clock that was set ahead has it asked now and then', async () => {
  const away = faultRule({ fault: 'reset-before-effect', fromMs: 15 * MINUTE_MS });
  let calls = 0;
  const { result } = await tellRun({
    plan: soaked,
    api: (clock) => {
      const count = () => {
        if (++calls > 120) throw new Error('it asks without end');
      };
      return openSimulatedWorld({ faults: [away] }, clock, count, serverClock(clock)).api;
    },
    onEvent: ({ type }, { clock }) => {
      if (type === 'wave-soaking')
        void clock.sleepUntil(clock.now() + 20 * MINUTE_MS).then(() => {
          clock.jump(2 * HOUR_MS);
        });
    },
  });
  expect(result.cause).toMatchObject({ why: 'environment' });
  expect(calls).toBeGreaterThan(10);
});
