/** Runners of one database that share an API key, each with a session of its own; time is virtual, the database is not. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { SharedCalls } from '../../src/store/journal.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { held, storeAt, valueOf } from '../kit/postgres-stores.ts';
import { followSharedKey, UNDISTURBED_KEY } from '../kit/shared-key.ts';
import type { Share, SharedKey } from '../kit/shared-key.ts';

const HOUR = 3_600_000;

const KEY: Omit<SharedKey, 'runners'> = { ...UNDISTURBED_KEY, limit: 40, endsAt: 2.9 * HOUR };

async function openRunners(count: number, apiKey: string) {
  const place = await sharedPostgres();
  const schema = newSchema();
  const url = urlOf(place, { schema });
  const shares: Share[] = [];
  const admin = await administer(place, schema);
  for (let index = 0; index < count; index++) {
    const name = `rollout-${index}` as RolloutName;
    const journal = await held(await storeAt(url), name);
    const calls = valueOf<SharedCalls>(await present(journal.sharedCalls, 'a budget to share')(apiKey));
    shares.push({
      take: async (now) => valueOf(await calls.take(now)),
      settle: async (told, now) => valueOf(await calls.settle(told, now)),
      async die() {
        await admin.query('SELECT pg_terminate_backend(backend, 10000) FROM holders WHERE rollout = $1', [
          name,
        ]);
      },
    });
  }
  return { shares, admin };
}

test('together they stay under the limit, each comes to its turn, and the share of a dead one comes back', async () => {
  const { shares } = await openRunners(3, 'a key');
  const busy = { parallel: 1, pauseMs: 0, from: 0, until: Infinity };
  const runners = [busy, busy, { ...busy, until: 1.5 * HOUR }];
  const { windows } = await followSharedKey({ ...KEY, runners }, shares);
  const full = windows.slice(0, 3);
  expect(full).toHaveLength(3);
  expect(full.map(({ refused }) => refused)).toEqual([0, 0, 0]);
  const alive = full[0]?.made ?? [];
  expect(Math.min(...alive)).toBeGreaterThanOrEqual(10);
  expect(full[2]?.made[2]).toBe(0);
  // What was under way when it died may be left over in the window in which it died, and not after that.
  expect(full[2]?.made.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(38);
});

test('the key itself is nowhere in the database', async () => {
  const apiKey = `key-${randomUUID()}`;
  const { shares, admin } = await openRunners(1, apiKey);
  await shares[0]?.take(0);
  const { rows } = await admin.query<{ readonly all: string }>(
    'SELECT json_agg(budgets)::text || (SELECT json_agg(sharers)::text FROM sharers) AS all FROM budgets',
  );
  expect(rows[0]?.all).toContain('under_way');
  expect(rows[0]?.all).not.toContain(apiKey);
});
