/** An API, or a proxy before it, whose answers tell nothing of the rate limit: no limit, no rest, no Reset, not even with a 429. */
import { describe, expect, test } from 'vitest';
import { openAllxonClient } from '../../src/backend/allxon/client.ts';
import type { TransportRequest, TransportResult } from '../../src/backend/allxon/transport.ts';
import type { Clock } from '../../src/base/clock.ts';
import { EMPTY_TALLY, inFlightOf } from '../../src/rollout/device-status.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import { SimulatedApi } from '../../src/backend/simulator/simulated-api.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { tellRun, typesOf } from '../kit/runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CREDENTIALS = { keyId: 'untold', secret: 'c2VjcmV0LW9mLXRoZS11bnRvbGQ=' };
const HOST = '127.0.0.1:1';

/** How long an answer is on its way: long enough for all others to call meanwhile. */
const ANSWER_MS = 400;

/** Eight deployments in flight at once. */
const PLAN = makePlan([makeWave('w', 8, { batch: { size: 1, parallel: 8 }, timeoutMs: 6 * HOUR_MS })]);

async function exchange(
  { method, pathWithQuery: path, body, headers }: TransportRequest,
  { api, clock }: { readonly api: SimulatedApi; readonly clock: Clock },
): Promise<TransportResult> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const reply = await api.respond({
    method,
    path,
    headers: { host: HOST, ...Object.fromEntries(given) },
    body: Buffer.from(body ?? ''),
  });
  if (reply.kind !== 'answer') throw new Error(`the simulator gave no answer: ${reply.kind}`);
  await clock.sleepUntil(clock.now() + ANSWER_MS);
  const answered = Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const told = answered.filter(([name]) => !/^(?:x-ratelimit-|retry-after)/.test(name));
  return { kind: 'response', status: reply.status, headers: new Map(told), body: Buffer.from(reply.body) };
}

/** A run over that API, which takes so many calls in a window of an hour; devices take so long. */
async function runWithin(limit: number, deviceMs: number, waiting: { readonly maxWaitMs?: number } = {}) {
  const calls: { readonly at: number; readonly status: number | null }[] = [];
  const told = await tellRun({
    plan: PLAN,
    ...waiting,
    api(clock: Clock) {
      const devices = { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: deviceMs } as const };
      const rateLimit = { ...SCENARIO_DEFAULTS.rateLimit, limit };
      const api = new SimulatedApi({
        scenario: { ...SCENARIO_DEFAULTS, devices, rateLimit },
        credentials: CREDENTIALS,
        clock,
        onCall: ({ at, status }) => calls.push({ at, status }),
      });
      const transport = {
        send: (request: TransportRequest) => exchange(request, { api, clock }),
        close: () => Promise.resolve(),
      };
      const origin = `http://${HOST}`;
      return openAllxonClient({ origin, credentials: CREDENTIALS, transport, clock, version: 'test' });
    },
  });
  const refusedAt = calls.filter(({ status }) => status === 429).map(({ at }) => at);
  return { ...told, calls, refusedAt };
}

describe('a rate limit that no answer tells of', () => {
  test('holds up nothing where it is not reached', async () => {
    const { result, calls, refusedAt } = await runWithin(1_000, 10 * MINUTE_MS);
    expect(result.cause.why).toBe('completed');
    expect(refusedAt).toEqual([]);
    expect(calls.length).toBeGreaterThan(8 * 5);
  });

  test('is found out by a 429, after which one call at a time is made, and none for a minute', async () => {
    const { result, events, refusedAt } = await runWithin(60, 90 * MINUTE_MS);
    expect(result.cause.why).toBe('completed');
    expect(result.state.waves[0]?.tally.success).toBe(8);
    expect(typesOf(events)).not.toContain('devices-timed-out');
    const [first = NaN] = refusedAt;
    // What was under way when the first came is refused with it; from then on there is one a minute.
    const after = refusedAt.filter((at) => at > first + ANSWER_MS);
    expect(after.length).toBeGreaterThan(10);
    const gaps = after.map((at, index) => at - (after[index - 1] ?? first));
    expect(gaps.filter((gap) => gap < MINUTE_MS)).toEqual([]);
  });

  test('does not hold a run for longer than it may wait, with devices in flight', async () => {
    const { result, refusedAt } = await runWithin(20, 90 * MINUTE_MS, { maxWaitMs: 10 * MINUTE_MS });
    expect(result.cause).toMatchObject({ why: 'waiting', waitsFor: 'rate-limit' });
    expect(inFlightOf(result.state.waves[0]?.tally ?? EMPTY_TALLY)).toBe(8);
    expect((refusedAt.at(-1) ?? 0) - (refusedAt[0] ?? 0)).toBeLessThanOrEqual(10 * MINUTE_MS);
  });
});
