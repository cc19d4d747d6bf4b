/**
 * One holder a rollout, by a lock that lives and dies with the holder's session, and a row that names the holder.
 *
 * Upheld here:
 * 1. The lock is the session's: a runner that died has let go as soon as the server has noticed, and one that lives has
 *    not, however long it is busy.
 * 2. The row is what every append looks at, in the same statement and under a lock of the row: once it is gone or is
 *    another's, nothing more can be appended, even by a session that still stands.
 * 3. The row holds the server process that belongs to the session. Where a pooler moves statements between sessions, an
 *    append finds itself in another one and is refused, instead of being let through without a lock.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner, RunnerIdentity } from '../../rollout/event.ts';
import type { UnlockOutcome } from '../journal.ts';
import { judgeLockOwner } from '../file/machine.ts';
import type { LockOwnerFacts, Machine } from '../file/machine.ts';
import { ADVISORY_LOCKS, advisoryKey } from './query.ts';
import { describePlace, PG, StoreFailure } from './failure.ts';
import { makeRecord, readLockOwner } from './records.ts';
import type { Session } from './session.ts';
import type { Query } from './query.ts';

/** How long the server may take to end a session. */
const LETTING_GO_MS = 5_000;
const LOOK_EVERY_MS = 50;
const LOOKS_MAX = 20;

export type HeldLock = {
  readonly session: Session;
  readonly name: RolloutName;
  readonly id: string;
  /** The hold before it, where nobody had let go of it and its process has certainly ended. */
  readonly gone: readonly string[];
};

/**
 * Put before a statement that only a holder may do, with $1 the rollout and $2 the holder's id: `held` has a row, or
 * none. Unlocking waits for the statement, and the statement for unlocking.
 */
export const HELD = `held AS (
  SELECT 1 FROM holders WHERE rollout = $1 AND id = $2 AND backend = pg_backend_pid() FOR UPDATE
)`;

export type LockOutcome =
  | { readonly kind: 'taken'; readonly hold: HeldLock }
  | { readonly kind: 'held'; readonly holder: LockOwner | null };

/** Takes hold of a rollout, and makes its record where there is none. */
export async function acquireLock(
  session: Session,
  name: RolloutName,
  { machine, ...runner }: RunnerIdentity & { readonly since: number; readonly machine: Machine },
): Promise<LockOutcome> {
  const [lock] = await session.query('SELECT pg_try_advisory_lock($1) AS is_ours', [keyOf(session, name)]);
  if (lock?.['is_ours'] !== true) return { kind: 'held', holder: await waitForLockOwner(session, name) };
  const { host, pid, startedBy, since } = runner;
  const holder: LockOwner = { host, pid, startedBy, id: randomUUID(), since };
  let gone: readonly string[] = [];
  await session.transaction('writing', async (query) => {
    await makeRecord(query, name);
    gone = await readGone(query, name, machine);
    await query(
      `INSERT INTO holders (rollout, id, backend, holder) VALUES ($1, $2, pg_backend_pid(), $3)
       ON CONFLICT (rollout) DO UPDATE SET id = EXCLUDED.id, backend = EXCLUDED.backend, holder = EXCLUDED.holder`,
      [name, holder.id, JSON.stringify({ ...holder, ...factsOf(holder, machine), gone })],
    );
  });
  return { kind: 'taken', hold: { session, name, id: holder.id, gone } };
}

/** What tells later, on the same machine, whether the holder's process has ended. */
function factsOf({ pid }: LockOwner, { boot, namespaces, processOf }: Machine): Partial<LockOwnerFacts> {
  const process = processOf(pid);
  return { boot, namespaces, processStart: process === 'gone' ? null : process.start };
}

/**
 * The id of the holder that is on record and has not let go, where its process has certainly ended, and of those before it:
 * that its session has ended does not tell, because a server ends sessions of processes that live. To be called while
 * nobody has the lock.
 */
export async function readGone(
  query: Query,
  name: RolloutName,
  machine: Machine,
): Promise<readonly string[]> {
  const [row] = await query('SELECT holder FROM holders WHERE rollout = $1', [name]);
  if (row === undefined) return [];
  const { host, pid, id, ...facts } = JSON.parse(String(row['holder'])) as LockOwner & Partial<OnRecord>;
  const { boot = null, namespaces = null, processStart = null, gone = [] } = facts;
  const holder = { host, pid, boot, namespaces, processStart, isFlocked: false, isLocal: false };
  // Without a boot's name there is only the host's, which machines that share a database may have in common.
  if (boot === null) return [];
  const verdict = judgeLockOwner(holder, { ...machine, isLocal: false, isFlockFree: () => false });
  return verdict === 'dead' ? [id, ...gone].slice(0, GONE_MAX) : [];
}

type OnRecord = LockOwnerFacts & { readonly gone: readonly string[] };

const GONE_MAX = 50;

/** Whoever has the lock says a moment later who it is; `null` where it does not. */
async function waitForLockOwner(session: Session, name: RolloutName): Promise<LockOwner | null> {
  for (let look = 1; ; look++) {
    const query: Query = (...statement) => session.query(...statement);
    const holder = await readLockOwner(query, name, session.place.schema);
    if (holder !== null || look === LOOKS_MAX) return holder;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Lets go before the session ends, so that the next one need not wait for the server to notice. */
export async function releaseLock({ session, name, id }: HeldLock): Promise<void> {
  if (session.ended !== null) return;
  await session.query('DELETE FROM holders WHERE rollout = $1 AND id = $2', [name, id]);
  await session.query('SELECT pg_advisory_unlock($1)', [keyOf(session, name)]);
}

/** Whether it is still on record that `id` holds the rollout: what an unlocking removes first. */
export async function isOnRecord(query: Query, name: RolloutName, id: string): Promise<boolean> {
  return (await query('SELECT FROM holders WHERE rollout = $1 AND id = $2', [name, id])).length > 0;
}

/** Ends the hold of the holder with this id: its row first, then its session. */
export async function breakLock(session: Session, name: RolloutName, id: string): Promise<UnlockOutcome> {
  const query: Query = (...statement) => session.query(...statement);
  const holder = await readLockOwner(query, name, session.place.schema);
  if (holder?.id !== id) return { kind: 'not-held-by', holder };
  const isFenced = await removeRow(query, name, id);
  await endSession(session, name);
  // An append that did not end kept the row from being removed; with its session it has.
  if (!isFenced) await removeRow(query, name, id);
  return { kind: 'done', holder };
}

/** Resolves to whether it is gone; it stays where an append that does not end has a lock on it. */
async function removeRow(query: Query, name: RolloutName, id: string): Promise<boolean> {
  try {
    await query('DELETE FROM holders WHERE rollout = $1 AND id = $2', [name, id]);
    return true;
  } catch (error) {
    if (error instanceof StoreFailure && error.code === PG.lockNotAvailable) return false;
    throw error;
  }
}

/** Ends the session that has the lock, and waits until it has let go. */
async function endSession(session: Session, name: RolloutName): Promise<void> {
  const key = keyOf(session, name);
  try {
    await session.query(`SELECT pg_terminate_backend(pid) FROM ${ADVISORY_LOCKS} AS locks WHERE key = $1`, [
      key,
    ]);
    await session.transaction('writing', async (query) => {
      await query(`SET LOCAL lock_timeout = ${LETTING_GO_MS}`);
      await query('SELECT pg_advisory_xact_lock($1)', [key]);
    });
  } catch (error) {
    if (
      !(error instanceof StoreFailure) ||
      !(error.code === PG.notAllowed || error.code === PG.lockNotAvailable)
    ) {
      throw error;
    }
    throw new StoreFailure(
      `${describePlace(session.place)}: ${name} was unlocked, and its runner can no longer write. But its session must end before the next run: wait until the runner notices, or ask an administrator to end it`,
    );
  }
}

function keyOf({ place }: Session, name: RolloutName): string {
  return advisoryKey(place.schema, { kind: 'rollout', name });
}
