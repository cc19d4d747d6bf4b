/**
 * Records as rows: the very lines that a journal file holds, one a row. Their checksums are chained as in a file, so
 * that a row that was changed, lost or moved is found in the same way, by the same code.
 */
import type { RolloutName } from '../../plan/identifiers.ts';
import type { JournaledEvent, LockOwner } from '../../rollout/event.ts';
import { ORDER_KINDS } from '../../rollout/order.ts';
import type { Order } from '../../rollout/order.ts';
import { createJournalDecoder, encodeHeader } from '../line-codec.ts';
import type { Damage } from '../line-codec.ts';
import { ADVISORY_LOCKS, advisoryKey } from './query.ts';
import type { Place } from './client-config.ts';
import { describePlace, StoreFailure } from './failure.ts';
import type { Query } from './query.ts';

export type StoredRecord = {
  /** Which of the rollout's records it is: the last. */
  readonly record: number;
  readonly events: readonly JournaledEvent[];
  /** The last line's, for the next one. */
  readonly sum: string;
};

/** Makes the rollout's first record, unless it has one. */
export async function makeRecord(query: Query, name: RolloutName): Promise<void> {
  await query(
    `WITH made AS (INSERT INTO rollouts (name, record) VALUES ($1, 1) ON CONFLICT DO NOTHING RETURNING name, record)
     INSERT INTO lines (rollout, record, seq, line) SELECT name, record, 0, $2 FROM made`,
    [name, lineOf(encodeHeader(name).text)],
  );
}

/** Throws for a record that something else has changed; the message names the line. */
export async function readRecord(
  query: Query,
  name: RolloutName,
  place: Place,
): Promise<StoredRecord | null> {
  const rows = await query(
    `SELECT rollouts.record, seq, line FROM rollouts LEFT JOIN lines ON rollout = name AND lines.record = rollouts.record
     WHERE name = $1 ORDER BY seq`,
    [name],
  );
  if (rows[0] === undefined) return null;
  return { record: Number(rows[0]['record']), ...decodeRows(rows, name, place) };
}

/** The events of the records that were set aside, the oldest first. Throws as `readRecord` does. */
export async function readArchivedRecords(
  query: Query,
  name: RolloutName,
  place: Place,
): Promise<readonly (readonly JournaledEvent[])[]> {
  const rows = await query(
    `SELECT lines.record, seq, line FROM rollouts JOIN lines ON rollout = name AND lines.record < rollouts.record
     WHERE name = $1 ORDER BY lines.record, seq`,
    [name],
  );
  const records = new Map<unknown, (typeof rows)[number][]>();
  for (const row of rows) {
    const known = records.get(row['record']);
    if (known === undefined) records.set(row['record'], [row]);
    else known.push(row);
  }
  return [...records.values()].map((own) => decodeRows(own, name, place).events);
}

/** The rows of one record, in their order. */
function decodeRows(
  rows: Awaited<ReturnType<Query>>,
  name: RolloutName,
  place: Place,
): Pick<StoredRecord, 'events' | 'sum'> {
  const decoder = createJournalDecoder(name);
  const gap = rows.findIndex((row, index) => row['seq'] !== index);
  const whole = gap === -1 ? rows : rows.slice(0, gap);
  for (const row of whole) decoder.take(Buffer.from(`${String(row['line'])}\n`));
  if (whole.length === 0) {
    throw damage(place, name, { line: 1, reason: 'the line is missing', isNewer: false });
  }
  const decoded = decoder.finish();
  if (decoded.kind === 'damaged') throw damage(place, name, decoded);
  if (gap !== -1) {
    throw damage(place, name, { line: whole.length + 1, reason: 'the line is missing', isNewer: false });
  }
  return { events: decoded.events, sum: decoded.sum };
}

/** Who holds a rollout: a holder whose session is still there, with the lock. */
export async function readLockOwner(
  query: Query,
  name: RolloutName,
  schema: string,
): Promise<LockOwner | null> {
  const [row] = await query(
    `SELECT holder FROM holders JOIN ${ADVISORY_LOCKS} AS locks ON pid = backend AND key = $2 WHERE rollout = $1`,
    [name, advisoryKey(schema, { kind: 'rollout', name })],
  );
  if (row === undefined) return null;
  const { host, pid, startedBy, id, since } = JSON.parse(String(row['holder'])) as LockOwner;
  return { host, pid, startedBy, id, since };
}

/** Of a column of orders, which is `null` where there are none. Throws for one of a kind that is not known here. */
export function parseOrders(contents: unknown, place: Place): readonly Order[] {
  return ((contents ?? []) as readonly string[]).map((content) => parseOrder(content, place));
}

function parseOrder(content: string, place: Place): Order {
  const order = parseJson(content) as Partial<Order> | null;
  const where = `${describePlace(place)}, schema ${place.schema}`;
  if (typeof order?.id !== 'string' || typeof order.kind !== 'string') {
    throw new StoreFailure(
      `${where}: an order is damaged: it was edited after it was given. Check the table orders, delete the row and give the order again`,
      { problem: 'damaged' },
    );
  }
  if (ORDER_KINDS.includes(order.kind)) return order as Order;
  throw new StoreFailure(
    `${where}: a newer Breakwater wrote order ${order.id}, and this release does not know its kind: use that release`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As the codec writes lines, but without the line feed at their end. */
export function lineOf(text: string): string {
  return text.slice(0, -1);
}

function damage(
  place: Place,
  name: RolloutName,
  { line, reason, isNewer }: Pick<Damage, 'line' | 'reason' | 'isNewer'>,
): StoreFailure {
  if (isNewer) return new StoreFailure(`${describeLine(place, name, line)}: ${reason}. Nothing was changed`);
  return new StoreFailure(describeDamage(place, name, { line, reason }), { problem: 'damaged' });
}

/** `line` is counted from 1. */
export function describeDamage(
  place: Place,
  name: RolloutName,
  { line, reason }: { readonly line: number; readonly reason: string },
): string {
  return `${describeLine(place, name, line)}: the journal is damaged: ${reason}. Nothing was changed; restore the tables from a backup: only they show what was done.`;
}

function describeLine(place: Place, name: RolloutName, line: number): string {
  return `${describePlace(place)}, schema ${place.schema}: line ${line} of ${name}`;
}
