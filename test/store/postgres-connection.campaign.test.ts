import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { makeFolder } from '../kit/folders.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import type { UrlParts } from '../kit/postgres.ts';
import { ROLE_NOT_LET_IN, ROLE_WITH_PASSWORD, startCluster } from '../kit/postgres-cluster.ts';
import {
  clock,
  event,
  held,
  heldAtLast,
  NAME,
  order,
  problemOf,
  storeAt,
  valueOf,
} from '../kit/postgres-stores.ts';
import { startProxy } from '../kit/tcp-proxy.ts';

const PASSWORD = 's3cret/w0rd';

/** The server's, with a role that needs the password; and the URL of a schema that the role may use. */
async function passwordUrl(parts: UrlParts): Promise<string> {
  const place = await sharedPostgres();
  const schema = newSchema();
  const admin = await administer(place, schema);
  await admin.query('SELECT pg_advisory_lock(1)');
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [ROLE_WITH_PASSWORD]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${ROLE_WITH_PASSWORD} LOGIN PASSWORD '${PASSWORD}'`);
  await admin.query('SELECT pg_advisory_unlock(1)');
  await admin.query(`CREATE SCHEMA ${schema} AUTHORIZATION ${ROLE_WITH_PASSWORD}`);
  return urlOf(place, { user: ROLE_WITH_PASSWORD, tcp: place.port, schema, ...parts });
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a password', () => {
  test('may stand in the URL', async () => {
    const store = await storeAt(await passwordUrl({ password: PASSWORD }));
    expect(await store.list()).toEqual({ kind: 'done', value: [] });
    expect(store.location).not.toContain('s3cret');
  });

  test('may come from PGPASSWORD', async () => {
    const url = await passwordUrl({});
    vi.stubEnv('PGPASSWORD', PASSWORD);
    expect(await (await storeAt(url)).list()).toEqual({ kind: 'done', value: [] });
  });

  test('may come from the password file, unless others may read that', async () => {
    const url = await passwordUrl({});
    const file = join(makeFolder(), 'pgpass');
    writeFileSync(file, `127.0.0.1:*:postgres:${ROLE_WITH_PASSWORD}:${PASSWORD}\n`, { mode: 0o600 });
    vi.stubEnv('PGPASSFILE', file);
    vi.stubEnv('PGPASSWORD', undefined);
    expect(await (await storeAt(url)).list()).toEqual({ kind: 'done', value: [] });
    chmodSync(file, 0o644);
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain('no password was given');
  });

  test('in the URL comes before that of the environment', async () => {
    const url = await passwordUrl({ password: PASSWORD });
    vi.stubEnv('PGPASSWORD', 'another');
    expect(await (await storeAt(url)).list()).toEqual({ kind: 'done', value: [] });
  });

  test.each([
    ['in the URL', { password: 'hunter2-hunter2' }, {}],
    ['in the environment', {}, { PGPASSWORD: 'hunter2-hunter2' }],
  ])('that is wrong %s is a problem that says what to do, and not which it was', async (_, parts, env) => {
    const url = await passwordUrl(parts);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const problem = problemOf(await openPostgresStore({ url, clock }));
    expect(problem).toMatchObject({ problem: 'unavailable' });
    expect(problem.message).toMatch(
      /^database postgres on 127\.0\.0\.1:[0-9]+: password authentication failed for user "with_password": set PGPASSWORD or put the password into ~\/\.pgpass$/,
    );
  });

  test('that is missing is a problem that says what to do', async () => {
    const url = await passwordUrl({});
    vi.stubEnv('PGPASSWORD', undefined);
    vi.stubEnv('PGPASSFILE', join(makeFolder(), 'none'));
    expect(problemOf(await openPostgresStore({ url, clock })).message).toMatch(
      /no password was given for user "with_password": set PGPASSWORD or put the password into ~\/\.pgpass/,
    );
  });
});

describe('a database that cannot be reached is a problem that names it', () => {
  test('where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    server.close();
    await once(server, 'close');
    expect(problemOf(await openPostgresStore({ url: `postgres://127.0.0.1:${port}/fleet`, clock }))).toEqual({
      kind: 'problem',
      problem: 'unavailable',
      message: `database fleet on 127.0.0.1:${port}: it refused the connection: nothing listens there; start PostgreSQL or correct the URL`,
    });
  });

  test('where there is no such socket', async () => {
    const folder = makeFolder();
    const url = `postgres:///fleet?host=${encodeURIComponent(folder)}`;
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      `database fleet on ${folder}, port 5432: connect ENOENT`,
    );
  });

  test('where the server is silent, after a time that is bounded', async () => {
    const { port } = await sharedPostgres();
    const proxy = await startProxy(port);
    proxy.stall('everything');
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    expect(problemOf(await openPostgresStore({ url, clock, limits: { connectMs: 200 } })).message).toBe(
      `database postgres on 127.0.0.1:${proxy.port}: it did not answer in time`,
    );
  });

  test('where there is no such database', async () => {
    const url = urlOf(await sharedPostgres(), { database: 'no-such' });
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      'database "no-such" does not exist: create it with `createdb no-such` or correct the URL',
    );
  });

  test('where the user is not let in', async () => {
    const place = await sharedPostgres();
    const url = urlOf(place, { user: ROLE_NOT_LET_IN, tcp: place.port });
    const { message } = problemOf(await openPostgresStore({ url, clock }));
    expect(message).toContain('pg_hba.conf rejects connection');
    expect(message).toContain('the server does not accept this user from this machine');
  });

  test('where the URL is none', async () => {
    const { message } = problemOf(await openPostgresStore({ url: 'postgres://me:hun/ter2@db/x', clock }));
    expect(message).toContain("the database's URL: it is not a URL");
    expect(message).not.toMatch(/hun|ter2/);
  });

  test('where a certificate of the URL is not there', async () => {
    const place = await sharedPostgres();
    const url = urlOf(place, {
      tcp: place.port,
      parameters: { sslmode: 'verify-full', sslrootcert: '/no/such.crt' },
    });
    expect(problemOf(await openPostgresStore({ url, clock })).message).toContain(
      `database postgres on 127.0.0.1:${place.port}: ENOENT`,
    );
  });
});

describe('parts of the URL', () => {
  test('that are left out come from the environment', async () => {
    const place = await sharedPostgres();
    const schema = newSchema();
    vi.stubEnv('PGHOST', place.folder);
    vi.stubEnv('PGPORT', String(place.port));
    vi.stubEnv('PGUSER', 'postgres');
    vi.stubEnv('PGDATABASE', 'postgres');
    const store = await storeAt(`postgres://?schema=${schema}`);
    await held(store);
    const admin = await administer(place, schema);
    expect((await admin.query('SELECT name FROM rollouts')).rows).toEqual([{ name: NAME }]);
  });

  test('come before the environment', async () => {
    const url = urlOf(await sharedPostgres());
    for (const name of ['PGHOST', 'PGUSER', 'PGDATABASE']) vi.stubEnv(name, 'no-such');
    vi.stubEnv('PGPORT', '1');
    expect(await (await storeAt(url)).list()).toEqual({ kind: 'done', value: [] });
  });
});

describe('TLS', () => {
  test.each(['require', 'verify-full'])(
    'with sslmode=%s wants to know who the server is, and knows it by sslrootcert',
    async (sslmode) => {
      const place = await sharedPostgres();
      const schema = newSchema();
      const port = String(place.port);
      const url = (parameters: Readonly<Record<string, string>>) =>
        `postgres://postgres@localhost:${port}/postgres?${new URLSearchParams({ schema, sslmode, ...parameters }).toString()}`;
      const warned = vi.spyOn(process, 'emitWarning');
      onTestFinished(() => {
        warned.mockRestore();
      });
      expect(problemOf(await openPostgresStore({ url: url({}), clock })).message).toMatch(
        /self-signed certificate: check `sslmode` and `sslrootcert` in the URL/,
      );
      const store = await storeAt(url({ sslrootcert: join(place.folder, 'server.crt') }));
      const journal = await held(store);
      expect(await journal.append([event(1)])).toMatchObject({ kind: 'done' });
      const admin = await administer(place, schema);
      const { rows } = await admin.query(
        `SELECT bool_and(ssl) AS all_tls FROM pg_stat_ssl JOIN holders ON backend = pid`,
      );
      expect(rows).toEqual([{ all_tls: true }]);
      expect(warned).not.toHaveBeenCalled();
      await journal.close();
    },
  );
});

describe('a holder whose connection breaks', () => {
  test('while it is idle can append nothing more, and the next one goes on', async () => {
    const place = await sharedPostgres();
    const proxy = await startProxy(place.port);
    const schema = newSchema();
    const journal = await held(await storeAt(urlOf(place, { tcp: proxy.port, schema })));
    expect(await journal.append([event(1)])).toMatchObject({ kind: 'done' });
    proxy.cut();
    const problem = problemOf(await journal.append([event(2)]));
    expect(problem).toMatchObject({ problem: 'unavailable' });
    expect(problem.message).toBe(`database postgres on 127.0.0.1:${proxy.port}: the connection was lost`);
    // The way is free again, and it does not come back to life.
    expect(problemOf(await journal.append([event(2)]))).toEqual(problem);
    expect(problemOf(await journal.orders())).toEqual(problem);
    const again = await heldAtLast(urlOf(place, { schema }));
    expect(again.events).toEqual([event(1)]);
    expect(await again.append([event(2)])).toMatchObject({ kind: 'done' });
  });

  test('before an append has arrived has appended nothing', async () => {
    const place = await sharedPostgres();
    const proxy = await startProxy(place.port);
    const schema = newSchema();
    const store = await storeAt(urlOf(place, { tcp: proxy.port, schema }), {
      connectMs: 2_000,
      statementMs: 2_000,
      answerMarginMs: 500,
    });
    const journal = await held(store);
    proxy.stall('everything');
    expect(problemOf(await journal.append([event(1)]))).toMatchObject({
      problem: 'unavailable',
      message: `database postgres on 127.0.0.1:${proxy.port}: it did not answer in time`,
    });
    proxy.cut();
    expect((await heldAtLast(urlOf(place, { schema }))).events).toEqual([]);
  });

  test('before the answer to an append has arrived has appended it once, and the next one sees it', async () => {
    const place = await sharedPostgres();
    const proxy = await startProxy(place.port);
    const schema = newSchema();
    const journal = await held(await storeAt(urlOf(place, { tcp: proxy.port, schema })));
    proxy.stall('answers');
    const isDone = proxy.heldBack();
    const outcome = journal.append([event(1), event(2)]);
    await isDone;
    proxy.cut();
    expect(problemOf(await outcome)).toMatchObject({ problem: 'unavailable' });
    expect(problemOf(await journal.append([event(3)]))).toMatchObject({ problem: 'unavailable' });
    expect((await heldAtLast(urlOf(place, { schema }))).events).toEqual([event(1), event(2)]);
  });

  test('because the server stopped can append nothing more, and the next one goes on when it is back', async () => {
    const cluster = await startCluster();
    onTestFinished(() => cluster.remove());
    const schema = newSchema();
    const url = urlOf(cluster, { schema });
    const store = await storeAt(url);
    for (const [how, seq] of [
      ['immediate', 1],
      ['fast', 2],
    ] as const) {
      const journal = await heldAtLast(url);
      expect(journal.events).toHaveLength(seq - 1);
      expect(await journal.append([event(seq)])).toMatchObject({ kind: 'done' });
      await cluster.stop(how);
      expect(problemOf(await journal.append([event(seq + 1)]))).toMatchObject({ problem: 'unavailable' });
      expect(problemOf(await store.list())).toMatchObject({ problem: 'unavailable' });
      await cluster.start();
      // Nothing was lost meanwhile, but what it held.
      expect(problemOf(await journal.append([event(seq + 1)]))).toMatchObject({ problem: 'unavailable' });
      expect(valueOf(await store.list())).toEqual([NAME]);
      await journal.close();
    }
  });

  test('tells of the orders that it cannot read or drop', async () => {
    const place = await sharedPostgres();
    const proxy = await startProxy(place.port);
    const schema = newSchema();
    const journal = await held(await storeAt(urlOf(place, { tcp: proxy.port, schema })));
    const beside = await storeAt(urlOf(place, { schema }));
    valueOf(await beside.enqueueOrder(NAME, order('one')));
    proxy.cut();
    expect(problemOf(await journal.orders())).toMatchObject({ problem: 'unavailable' });
    expect(problemOf(await journal.dropOrder('one'))).toMatchObject({ problem: 'unavailable' });
    expect(problemOf(await journal.archive())).toMatchObject({ problem: 'unavailable' });
    expect(valueOf(await beside.read(NAME))).toMatchObject({ orders: [order('one')] });
  });
});
