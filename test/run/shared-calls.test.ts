/** Runners that share one API key's budget: what each asks before a call, and tells after it. */
import { expect, test } from 'vitest';
import type { CallGrant, Outcome, SharedCalls, ToldBudget } from '../../src/store/journal.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { createScriptedApi, NO_BUDGET } from '../kit/scripted-api.ts';
import { tellRun } from '../kit/runs.ts';

const plan = makePlan([makeWave('one', 2)]);

type Ledger = SharedCalls & { readonly taken: number[]; readonly told: ToldBudget[] };

/** Grants what `grantOf` says of the n-th call, counted from 1. */
function createLedger(grantOf: (n: number, now: number) => Outcome<CallGrant>): Ledger {
  const taken: number[] = [];
  const told: ToldBudget[] = [];
  return {
    taken,
    told,
    take(now) {
      taken.push(now);
      return Promise.resolve(grantOf(taken.length, now));
    },
    settle(budget) {
      told.push(budget);
      return Promise.resolve({ kind: 'done', value: null });
    },
  };
}

const granted = (sharers = 1): Outcome<CallGrant> => ({ kind: 'done', value: { kind: 'granted', sharers } });

test('every call is taken before it is made, and given back with what its answer told', async () => {
  const shared = createLedger(() => granted());
  let calls = 0;
  const { result } = await tellRun({
    plan,
    shared,
    api(clock) {
      const api = createScriptedApi(clock, {
        budget: () => ({ ...NO_BUDGET, limit: 1000, remaining: 1000 - calls }),
      });
      const counted =
        <Args extends unknown[], Answer>(call: (...args: Args) => Answer) =>
        (...args: Args) => {
          calls++;
          expect(shared.taken).toHaveLength(calls);
          return call(...args);
        };
      return {
        ...api,
        postDeployment: counted(api.postDeployment),
        readDeployment: counted(api.readDeployment),
        readConnections: counted(api.readConnections),
      };
    },
  });
  expect(result.cause.why).toBe('completed');
  expect(shared.told).toHaveLength(calls);
  expect(shared.told.at(-1)).toMatchObject({ limit: 1000, remaining: 1000 - calls });
});

test('a call that is not granted waits until it may be asked for again', async () => {
  const startAt = Date.UTC(2026, 0, 5, 8);
  const until = startAt + 600_000;
  const shared = createLedger((_, now) =>
    now < until ? { kind: 'done', value: { kind: 'wait', until, sharers: 2 } } : granted(2),
  );
  const { result, events } = await tellRun({
    plan,
    shared,
    startAt,
    api: (clock) => createScriptedApi(clock),
  });
  expect(result.cause.why).toBe('completed');
  expect(events.find(({ type }) => type === 'deployment-intended')?.at).toBe(until);
});

test('more sharers, fewer polls: each draws on its part of what is left', async () => {
  const pollsOf = async (sharers: number) => {
    const polls: number[][] = [];
    await tellRun({
      plan: makePlan([makeWave('one', 1, { timeoutMs: 3_600_000, maxFailures: { count: 1 } })]),
      shared: createLedger(() => granted(sharers)),
      api(clock) {
        const resetAt = clock.now() + 3_600_000;
        const api = createScriptedApi(clock, {
          device: () => 'processing',
          budget: () => ({ limit: 100, remaining: 60, resetAt, blockedUntil: null }),
        });
        polls.push(api.polledAt);
        return api;
      },
    });
    return polls.flat().length;
  };
  expect(await pollsOf(4)).toBeLessThan((await pollsOf(1)) * 0.75);
});

test('a ledger that is away ends the run as a crash would, before anything is posted', async () => {
  const shared = createLedger(() => ({
    kind: 'problem',
    problem: 'unavailable',
    message: 'the database is away',
  }));
  const apis: ReturnType<typeof createScriptedApi>[] = [];
  const { result } = await tellRun({
    plan,
    shared,
    api(clock) {
      const api = createScriptedApi(clock);
      apis.push(api);
      return api;
    },
  });
  expect(result.cause).toMatchObject({ why: 'environment', isRecorded: false });
  expect(apis.flatMap(({ posted }) => posted)).toEqual([]);
});
