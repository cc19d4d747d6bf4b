/** `--max-wait` bounds every wait while nothing is in flight, by the API's clock. */
import { describe, expect, test } from 'vitest';
import type { Window } from '../../src/plan/rollout-plan.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun } from '../kit/runs.ts';
import { createScriptedApi, failure, NO_BUDGET } from '../kit/scripted-api.ts';
import type { ScriptedApi } from '../kit/scripted-api.ts';
import { at, run } from '../kit/staged-runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Opens two hours after the start. */
const WINDOW: Window = { days: [1, 2, 3, 4, 5, 6, 7], from: 600, to: 660, timeZone: 'UTC' };
const windowed = makePlan([makeWave('one', 2, { window: WINDOW })]);
const plan = makePlan([makeWave('one', 2)]);

/** The machine's clock is `machineAheadMs` ahead, and the API tells so with its first answer. */
function onWrongClock(machineAheadMs: number) {
  return {
    startAt: STARTED_AT + machineAheadMs,
    api(clock: Parameters<typeof createScriptedApi>[0]): ScriptedApi {
      const scripted = createScriptedApi(clock);
      const seen: { offsetMs: number | null } = { offsetMs: null };
      const seeing = <Answer>(answer: Answer): Answer => {
        seen.offsetMs = -machineAheadMs;
        return answer;
      };
      return {
        ...scripted,
        readConnections: () => scripted.readConnections().then(seeing),
        clockOffsetMs: () => seen.offsetMs,
      };
    },
  };
}

describe.each([-3 * HOUR_MS, 0, 3 * HOUR_MS])('on a machine whose clock is %i ms off', (offMs) => {
  test('a window that opens within it is waited for, until the API’s clock says so', async () => {
    const { result, notices, events } = await tellRun({
      ...onWrongClock(offMs),
      plan: windowed,
      maxWaitMs: 2.5 * HOUR_MS,
    });
    expect(result.cause.why).toBe('completed');
    const waits = notices.flatMap((notice) => (notice.kind === 'waiting' ? [notice.until] : []));
    expect(new Set(waits)).toEqual(new Set([STARTED_AT + 2 * HOUR_MS]));
    expect(at(events, 'deployment-intended')).toBe(STARTED_AT + 2 * HOUR_MS);
  });

  test('one that opens after it is not: the run ends at once, saying when by the API’s clock', async () => {
    const { result, clock } = await tellRun({
      ...onWrongClock(offMs),
      plan: windowed,
      maxWaitMs: 1.5 * HOUR_MS,
    });
    expect(result.cause).toMatchObject({ why: 'waiting' });
    expect(result.cause.message).toContain('until 2026-01-05 10:00:00 UTC');
    expect(clock.now() - (STARTED_AT + offMs)).toBeLessThan(MINUTE_MS);
  });
});

test('bounds the wait for the rate limit', async () => {
  const blockedUntil = STARTED_AT + HOUR_MS;
  const budget = () => ({ ...NO_BUDGET, remaining: 0, blockedUntil });
  const { result, clock } = await run({ plan, maxWaitMs: 10 * MINUTE_MS }, undefined, { budget });
  expect(result.cause).toMatchObject({
    why: 'waiting',
    message: 'the rate limit is reached until 2026-01-05 09:00:00 UTC',
  });
  expect(clock.now()).toBe(STARTED_AT);
});

test('bounds the time for which an API that is away is tried again', async () => {
  const connections = Array.from({ length: 50 }, () => ({
    kind: 'failed' as const,
    failure: failure('unreachable'),
  }));
  const { result, clock } = await run({ plan, maxWaitMs: 3_000 }, undefined, { connections });
  expect(result.cause.why).toBe('environment');
  expect(clock.now() - STARTED_AT).toBeLessThanOrEqual(3_000);
});

test('does not cut short the following of devices in flight', async () => {
  const { result } = await run({ plan, maxWaitMs: 0 });
  expect(result.cause.why).toBe('completed');
});
