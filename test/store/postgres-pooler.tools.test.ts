/** Records behind PgBouncer: with a session for each client they are kept as without it; without one they are refused. */
import { execa } from 'execa';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { makeFolder } from '../kit/folders.ts';
import { newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { freePort } from '../kit/postgres-cluster.ts';
import { clock, event, held, NAME, problemOf, storeAt, valueOf } from '../kit/postgres-stores.ts';

const NOBODY = 65_534;

type Mode = 'session' | 'transaction' | 'statement';

/** The URL of a schema of its own, through a pooler in front of the tests' server. */
async function startPooler(mode: Mode): Promise<string> {
  const place = await sharedPostgres();
  const folder = makeFolder();
  const port = await freePort();
  const config = `[databases]
* = host=127.0.0.1 port=${place.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
server_reset_query = DISCARD ALL
ignore_startup_parameters = extra_float_digits,application_name
`;
  // Of any name, "any" logs in as one that the server knows.
  const path = join(folder, 'pgbouncer.ini');
  writeFileSync(path, config.replace(`port=${place.port}`, `port=${place.port} user=postgres`));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chmodSync(folder, 0o755);
    for (const file of [folder, path]) chownSync(file, NOBODY, NOBODY);
  }
  // It does not start as root.
  const pooler = execa('pgbouncer', [path], {
    reject: false,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  onTestFinished(async () => {
    pooler.kill('SIGINT');
    await pooler;
  });
  while (!(await isListening(port))) {
    if (pooler.exitCode !== null) throw new Error((await pooler).stderr);
    await sleep(20);
  }
  return urlOf(place, { tcp: port, schema: newSchema() });
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => {
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  socket.destroy();
  return isOpen;
}

test.each<Mode>(['transaction', 'statement'])(
  'a pooler in %s mode is named and refused, and nothing is made in the database',
  async (mode) => {
    const url = await startPooler(mode);
    const problem = problemOf(await openPostgresStore({ url, clock }));
    expect(problem.problem).toBe('unavailable');
    expect(problem.message).toContain('gives each statement another session');
    expect(problem.message).toContain('PgBouncer');
  },
);

test('a pooler in session mode is no obstacle', async () => {
  const store = await storeAt(await startPooler('session'));
  const journal = await held(store);
  expect(await journal.append([event(1)])).toEqual({ kind: 'done', value: null });
  expect(await journal.verifyHold()).toEqual({ kind: 'done', value: null });
  expect(valueOf(await store.read(NAME))?.events).toEqual([event(1)]);
});
