/**
 * A rollout's journal in a database, held for writing by one session. The session is all there is: when it ends, for
 * whatever reason, the journal takes no more, as if the runner had crashed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { RolloutName } from '../../plan/identifiers.ts';
import { assert } from '../../base/assert.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { Order } from '../../rollout/order.ts';
import type { Journal, Outcome, SharedCalls } from '../journal.ts';
import { encodeEvents, encodeHeader } from '../line-codec.ts';
import { describePlace, outcomeOf, PG, StoreFailure } from './failure.ts';
import { HELD, isOnRecord, releaseLock } from './lock.ts';
import type { HeldLock } from './lock.ts';
import { lineOf, parseOrders } from './records.ts';
import type { StoredRecord } from './records.ts';
import { Session } from './session.ts';
import type { Database } from './session.ts';
import { openSharedCalls } from './shared-calls.ts';

/** `hold` has been taken, and `stored` read since. */
export function openHeldJournal(hold: HeldLock, stored: StoredRecord, database: Database): Journal {
  const writer: Writer = {
    ...hold,
    record: stored.record,
    seq: stored.events.length,
    sum: stored.sum,
    broken: null,
  };
  const inTurn = pLimit(1);
  const attempt = <T>(work: () => Promise<T>) =>
    outcomeOrReason(work, { hold, database, isClosed: () => isClosed });
  const guarded = <T>(work: () => Promise<T>) => attempt(() => inTurn(work));
  let isClosed = false;
  const sharers = new Map<string, Promise<Outcome<SharedCalls>>>();
  return {
    id: hold.id,
    gone: hold.gone,
    events: stored.events,
    tornBytes: 0,
    append: (events) => guarded(() => append(writer, events)),
    verifyHold: () => guarded(() => verifyHold(hold)),
    orders: () => guarded(() => readOwnOrders(hold)),
    dropOrder: (id) => guarded(() => dropOrder(hold, id)),
    archive: () => guarded(() => archive(writer)),
    sharedCalls(apiKey) {
      const known = sharers.get(apiKey);
      if (known !== undefined) return known;
      const opened = guarded(() => openSharedCalls(hold.session, apiKey, attempt));
      sharers.set(apiKey, opened);
      return opened;
    },
    async close() {
      isClosed = true;
      // A session that is broken lets go by ending.
      await inTurn(() => releaseLock(hold)).catch(() => null);
      await hold.session.close();
    },
  };
}

/** `record`, `seq` and `sum` are of the last line that was acknowledged. */
type Writer = HeldLock & { record: number; seq: number; sum: string; broken: StoreFailure | null };

async function append(writer: Writer, events: readonly JournaledEvent[]): Promise<null> {
  if (writer.broken !== null) throw writer.broken;
  if (events.length === 0) return null;
  assert(events[0]?.seq === writer.seq + 1, 'an event is appended that does not follow the last one');
  const { text, sum } = encodeEvents(events, writer.sum);
  try {
    const lines = lineOf(text).split('\n');
    const [added] = await writer.session.query(APPEND, [
      writer.name,
      writer.id,
      writer.record,
      writer.seq,
      lines,
    ]);
    if (Number(added?.['count']) !== lines.length) throw lost(writer, UNLOCKED);
  } catch (error) {
    writer.broken = asLost(error, writer);
    throw writer.broken;
  }
  writer.seq += events.length;
  writer.sum = sum;
  return null;
}

/** The line before must be there, and those that are added must not. */
const APPEND = `WITH ${HELD}, added AS (
  INSERT INTO lines (rollout, record, seq, line)
  SELECT $1, $3::integer, $4::integer + place, line
  FROM held, unnest($5::text[]) WITH ORDINALITY AS given (line, place)
  WHERE EXISTS (SELECT FROM lines WHERE rollout = $1 AND record = $3::integer AND seq = $4::integer)
  RETURNING seq
) SELECT count(*) FROM added`;

async function archive(writer: Writer): Promise<null> {
  if (writer.broken !== null) throw writer.broken;
  const header = encodeHeader(writer.name);
  try {
    const [made] = await writer.session.query(ARCHIVE, [writer.name, writer.id, lineOf(header.text)]);
    if (made === undefined) throw lost(writer, UNLOCKED);
    writer.record = Number(made['record']);
  } catch (error) {
    writer.broken = asLost(error, writer);
    throw writer.broken;
  }
  writer.seq = 0;
  writer.sum = header.sum;
  return null;
}

const ARCHIVE = `WITH ${HELD}, next AS (
  UPDATE rollouts SET record = record + 1 WHERE name = $1 AND EXISTS (SELECT FROM held) RETURNING name, record
) INSERT INTO lines (rollout, record, seq, line) SELECT name, record, 0, $3 FROM next RETURNING record`;

async function verifyHold(hold: HeldLock): Promise<null> {
  const [still] = await hold.session.query(`WITH ${HELD} SELECT count(*) FROM held`, [hold.name, hold.id]);
  if (Number(still?.['count']) === 0) throw lost(hold, UNLOCKED);
  return null;
}

async function readOwnOrders({ session, name, id }: HeldLock): Promise<readonly Order[]> {
  const [found] = await session.query(OWN_ORDERS, [name, id]);
  if (Number(found?.['held']) === 0) throw lost({ session, name }, UNLOCKED);
  return parseOrders(found?.['contents'], session.place);
}

const OWN_ORDERS = `SELECT
  (SELECT count(*) FROM holders WHERE rollout = $1 AND id = $2) AS held,
  (SELECT array_agg(content ORDER BY number) FROM orders WHERE rollout = $1) AS contents`;

async function dropOrder(hold: HeldLock, orderId: string): Promise<null> {
  const [still] = await hold.session.query(
    `WITH ${HELD}, dropped AS (
       DELETE FROM orders WHERE rollout = $1 AND orders.id = $3 AND EXISTS (SELECT FROM held)
     ) SELECT count(*) FROM held`,
    [hold.name, hold.id, orderId],
  );
  if (Number(still?.['count']) === 0) throw lost(hold, UNLOCKED);
  return null;
}

type Circumstances = {
  readonly hold: HeldLock;
  readonly database: Database;
  readonly isClosed: () => boolean;
};

/**
 * What `work` comes to. Where the session has ended, the reason is looked for in the database: whoever unlocks a rollout
 * removes its holder before ending the session, and a server that falls over does not.
 */
async function outcomeOrReason<T>(
  work: () => Promise<T>,
  { hold, database, isClosed }: Circumstances,
): Promise<Outcome<T>> {
  const outcome = await outcomeOf(work);
  if (outcome.kind === 'done' || outcome.problem === 'lost' || isClosed() || hold.session.ended === null) {
    return outcome;
  }
  return (await wasUnlocked(hold, database))
    ? outcomeOf(() => Promise.reject(lost(hold, UNLOCKED)))
    : outcome;
}

/** Where an append kept the holder's row from being removed, it is removed a moment after the session was ended. */
async function wasUnlocked({ name, id }: HeldLock, database: Database): Promise<boolean> {
  const found = await outcomeOf(async () => {
    const session = await Session.open(database);
    try {
      for (let look = 1; look <= LOOKS_MAX; look++) {
        if (!(await isOnRecord((...statement) => session.query(...statement), name, id))) return true;
        await sleep(LOOK_EVERY_MS);
      }
      return false;
    } finally {
      await session.close();
    }
  });
  return found.kind === 'done' && found.value;
}

const LOOK_EVERY_MS = 100;
const LOOKS_MAX = 10;

const UNLOCKED = 'it was unlocked by force';

/** Lines that are there already were written by somebody who holds it now. */
function asLost(error: unknown, hold: HeldLock): StoreFailure {
  assert(error instanceof StoreFailure, `an append failed with ${String(error)}`);
  return error.code === PG.duplicate ? lost(hold, 'another process wrote to it') : error;
}

function lost(
  { session, name }: { readonly session: Session; readonly name: RolloutName },
  why: string,
): StoreFailure {
  return new StoreFailure(`${describePlace(session.place)}: this runner lost the lock of ${name}: ${why}`, {
    problem: 'lost',
  });
}
