import { createHash } from 'node:crypto';

export type Query = (text: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** As the statement names its columns. What they hold is for whoever wrote the statement to know. */
export type Row = Readonly<Record<string, unknown>>;

export type Value = string | number | null | readonly string[];

// Advisory locks are numbers that mean what those who take them agree on. Ours are made of what they stand for, with
// 64 bits, so that neither two of them nor another program's ever meet.

/** What a lock is for. Its schema tells it from the same of another Breakwater in the same database. */
export type LockSubject =
  /** One holder a rollout. */
  | { readonly kind: 'rollout'; readonly name: string }
  /** A runner that shares an API key is alive for as long as it holds its own. */
  | { readonly kind: 'sharer'; readonly name: string }
  /** One at a time looks at all rollouts. */
  | { readonly kind: 'all-rollouts' }
  | { readonly kind: 'migration' };

/** As PostgreSQL takes it: a signed number of 64 bits, in decimal. */
export function advisoryKey(schema: string, subject: LockSubject): string {
  const name = 'name' in subject ? subject.name : '';
  const text = JSON.stringify(['breakwater', schema, subject.kind, name]);
  return createHash('sha256').update(text).digest().readBigInt64BE().toString();
}

/** The sessions that hold advisory locks in this database: `key` as above, `pid` of the server's process. */
export const ADVISORY_LOCKS = `(
  SELECT (classid::bigint << 32) | objid::bigint AS key, pid FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND mode = 'ExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)`;
