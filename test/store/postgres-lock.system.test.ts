import { execa } from 'execa';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../kit/command.ts';
import { startProxy } from '../kit/tcp-proxy.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import {
  event,
  held,
  heldAtLast,
  ME,
  NAME,
  NOW,
  order,
  problemOf,
  storeAt,
  valueOf,
} from '../kit/postgres-stores.ts';

/** The server's process behind the rollout's holder. */
const BACKEND = 'SELECT backend FROM holders';

async function world() {
  const place = await sharedPostgres();
  const schema = newSchema();
  const url = urlOf(place, { schema });
  const store = await storeAt(url);
  return { place, schema, url, store, admin: await administer(place, schema) };
}

describe('a hold', () => {
  test('is seen by everybody, and is let go of by closing', async () => {
    const { store, url } = await world();
    const journal = await held(store);
    const { holder } = valueOf(await (await storeAt(url)).read(NAME)) ?? {};
    expect(holder).toEqual({ ...ME, since: NOW, id: expect.any(String) as string });
    expect(await store.open(NAME, ME)).toEqual({ kind: 'held', holder });
    await journal.close();
    expect(valueOf(await store.read(NAME))?.holder).toBeNull();
    await held(store);
  });

  test('is had by one of many who want it at once, again and again', async () => {
    const { store, url } = await world();
    const stores = await Promise.all(Array.from({ length: 8 }, () => storeAt(url)));
    for (let seq = 1; seq <= 5; seq++) {
      const outcomes = await Promise.all(stores.map((one) => one.open(NAME, ME)));
      const journals = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.value] : []));
      expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(7);
      expect(journals).toHaveLength(1);
      for (const journal of journals) {
        expect(await journal.append([event(seq)])).toMatchObject({ kind: 'done' });
        await journal.close();
      }
    }
    expect(valueOf(await store.read(NAME))?.events).toHaveLength(5);
  });

  test('of one rollout is none of another, or of the same in another schema', async () => {
    const { store, place } = await world();
    await held(store);
    await held(store, 'another' as typeof NAME);
    await held(await storeAt(urlOf(place)));
  });

  test('of a process that was killed goes with it, and what it was told is durable is there', async () => {
    const { url, store } = await world();
    for (let round = 0; round < 3; round++) {
      const { events } = valueOf(await store.read(NAME)) ?? { events: [] };
      const holder = startHolder(url);
      const lines = createInterface({ input: holder.stdout });
      let told = events.length;
      for await (const line of lines) {
        told = Number(line);
        if (told === events.length + 20) holder.kill('SIGKILL');
      }
      await holder;
      const journal = await heldAtLast(url);
      expect(told).toBeGreaterThanOrEqual(events.length + 20);
      // At most the one append whose answer it did not live to see.
      expect([told, told + 1]).toContain(journal.events.length);
      expect(journal.events.map(({ seq }) => seq)).toEqual(journal.events.map((_, index) => index + 1));
      await journal.close();
    }
  });

  test('whose session an administrator has ended is over, as after a crash', async () => {
    const { store, admin, url } = await world();
    const journal = await held(store);
    valueOf(await journal.append([event(1)]));
    await admin.query(`SELECT pg_terminate_backend((${BACKEND}))`);
    expect(problemOf(await journal.append([event(2)]))).toMatchObject({ problem: 'unavailable' });
    const next = await heldAtLast(url);
    expect(next.events).toEqual([event(1)]);
    valueOf(await next.append([event(2)]));
    // Now somebody else holds it, and it is known.
    expect(problemOf(await journal.append([event(2)]))).toMatchObject({ problem: 'lost' });
    await journal.close();
    valueOf(await next.append([event(3)]));
  });
});

describe('unlocking', () => {
  test('ends the hold of a live holder, which can append nothing more, and the next one goes on', async () => {
    const { store, url } = await world();
    const journal = await held(store);
    valueOf(await journal.append([event(1)]));
    const { holder } = valueOf(await store.read(NAME)) ?? {};
    expect(await store.unlock(NAME, holder?.id ?? '')).toEqual({ kind: 'done', holder });
    const next = await held(await storeAt(url));
    expect(next.events).toEqual([event(1)]);
    for (const outcome of [
      await journal.append([event(2)]),
      await journal.orders(),
      await journal.archive(),
    ]) {
      expect(problemOf(outcome)).toMatchObject({ problem: 'lost' });
      expect(problemOf(outcome).message).toContain(
        `this runner lost the lock of ${NAME}: it was unlocked by force`,
      );
    }
    await journal.close();
    valueOf(await next.append([event(2)]));
    expect(valueOf(await store.read(NAME))).toMatchObject({
      events: [event(1), event(2)],
      holder: { host: ME.host },
    });
  });

  test('in the midst of appends leaves what was told to be durable, and nothing beside it', async () => {
    const { store, url } = await world();
    const process = startHolder(url);
    let unlocked: Promise<unknown> = Promise.resolve();
    let told = 0;
    let last = '';
    for await (const line of createInterface({ input: process.stdout })) {
      last = line;
      if (Number(line) > 0) told = Number(line);
      if (line === '20') {
        unlocked = (async () => {
          const { holder } = valueOf(await store.read(NAME)) ?? {};
          return store.unlock(NAME, holder?.id ?? '');
        })();
      }
    }
    expect(await unlocked).toMatchObject({ kind: 'done' });
    expect(last).toMatch(/^lost: /);
    const next = await held(store);
    expect([told, told + 1]).toContain(next.events.length);
  });

  test('holds off a holder whose session stands, because its row is gone', async () => {
    const { store, admin } = await world();
    const journal = await held(store);
    await admin.query('DELETE FROM holders');
    for (const outcome of [
      await journal.append([event(1)]),
      await journal.orders(),
      await journal.dropOrder('x'),
      await journal.archive(),
    ]) {
      expect(problemOf(outcome)).toMatchObject({ problem: 'lost' });
    }
    expect(valueOf(await store.read(NAME))?.events).toEqual([]);
    await admin.query('SELECT 1 FROM lines WHERE seq > 0').then(({ rowCount }) => {
      expect(rowCount).toBe(0);
    });
  });

  test('holds off a holder whose statements are done by another session of the server, as a pooler has them', async () => {
    const { store, admin } = await world();
    const journal = await held(store);
    await admin.query('UPDATE holders SET backend = backend + 1');
    expect(problemOf(await journal.append([event(1)]))).toMatchObject({ problem: 'lost' });
    expect(valueOf(await store.read(NAME))?.events).toEqual([]);
  });

  test('waits for an append that is being done, and nothing is appended after it', async () => {
    const { store, admin } = await world();
    const journal = await held(store);
    const { holder } = valueOf(await store.read(NAME)) ?? {};
    const letGo = await holdUpAppends(admin);
    const appended = journal.append([event(1)]);
    await untilWaiting(admin, 1);
    const unlocked = store.unlock(NAME, holder?.id ?? '');
    await untilWaiting(admin, 2);
    await letGo();
    expect(await appended).toMatchObject({ kind: 'done' });
    expect(await unlocked).toMatchObject({ kind: 'done' });
    const next = await held(store);
    expect(next.events).toEqual([event(1)]);
    expect(problemOf(await journal.append([event(2)]))).toMatchObject({ problem: 'lost' });
  });

  test('ends an append that does not end by itself', async () => {
    const { url, admin } = await world();
    const store = await storeAt(url, { lockMs: 500 });
    const journal = await held(await storeAt(url));
    const { holder } = valueOf(await store.read(NAME)) ?? {};
    const letGo = await holdUpAppends(admin);
    const appended = journal.append([event(1)]);
    await untilWaiting(admin, 1);
    expect(await store.unlock(NAME, holder?.id ?? '')).toMatchObject({ kind: 'done' });
    expect(problemOf(await appended)).toMatchObject({ problem: 'lost' });
    await letGo();
    expect((await held(store)).events).toEqual([]);
  });

  test('is for the holder with that id alone', async () => {
    const { store } = await world();
    expect(await store.unlock(NAME, 'x')).toEqual({ kind: 'not-held-by', holder: null });
    const journal = await held(store);
    const { holder } = valueOf(await store.read(NAME)) ?? {};
    expect(await store.unlock(NAME, 'x')).toEqual({ kind: 'not-held-by', holder });
    valueOf(await journal.append([event(1)]));
    await journal.close();
    expect(await store.unlock(NAME, holder?.id ?? '')).toEqual({ kind: 'not-held-by', holder: null });
  });

  test('by a role that may not end the session says that it can append nothing more', async () => {
    const { place, schema, store, admin } = await world();
    const journal = await held(store);
    const { holder } = valueOf(await store.read(NAME)) ?? {};
    const role = `role_${schema}`;
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const other = await storeAt(urlOf(place, { schema, user: role }));
    const problem = problemOf(await other.unlock(NAME, holder?.id ?? ''));
    expect(problem.message).toContain(
      'its runner can no longer write. But its session must end before the next run',
    );
    expect(problemOf(await journal.append([event(1)]))).toMatchObject({ problem: 'lost' });
    await journal.close();
    await held(other);
  });
});

describe('an order', () => {
  test('is read by the holder, and is gone once it is dropped, by the holder alone', async () => {
    const { store, url } = await world();
    const journal = await held(store);
    const beside = await storeAt(url);
    for (const id of ['one', 'two', 'one']) valueOf(await beside.enqueueOrder(NAME, order(id)));
    expect(valueOf(await journal.orders())).toEqual([order('one'), order('two')]);
    valueOf(await journal.dropOrder('one'));
    valueOf(await journal.dropOrder('one'));
    expect(valueOf(await journal.orders())).toEqual([order('two')]);
    expect(valueOf(await beside.read(NAME))).toMatchObject({ orders: [order('two')] });
  });
});

/** Makes appends wait with the holder's row in their hands, until what this resolves to is called. */
async function holdUpAppends(admin: Admin): Promise<() => Promise<unknown>> {
  await admin.query('BEGIN');
  await admin.query(`CREATE FUNCTION wait_for_gate() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM FROM gate FOR UPDATE; RETURN NEW; END'`);
  await admin.query('CREATE TABLE gate AS SELECT 1 AS closed');
  await admin.query(
    'CREATE TRIGGER wait BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION wait_for_gate()',
  );
  await admin.query('COMMIT');
  await admin.query('BEGIN');
  await admin.query('UPDATE gate SET closed = 2');
  return () => admin.query('COMMIT');
}

/** Until so many sessions wait for this one, or for those that do. */
async function untilWaiting(admin: Admin, count: number): Promise<void> {
  const waiting = `WITH RECURSIVE behind (pid) AS (
    SELECT pg_backend_pid()
    UNION SELECT locks.pid FROM pg_locks AS locks, behind
      WHERE NOT granted AND behind.pid = ANY (pg_blocking_pids(locks.pid))
  ) SELECT FROM behind`;
  while ((await admin.query(waiting)).rowCount !== count + 1);
}

type Admin = Awaited<ReturnType<typeof administer>>;

function startHolder(url: string) {
  const script = join(import.meta.dirname, 'postgres-holder.ts');
  const holder = execa(process.execPath, ['--import', 'tsx', script, url, NAME], {
    cwd: ROOT,
    reject: false,
    stdin: 'ignore',
    buffer: false,
  });
  onTestFinished(async () => {
    holder.kill('SIGKILL');
    await holder;
  });
  return holder;
}

test('an append whose answer comes after the hold was ended is acknowledged, and the hold is then known to be lost', async () => {
  const { place, schema, store } = await world();
  const proxy = await startProxy(place.port);
  const journal = await held(await storeAt(urlOf(place, { schema, tcp: proxy.port })));
  proxy.stall('answers');
  const heldBack = proxy.heldBack();
  const appended = journal.append([event(1)]);
  await heldBack;
  const { holder } = valueOf(await store.read(NAME)) ?? {};
  expect(valueOf(await store.read(NAME))?.events).toEqual([event(1)]);
  expect(await store.unlock(NAME, holder?.id ?? 'none')).toMatchObject({ kind: 'done' });
  proxy.release();
  expect(await appended).toEqual({ kind: 'done', value: null });
  expect(await journal.verifyHold()).toMatchObject({ kind: 'problem', problem: 'lost' });
  // Nobody can tell whether the process behind it has ended: it was only unlocked.
  expect((await heldAtLast(store)).gone).toEqual([]);
});

test('a hold whose server ended its session is known to be over, and its process is not taken for ended', async () => {
  const { store, admin } = await world();
  const journal = await held(store);
  await journal.append([event(1)]);
  await admin.query('SELECT pg_terminate_backend(backend) FROM holders');
  expect(await journal.verifyHold()).toMatchObject({ kind: 'problem' });
  // It is this very process, which lives.
  expect(valueOf(await store.read(NAME))?.gone).toEqual([]);
  expect((await heldAtLast(store)).gone).toEqual([]);
});

test('a process that was killed on this machine is known to have ended, by whoever takes over from it or reads', async () => {
  const { url, store } = await world();
  const holder = startHolder(url);
  const lines = createInterface({ input: holder.stdout });
  for await (const line of lines) if (Number(line) >= 1) break;
  const id = valueOf(await store.read(NAME))?.holder?.id;
  holder.kill('SIGKILL');
  await holder;
  const next = await heldAtLast(store);
  expect(next.gone).toEqual([id]);
  await next.close();
  expect((await heldAtLast(store)).gone).toEqual([]);
});
