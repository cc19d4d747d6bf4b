/**
 * The budget of an API key in the database: a row for the key, which is locked while somebody draws on it, and a row for
 * each runner that shares it. How they share is decided in `call-window.ts`. Of the key only a hash is kept.
 *
 * A sharer is alive for as long as its session holds its advisory lock. Whoever finds one that is dead removes it, and
 * with it the calls under way that nobody will give back.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { CallGrant, Outcome, SharedCalls, ToldBudget } from '../journal.ts';
import { ADVISORY_LOCKS, advisoryKey } from './query.ts';
import { grantCall, joinSharers, newWindow, settleCall } from './call-window.ts';
import type { CallWindow, KeyBudget, Sharer } from './call-window.ts';
import type { Session } from './session.ts';
import type { Value, Row, Query } from './query.ts';

/** Makes an outcome of what fails. */
type Tell = <T>(work: () => Promise<T>) => Promise<Outcome<T>>;

/** `session` is the one that holds the rollout, so that nobody calls the API for a rollout that is lost. */
export async function openSharedCalls(session: Session, apiKey: string, tell: Tell): Promise<SharedCalls> {
  const id = randomUUID();
  const share: Share = {
    session,
    id,
    key: createHash('sha256').update(apiKey).digest('hex'),
    lock: advisoryKey(session.place.schema, { kind: 'sharer', name: id }),
  };
  await session.query('SELECT pg_advisory_lock($1)', [share.lock]);
  return {
    take: (now) => tell(() => takeCall(share, Math.floor(now))),
    settle: (told, now) => tell(() => giveCallBack(share, told, Math.floor(now))),
  };
}

type Share = { readonly session: Session; readonly key: string; readonly id: string; readonly lock: string };

function takeCall(share: Share, now: number): Promise<CallGrant> {
  return share.session.transaction('waiting', async (query) => {
    const budget = await readBudget(query, share, now);
    const granted = grantCall(budget, share.id, now);
    await writeBudget(query, share, granted.budget);
    return granted.grant;
  });
}

function giveCallBack(share: Share, told: ToldBudget, now: number): Promise<null> {
  return share.session.transaction('waiting', async (query) => {
    const budget = await readBudget(query, share, now);
    await writeBudget(query, share, settleCall(budget, { id: share.id, told }, now));
    return null;
  });
}

/** What is known, with everybody who is alive, and nobody else drawing on it until the transaction ends. */
async function readBudget(query: Query, { key, id }: Share, now: number): Promise<KeyBudget> {
  const window = (await lockWindow(query, key)) ?? (await makeWindow(query, key, now));
  const rows = await query(
    `SELECT id, under_way, used FROM sharers JOIN ${ADVISORY_LOCKS} AS locks ON locks.key = lock
     WHERE api_key = $1 ORDER BY id`,
    [key],
  );
  const sharers = rows.map(sharerOf);
  const budget = { window, sharers };
  return sharers.some((sharer) => sharer.id === id) ? budget : joinSharers(budget, id);
}

async function lockWindow(query: Query, key: string): Promise<CallWindow | null> {
  const [row] = await query('SELECT * FROM budgets WHERE api_key = $1 FOR UPDATE', [key]);
  return row === undefined ? null : windowOf(row);
}

async function makeWindow(query: Query, key: string, now: number): Promise<CallWindow> {
  await query('INSERT INTO budgets (api_key, opened_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [key, now]);
  return (await lockWindow(query, key)) ?? newWindow(now);
}

async function writeBudget(query: Query, { key, id, lock }: Share, budget: KeyBudget): Promise<void> {
  const { window, sharers } = budget;
  const columns = (pick: (sharer: Sharer) => string | number) =>
    sharers.map((sharer) => String(pick(sharer)));
  const values: readonly Value[] = [
    key,
    id,
    lock,
    columns((sharer) => sharer.id),
    columns((sharer) => sharer.underWay),
    columns((sharer) => sharer.used),
    window.limit,
    window.left,
    window.openedAt,
    window.resetAt,
    window.previousResetAt,
    window.blockedUntil,
  ];
  await query(WRITE_BUDGET, values);
}

/** Of the sharers only this one can be new, and those that are dead are not among them any more. */
const WRITE_BUDGET = `WITH alive AS (
  SELECT * FROM unnest($4::text[], $5::integer[], $6::integer[]) AS alive (id, under_way, used)
), removed AS (
  DELETE FROM sharers WHERE api_key = $1 AND id NOT IN (SELECT alive.id FROM alive)
), changed AS (
  UPDATE sharers SET under_way = alive.under_way, used = alive.used FROM alive
  WHERE api_key = $1 AND sharers.id = alive.id
    AND (sharers.under_way, sharers.used) IS DISTINCT FROM (alive.under_way, alive.used)
), joined AS (
  INSERT INTO sharers (api_key, id, lock, under_way, used)
  SELECT $1, id, $3::bigint, under_way, used FROM alive WHERE id = $2 ON CONFLICT DO NOTHING
)
UPDATE budgets SET call_limit = $7, calls_left = $8, opened_at = $9, reset_at = $10, previous_reset_at = $11,
  blocked_until = $12
WHERE api_key = $1`;

function sharerOf(row: Row): Sharer {
  return { id: String(row['id']), underWay: Number(row['under_way']), used: Number(row['used']) };
}

function windowOf(row: Row): CallWindow {
  return {
    limit: numberOf(row['call_limit']),
    left: numberOf(row['calls_left']),
    openedAt: Number(row['opened_at']),
    resetAt: numberOf(row['reset_at']),
    previousResetAt: numberOf(row['previous_reset_at']),
    blockedUntil: numberOf(row['blocked_until']),
  };
}

/** The driver gives numbers of 64 bits as text. */
function numberOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}
