import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { Journal } from '../../src/store/journal.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { makeFolder } from '../kit/folders.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { startCluster } from '../kit/postgres-cluster.ts';
import {
  clock,
  event,
  held,
  heldAtLast,
  ME,
  NAME,
  order,
  problemOf,
  storeAt,
  valueOf,
} from '../kit/postgres-stores.ts';

async function world() {
  const place = await sharedPostgres();
  const schema = newSchema();
  const store = await storeAt(urlOf(place, { schema }));
  return { place, schema, store, admin: await administer(place, schema) };
}

type World = Awaited<ReturnType<typeof world>>;

async function linesOf({ admin }: World, record: number): Promise<string> {
  const { rows } = await admin.query<{ line: string }>(
    'SELECT line FROM lines WHERE record = $1 ORDER BY seq',
    [record],
  );
  return rows.map(({ line }) => `${line}\n`).join('');
}

describe('a record in a database', () => {
  test('is, line by line, what a file would hold', async () => {
    const here = await world();
    const folder = makeFolder();
    for (const store of [here.store, openFileStore(folder, clock)]) {
      const journal = valueOf<Journal>(await store.open(NAME, ME));
      valueOf(await journal.append([event(1)]));
      valueOf(await journal.append([event(2), event(3)]));
      valueOf(await journal.append([]));
      await journal.close();
    }
    expect(await linesOf(here, 1)).toBe(readFileSync(join(folder, NAME, 'journal.jsonl'), 'utf8'));
  });

  test('is read at one moment, while it is appended to', async () => {
    const { store, place, schema } = await world();
    const journal = await held(store);
    const reader = await storeAt(urlOf(place, { schema }));
    const readings: number[] = [];
    const appending = (async () => {
      for (let seq = 1; seq <= 99; seq += 3)
        valueOf(await journal.append([event(seq), event(seq + 1), event(seq + 2)]));
    })();
    while (readings.at(-1) !== 99) readings.push(valueOf(await reader.read(NAME))?.events.length ?? -1);
    await appending;
    expect(readings.filter((count) => count % 3 !== 0)).toEqual([]);
  });

  test('takes appends that are asked for at once in the order of asking', async () => {
    const { store } = await world();
    const journal = await held(store);
    await Promise.all([1, 2, 3, 4, 5].map((seq) => journal.append([event(seq)])));
    expect(valueOf(await store.read(NAME))?.events).toEqual([1, 2, 3, 4, 5].map(event));
  });

  test('that was set aside stays as it was, and another begins under its name', async () => {
    const here = await world();
    const journal = await held(here.store);
    valueOf(await journal.append([event(1), event(2)]));
    const before = await linesOf(here, 1);
    valueOf(await journal.archive());
    expect(valueOf(await here.store.read(NAME))?.events).toEqual([]);
    valueOf(await journal.append([event(1)]));
    expect(valueOf(await here.store.read(NAME))?.events).toEqual([event(1)]);
    expect(await linesOf(here, 1)).toBe(before);
    await journal.close();
    expect((await held(here.store)).events).toEqual([event(1)]);
  });

  test('of 20,000 events is read back whole', async () => {
    const { store } = await world();
    const journal = await held(store);
    const events = Array.from({ length: 20_000 }, (_, index) => event(index + 1));
    valueOf(await journal.append(events));
    await journal.close();
    expect((await held(store)).events).toEqual(events);
  });
});

describe('damage is refused with its line, and nothing is changed', () => {
  test.each([
    [
      'a line that was changed',
      `UPDATE lines SET line = replace(line, 'event 2', 'event 9') WHERE seq = 2`,
      3,
    ],
    ['a line that is missing', 'DELETE FROM lines WHERE seq = 2', 3],
    [
      'a line that was repeated',
      `UPDATE lines SET line = (SELECT line FROM lines WHERE seq = 2) WHERE seq = 3`,
      4,
    ],
    ['a header that is missing', 'DELETE FROM lines WHERE seq = 0', 1],
    ['a record without a line', 'DELETE FROM lines', 1],
    [
      'a header of another rollout',
      `UPDATE lines SET line = replace(line, '${NAME}', 'camera-2.15') WHERE seq = 0`,
      1,
    ],
    ['a line that was moved behind a gap', 'UPDATE lines SET seq = 7 WHERE seq = 3', 4],
  ])('%s', async (_, change, line) => {
    const here = await world();
    const journal = await held(here.store);
    valueOf(await journal.append([event(1), event(2), event(3)]));
    await journal.close();
    await here.admin.query(change);
    const damaged = await linesOf(here, 1);
    for (const outcome of [await here.store.open(NAME, ME), await here.store.read(NAME)]) {
      const problem = problemOf(outcome);
      expect(problem.problem).toBe('damaged');
      expect(problem.message).toContain(`line ${line} of ${NAME}: the journal is damaged: `);
      expect(problem.message).toContain(`, schema ${here.schema}: `);
    }
    expect(await linesOf(here, 1)).toBe(damaged);
    // Nobody holds it because of that.
    expect((await here.admin.query('SELECT FROM holders')).rowCount).toBe(0);
  });

  test('a line that a newer release wrote is no damage, and is refused', async () => {
    const here = await world();
    const journal = await held(here.store);
    const newer = { seq: 1, at: 1, type: 'rollout-cancelled' } as unknown as ReturnType<typeof event>;
    valueOf(await journal.append([newer]));
    await journal.close();
    const problem = problemOf(await here.store.open(NAME, ME));
    expect(problem.problem).toBe('unavailable');
    expect(problem.message).toContain(`line 2 of ${NAME}: it is an event of type "rollout-cancelled"`);
  });

  test('lines that somebody else has added end the hold', async () => {
    const { store, admin } = await world();
    const journal = await held(store);
    await admin.query(`INSERT INTO lines VALUES ($1, 1, 1, 'x')`, [NAME]);
    expect(problemOf(await journal.append([event(1)]))).toMatchObject({ problem: 'lost' });
    expect(problemOf(await journal.append([event(2)]))).toMatchObject({ problem: 'lost' });
  });

  test('a last line that has been removed ends the hold', async () => {
    const { store, admin } = await world();
    const journal = await held(store);
    valueOf(await journal.append([event(1)]));
    await admin.query('DELETE FROM lines WHERE seq = 1');
    expect(problemOf(await journal.append([event(2)]))).toMatchObject({ problem: 'lost' });
  });
});

test('a rollout without a record takes no order', async () => {
  const { store, admin } = await world();
  expect(problemOf(await store.enqueueOrder(NAME, order('one')))).toMatchObject({ problem: 'unavailable' });
  expect((await admin.query('SELECT FROM orders')).rowCount).toBe(0);
});

test.each([
  ['of a kind that a newer release knows', '{"id":"x","kind":"postpone"}', /a newer Breakwater wrote order/],
  ['that was changed', '{"id":', /an order is damaged/],
])('an order %s is a problem, for readers and for whoever holds the rollout', async (_, content, message) => {
  const { store, admin } = await world();
  const journal = await held(store);
  await admin.query('INSERT INTO orders (rollout, id, content) VALUES ($1, $2, $3)', [NAME, 'x', content]);
  expect(problemOf(await journal.orders()).message).toMatch(message);
  expect(problemOf(await store.read(NAME)).message).toMatch(message);
});

test('rollouts are listed by name', async () => {
  const { store } = await world();
  for (const name of ['b', 'a-2', 'a.1', 'a']) await (await held(store, name as typeof NAME)).close();
  expect(valueOf(await store.list())).toEqual(['a', 'a-2', 'a.1', 'b']);
});

describe('a commit is answered when it is on disk', () => {
  test.each([
    ['off', 'on'],
    ['local', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ])("where the server's default is %s: it is %s", async (setting, expected) => {
    const { place, schema } = await world();
    const admin = await administer(place, schema);
    const role = `role_${schema}`;
    await admin.query(`CREATE ROLE ${role} LOGIN SUPERUSER`);
    await admin.query(`ALTER ROLE ${role} SET synchronous_commit = '${setting}'`);
    // A line's trigger tells what the session that writes it goes by.
    await admin.query('CREATE TABLE told (setting text)');
    await admin.query(`CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO told VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$`);
    const store = await storeAt(urlOf(place, { schema, user: role }));
    await admin.query('CREATE TRIGGER tell BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION tell()');
    valueOf(await (await held(store)).append([event(1)]));
    expect((await admin.query('SELECT DISTINCT setting FROM told')).rows).toEqual([{ setting: expected }]);
  });
});

test('a session tells the server to notice within a minute that its client is gone', async () => {
  const place = await sharedPostgres();
  const schema = newSchema();
  const admin = await administer(place, schema);
  await admin.query(`CREATE SCHEMA ${schema}`);
  await admin.query('CREATE TABLE told (name text, setting text)');
  const store = await storeAt(urlOf(place, { schema, tcp: place.port }));
  await admin.query(`CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO told SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp_%'; RETURN NEW; END $$`);
  await admin.query('CREATE TRIGGER tell BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION tell()');
  await held(store);
  const { rows } = await admin.query<{ name: string; setting: string }>('SELECT name, setting FROM told');
  const told = Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
  const {
    tcp_keepalives_idle: idle = 0,
    tcp_keepalives_interval: interval = 0,
    tcp_keepalives_count: count = 0,
  } = told;
  expect(idle + interval * count).toBe(55);
  expect(told['tcp_user_timeout']).toBe(55_000);
});

describe('work that excludes others', () => {
  test('is done by one at a time, in all stores of the database', async () => {
    const { place, schema } = await world();
    const stores = await Promise.all(Array.from({ length: 5 }, () => storeAt(urlOf(place, { schema }))));
    let inside = 0;
    let most = 0;
    await Promise.all(
      stores.map(async (store) => {
        const outcome = await store.exclusively(async () => {
          inside++;
          most = Math.max(most, inside);
          const names = valueOf(await store.list());
          const journal = valueOf<Journal>(await store.open(`r-${names.length}` as typeof NAME, ME));
          inside--;
          return journal;
        });
        await valueOf(outcome).close();
      }),
    );
    expect(most).toBe(1);
    expect(valueOf((await stores[0]?.list()) ?? { kind: 'done', value: [] })).toEqual([
      'r-0',
      'r-1',
      'r-2',
      'r-3',
      'r-4',
    ]);
  });

  test('that does not end is not waited for without bound', async () => {
    const { place, schema, store } = await world();
    const impatient = await storeAt(urlOf(place, { schema }), { turnMs: 300 });
    const outcome = await store.exclusively(() => impatient.exclusively(() => Promise.resolve('never')));
    expect(problemOf(valueOf(outcome)).message).toMatch(
      /another process has locked the same data for a long time; try again/,
    );
  });

  test('that fails lets others go on', async () => {
    const { store } = await world();
    await expect(store.exclusively(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await store.exclusively(() => Promise.resolve(1))).toEqual({ kind: 'done', value: 1 });
  });
});

describe('a database that cannot hold every text', () => {
  test('is refused', async () => {
    const { place, schema, admin } = await world();
    await admin.query(`CREATE DATABASE latin_${schema} ENCODING 'LATIN1' TEMPLATE template0`);
    onTestFinished(async () => {
      await admin.query(`DROP DATABASE latin_${schema} WITH (FORCE)`);
    });
    const url = urlOf(place, { database: `latin_${schema}` });
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      'its encoding LATIN1 does not support every character: create a database with `createdb --encoding UTF8`',
    );
  });
});

test('a store that has lost its connection opens another for what holds nothing', async () => {
  const cluster = await startCluster();
  onTestFinished(() => cluster.remove());
  const store = await storeAt(urlOf(cluster));
  await (await heldAtLast(store)).close();
  await cluster.stop('immediate');
  expect(problemOf(await store.read(NAME))).toMatchObject({ problem: 'unavailable' });
  await cluster.start();
  const readings = await Promise.all([
    store.read(NAME),
    store.list(),
    store.enqueueOrder(NAME, order('one')),
  ]);
  expect(readings.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
});
