/**
 * The tables, as a list of steps: a database is brought from whichever it has seen to the last, in one transaction, by
 * whoever comes first. Released steps never change; what is to be otherwise is a further step.
 */
import { advisoryKey } from './query.ts';
import { describePlace, StoreFailure } from './failure.ts';
import type { Session } from './session.ts';
import type { Query } from './query.ts';

/** The version of the tables is how many of these have been done. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE rollouts (
    name text PRIMARY KEY,
    -- The record that is written to; those with lower numbers have been set aside.
    record integer NOT NULL
  );
  -- A rollout's journal, line by line as a journal file holds it, its header being line 0.
  CREATE TABLE lines (
    rollout text NOT NULL REFERENCES rollouts,
    record integer NOT NULL,
    seq integer NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (rollout, record, seq)
  );
  -- Who holds a rollout. It counts for as long as that session holds the rollout's advisory lock.
  CREATE TABLE holders (
    rollout text PRIMARY KEY REFERENCES rollouts,
    id text NOT NULL,
    backend integer NOT NULL,
    holder text NOT NULL
  );
  CREATE TABLE orders (
    rollout text NOT NULL REFERENCES rollouts,
    id text NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    content text NOT NULL,
    PRIMARY KEY (rollout, id)
  );
  -- What is known of an API key's budget; times in epoch milliseconds by the API server's clock.
  CREATE TABLE budgets (
    api_key text PRIMARY KEY,
    call_limit bigint,
    calls_left bigint,
    opened_at bigint NOT NULL,
    reset_at bigint,
    previous_reset_at bigint,
    blocked_until bigint
  );
  CREATE TABLE sharers (
    api_key text NOT NULL REFERENCES budgets,
    id text NOT NULL,
    -- Its advisory lock, by which it is known to be alive.
    lock bigint NOT NULL,
    under_way integer NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (api_key, id)
  );
  `,
  `
  -- What was uploaded, an upload a row.
  CREATE TABLE artifacts (
    id text PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    content text NOT NULL
  );
  `,
];

/** Brings the tables up to date; does nothing, and needs no right to, where they are. */
export async function migrate(session: Session, migrations: readonly string[] = MIGRATIONS): Promise<void> {
  const wanted = migrations.length;
  if ((await versionFor(session, (text, values) => session.query(text, values), wanted)) === wanted) return;
  await session.transaction('waiting', async (query) => {
    const { schema } = session.place;
    await query('SELECT pg_advisory_xact_lock($1)', [advisoryKey(schema, { kind: 'migration' })]);
    await makeSchema(query, schema);
    await query(
      'CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())',
    );
    // Somebody else may have been quicker.
    const version = await versionFor(session, query, wanted);
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      await query(migration);
      await query('INSERT INTO migrations (version) VALUES ($1)', [index + 1]);
    }
  });
}

async function versionFor(session: Session, query: Query, known: number): Promise<number> {
  const version = await readVersion(query);
  if (version <= known) return version;
  throw new StoreFailure(
    `${describePlace(session.place)}: the tables in schema ${session.place.schema} have version ${version}, but this release supports versions up to ${known}: use the release that wrote them, or a newer one`,
  );
}

/** 0 where there is nothing yet. */
async function readVersion(query: Query): Promise<number> {
  const [there] = await query(`SELECT to_regclass('migrations') IS NOT NULL AS is_there`);
  if (there?.['is_there'] !== true) return 0;
  const [last] = await query('SELECT coalesce(max(version), 0) AS version FROM migrations');
  return Number(last?.['version']);
}

/** `IF NOT EXISTS` would ask for the right to create one even where it is there. */
async function makeSchema(query: Query, schema: string): Promise<void> {
  const found = await query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.length === 0) await query(`CREATE SCHEMA ${schema}`);
}
