/**
 * Journals in a PostgreSQL database, for runners on many machines: in a schema of their own, which is made and brought
 * up to date when the store is opened.
 *
 * A held rollout has a session of its own. Everything else shares one, which is opened when it is needed, and once more
 * where it has ended: it holds nothing.
 */
import type { Clock } from '../../base/clock.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner, RunnerIdentity } from '../../rollout/event.ts';
import type { Order } from '../../rollout/order.ts';
import type { Journal, JournalReading, JournalStore, OpenOutcome, Outcome } from '../journal.ts';
import { thisMachine } from '../file/machine.ts';
import type { Machine } from '../file/machine.ts';
import { advisoryKey } from './query.ts';
import { placeOf } from './client-config.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { describePlace, outcomeOf, StoreFailure } from './failure.ts';
import { openHeldJournal } from './held-journal.ts';
import { breakLock, readGone, releaseLock, acquireLock } from './lock.ts';
import { migrate } from './migrations.ts';
import { describeDamage, parseOrders, readArchivedRecords, readLockOwner, readRecord } from './records.ts';
import { LIMITS } from './session-settings.ts';
import type { Limits } from './session-settings.ts';
import { Session } from './session.ts';
import type { Database } from './session.ts';
import { parseArtifactRecords } from '../../plan/artifact-record.ts';
import type { ArtifactRecord } from '../../plan/artifact-record.ts';

export type PostgresStoreOptions = {
  readonly url: string;
  readonly clock: Clock;
  /** In place of how long anything may take otherwise. */
  readonly limits?: Partial<Limits>;
  readonly machine?: Machine;
};

export async function openPostgresStore({
  url: text,
  clock,
  limits,
  machine = thisMachine,
}: PostgresStoreOptions): Promise<Outcome<JournalStore>> {
  const parsed = parseDatabaseUrl(text);
  if (parsed.kind === 'refused') {
    return { kind: 'problem', problem: 'unavailable', message: `the database's URL: it ${parsed.reason}` };
  }
  const database = { url: parsed.url, limits: { ...LIMITS, ...limits } };
  return outcomeOf(async () => {
    const desk = new Desk(database);
    try {
      await migrate(await desk.session());
      return storeOf(desk, database, { clock, machine });
    } catch (error) {
      await desk.close();
      throw error;
    }
  });
}

type Surroundings = { readonly clock: Clock; readonly machine: Machine };

function storeOf(desk: Desk, database: Database, { clock, machine }: Surroundings): JournalStore {
  return {
    location: database.url.shown,
    list: () => outcomeOf(() => listRollouts(desk)),
    read: (name) => outcomeOf(() => readJournal(desk, name, machine)),
    readArchived: (name) =>
      outcomeOf(async () => {
        const session = await desk.session();
        return readArchivedRecords((text, values) => session.query(text, values), name, session.place);
      }),
    async open(name, runner) {
      const opened = await outcomeOf(() =>
        openJournal(database, name, { ...runner, since: clock.now(), machine }),
      );
      return opened.kind === 'done' ? opened.value : opened;
    },
    enqueueOrder: (name, order) => outcomeOf(() => enqueueOrder(desk, name, order)),
    exclusively: (work) => outcomeOf(() => workExclusively(database, work)),
    async unlock(name, holderId) {
      const unlocked = await outcomeOf(async () => breakLock(await desk.session(), name, holderId));
      return unlocked.kind === 'done' ? unlocked.value : unlocked;
    },
    readArtifacts: () => outcomeOf(async () => readArtifacts(await desk.session())),
    putArtifact: (record) => outcomeOf(async () => putArtifact(await desk.session(), record)),
    describeDamage: (name, line, reason) => describeDamage(placeOf(database.url), name, { line, reason }),
    close: () => desk.close(),
  };
}

async function listRollouts(desk: Desk): Promise<readonly RolloutName[]> {
  const rows = await (await desk.session()).query('SELECT name FROM rollouts');
  return rows.map(({ name }) => name as RolloutName).sort();
}

async function readJournal(desk: Desk, name: RolloutName, machine: Machine): Promise<JournalReading | null> {
  const session = await desk.session();
  const { place } = session;
  return session.transaction('reading', async (query) => {
    const stored = await readRecord(query, name, place);
    if (stored === null) return null;
    const holder: LockOwner | null = await readLockOwner(query, name, place.schema);
    const gone = holder === null ? await readGone(query, name, machine) : [];
    const [orders] = await query(
      'SELECT array_agg(content ORDER BY number) AS contents FROM orders WHERE rollout = $1',
      [name],
    );
    return {
      events: stored.events,
      tornBytes: 0,
      holder,
      orders: parseOrders(orders?.['contents'], place),
      gone,
    };
  });
}

type Taking = RunnerIdentity & { readonly since: number; readonly machine: Machine };

async function openJournal(database: Database, name: RolloutName, taking: Taking): Promise<OpenOutcome> {
  const session = await Session.open(database);
  try {
    const taken = await acquireLock(session, name, taking);
    if (taken.kind === 'taken') return { kind: 'done', value: await openTaken(taken.hold, database) };
    await session.close();
    return taken;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function openTaken(hold: Parameters<typeof openHeldJournal>[0], database: Database): Promise<Journal> {
  const { session, name } = hold;
  try {
    const stored = await session.transaction('reading', (query) => readRecord(query, name, session.place));
    if (stored === null) throw new StoreFailure(`${describePlace(session.place)}: ${name} was removed`);
    return openHeldJournal(hold, stored, database);
  } catch (error) {
    await releaseLock(hold).catch(() => null);
    throw error;
  }
}

async function enqueueOrder(desk: Desk, name: RolloutName, order: Order): Promise<null> {
  const session = await desk.session();
  const [known] = await session.query(
    `WITH known AS (SELECT name FROM rollouts WHERE name = $1), left_there AS (
       INSERT INTO orders (rollout, id, content) SELECT name, $2, $3 FROM known ON CONFLICT DO NOTHING
     ) SELECT count(*) FROM known`,
    [name, order.id, JSON.stringify(order)],
  );
  if (Number(known?.['count']) > 0) return null;
  throw new StoreFailure(
    `${describePlace(session.place)}: no rollout ${name} in schema ${session.place.schema}`,
  );
}

/** Looking through every rollout of a state takes some seconds for each million device outcomes. */
const WORK_MS_MAX = 600_000;

/** On a session of its own: `work` uses the store meanwhile. */
async function workExclusively<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const session = await Session.open(database);
  try {
    return await session.transaction('waiting', async (query) => {
      // Its transaction stands still meanwhile.
      await query(`SET LOCAL idle_in_transaction_session_timeout = ${WORK_MS_MAX}`);
      await query('SELECT pg_advisory_xact_lock($1)', [
        advisoryKey(database.url.schema, { kind: 'all-rollouts' }),
      ]);
      return work();
    });
  } finally {
    await session.close();
  }
}

/** The session for what holds nothing. */
class Desk {
  private readonly database: Database;
  private opening: Promise<Session> | null = null;

  constructor(database: Database) {
    this.database = database;
  }

  async session(): Promise<Session> {
    const asked = this.opening;
    const known = (await asked?.catch(() => null)) ?? null;
    if (known !== null && known.ended === null) return known;
    // Of those who find that it has ended, the first opens another.
    if (this.opening === asked || this.opening === null) this.opening = Session.open(this.database);
    return this.opening;
  }

  async close(): Promise<void> {
    const session = await this.opening?.catch(() => null);
    await session?.close();
  }
}

// The records of uploads as rows: one an upload, as JSON, as it stands in the file that folders have.

/** The oldest first. */
async function readArtifacts(session: Session): Promise<readonly ArtifactRecord[]> {
  const rows = await session.query('SELECT content FROM artifacts ORDER BY number');
  const contents = rows.map(({ content }) => String(content));
  const parsed = parseArtifactRecords(`{"version":1,"artifacts":[${contents.join(',')}]}`);
  if (typeof parsed !== 'string') return parsed;
  const { place } = session;
  throw new StoreFailure(
    `${describePlace(place)}, schema ${place.schema}: the table artifacts is damaged: it ${parsed}. Nothing was changed; restore it from a backup`,
    { problem: 'damaged' },
  );
}

async function putArtifact(session: Session, record: ArtifactRecord): Promise<null> {
  await session.query(
    'INSERT INTO artifacts (id, content) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content',
    [record.id, JSON.stringify(record)],
  );
  return null;
}
