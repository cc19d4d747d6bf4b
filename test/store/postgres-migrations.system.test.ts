import { describe, expect, onTestFinished, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/store/postgres/database-url.ts';
import { MIGRATIONS, migrate } from '../../src/store/postgres/migrations.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { LIMITS } from '../../src/store/postgres/session-settings.ts';
import { Session } from '../../src/store/postgres/session.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { clock, event, held, NAME, problemOf, storeAt, valueOf } from '../kit/postgres-stores.ts';

async function world() {
  const place = await sharedPostgres();
  const schema = newSchema();
  const url = urlOf(place, { schema });
  return { place, schema, url, admin: await administer(place, schema) };
}

async function sessionAt(url: string): Promise<Session> {
  const parsed = parseDatabaseUrl(url);
  if (parsed.kind !== 'url') throw new Error(parsed.reason);
  const session = await Session.open({ url: parsed.url, limits: LIMITS });
  onTestFinished(() => session.close());
  return session;
}

const VERSIONS = 'SELECT version FROM migrations ORDER BY version';

describe('the tables', () => {
  test('are made where there are none, by one of many who come at once', async () => {
    const { url, admin } = await world();
    const stores = await Promise.all(Array.from({ length: 20 }, () => openPostgresStore({ url, clock })));
    expect(stores.map(({ kind }) => kind)).toEqual(stores.map(() => 'done'));
    await Promise.all(stores.map((store) => valueOf(store).close()));
    expect((await admin.query(VERSIONS)).rows).toEqual(
      MIGRATIONS.map((_, index) => ({ version: index + 1 })),
    );
  });

  test('are left as they are where they are up to date', async () => {
    const { url, admin } = await world();
    await storeAt(url);
    const before = await admin.query('SELECT * FROM migrations');
    await storeAt(url);
    expect((await admin.query('SELECT * FROM migrations')).rows).toEqual(before.rows);
  });

  test('of an older version are brought up to date, with what they hold, by one of many', async () => {
    const { url, admin } = await world();
    const journal = await held(await storeAt(url));
    valueOf(await journal.append([event(1)]));
    await journal.close();
    const newer = [
      ...MIGRATIONS,
      `ALTER TABLE rollouts ADD note text DEFAULT 'new'`,
      'CREATE TABLE more (x integer)',
    ];
    const sessions = await Promise.all(Array.from({ length: 5 }, () => sessionAt(url)));
    await Promise.all(sessions.map((session) => migrate(session, newer)));
    expect((await admin.query(VERSIONS)).rows).toEqual(newer.map((_, index) => ({ version: index + 1 })));
    expect((await admin.query('SELECT name, note FROM rollouts')).rows).toEqual([
      { name: NAME, note: 'new' },
    ]);
  });

  test('of which one cannot be made stay as they were, all of them', async () => {
    const { url, admin } = await world();
    const session = await sessionAt(url);
    await expect(
      migrate(session, [...MIGRATIONS, 'CREATE TABLE more (x integer)', 'nonsense']),
    ).rejects.toThrow('syntax error');
    expect((await admin.query('SELECT FROM pg_tables WHERE schemaname = current_schema()')).rowCount).toBe(0);
    await migrate(session);
    expect((await admin.query(VERSIONS)).rowCount).toBe(MIGRATIONS.length);
  });

  test('of a newer version than this Breakwater knows are refused', async () => {
    const { url, admin, schema } = await world();
    await storeAt(url);
    await admin.query('INSERT INTO migrations (version) VALUES (99)');
    const problem = problemOf(await openPostgresStore({ url, clock }));
    expect(problem.problem).toBe('unavailable');
    expect(problem.message).toContain(
      `the tables in schema ${schema} have version 99, but this release supports versions up to ${MIGRATIONS.length}: use the release that wrote them, or a newer one`,
    );
  });
});

describe('a role', () => {
  async function withRole(grants: (role: string, schema: string) => readonly string[]) {
    const here = await world();
    const role = `role_${here.schema}`;
    await here.admin.query(`CREATE ROLE ${role} LOGIN`);
    for (const grant of grants(role, here.schema)) await here.admin.query(grant);
    return { ...here, role, url: urlOf(here.place, { schema: here.schema, user: role }) };
  }

  test('that may not make a schema works in one that was made for it', async () => {
    const { url } = await withRole((role, schema) => [`CREATE SCHEMA ${schema} AUTHORIZATION ${role}`]);
    const store = await storeAt(url);
    const journal = await held(store);
    valueOf(await journal.append([event(1)]));
    await journal.close();
    expect(valueOf(await store.list())).toEqual([NAME]);
  });

  test('that may not make a schema, and has none, is told what an administrator must do', async () => {
    const { url, role, schema } = await withRole(() => []);
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      `permission denied for database postgres: ask an administrator to run \`CREATE SCHEMA ${schema} AUTHORIZATION "${role}"\``,
    );
  });

  test.each([
    ['may not use the schema', (_: string, schema: string) => [`CREATE SCHEMA ${schema}`]],
    [
      'may not make tables in the schema',
      (role: string, schema: string) => [
        `CREATE SCHEMA ${schema}`,
        `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
      ],
    ],
  ])('that %s makes no tables anywhere else', async (_, grants) => {
    const { url } = await withRole(grants);
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      'ask an administrator to run',
    );
  });

  test('that may only read reads, and takes hold of nothing', async () => {
    const { place, schema, admin } = await world();
    await (await held(await storeAt(urlOf(place, { schema })))).close();
    const role = `role_${schema}`;
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await admin.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const store = await storeAt(urlOf(place, { schema, user: role }));
    expect(valueOf(await store.read(NAME))).toMatchObject({ events: [], holder: null });
    expect(problemOf(await store.open(NAME, { host: 'h', pid: 1, startedBy: null })).message).toContain(
      'permission denied for table',
    );
    // And the lock is not left behind.
    await held(await storeAt(urlOf(place, { schema })));
  });
});
