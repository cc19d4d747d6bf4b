/** What is asked of the server when a session begins, and how long anything may take. */
import { KEEPALIVE_IDLE_MS } from './client-config.ts';
import type { Place } from './client-config.ts';
import { describePlace, StoreFailure } from './failure.ts';
import type { Value, Query } from './query.ts';

export type Limits = {
  /** Until the connection stands and the log-in is done. */
  readonly connectMs: number;
  /** How long the server works at one statement at most. */
  readonly statementMs: number;
  /** And at one that reads a whole record. */
  readonly readingMs: number;
  /** And for a turn that all runners take, one after the other. */
  readonly turnMs: number;
  /** How long one waits for what somebody else has locked. */
  readonly lockMs: number;
  /** A server that is silent for this long beyond its own limit is taken for gone. */
  readonly answerMarginMs: number;
};

export const LIMITS: Limits = {
  connectMs: 10_000,
  statementMs: 20_000,
  readingMs: 120_000,
  turnMs: 60_000,
  lockMs: 15_000,
  answerMarginMs: 5_000,
};

/** How long a transaction may stand still before the server ends its session: others may be waiting for it. */
const STANDSTILL_TIMEOUT_MS = 60_000;
const KEEPALIVE_INTERVAL_MS = 10_000;
const KEEPALIVE_COUNT = 4;
const USER_TIMEOUT_MS = KEEPALIVE_IDLE_MS + KEEPALIVE_COUNT * KEEPALIVE_INTERVAL_MS;
/** PostgreSQL 12 is the first release with all that is used here. */
const VERSION_MIN = 120_000;

export async function beginSession(query: Query, place: Place, limits: Limits): Promise<void> {
  await checkServer(query, place);
  const settings = Object.entries(settingsOf(place.schema, limits));
  const calls = settings.map(([name], index) => `set_config('${name}', $${index + 1}, false)`);
  await query(
    `SELECT ${calls.join(', ')}, ${DURABLE_COMMITS}`,
    settings.map(([, value]) => String(value)),
  );
}

/** A commit is answered when it is on disk, whatever the server's default is. `remote_apply` promises more, and stays. */
const DURABLE_COMMITS = `set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)`;

function settingsOf(schema: string, { statementMs, lockMs }: Limits): Readonly<Record<string, Value>> {
  return {
    search_path: schema,
    default_transaction_isolation: 'read committed',
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: STANDSTILL_TIMEOUT_MS,
    tcp_keepalives_idle: KEEPALIVE_IDLE_MS / 1_000,
    tcp_keepalives_interval: KEEPALIVE_INTERVAL_MS / 1_000,
    tcp_keepalives_count: KEEPALIVE_COUNT,
    tcp_user_timeout: USER_TIMEOUT_MS,
  };
}

async function checkServer(query: Query, place: Place): Promise<void> {
  const [server] = await query(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
  );
  if (Number(server?.['version']) < VERSION_MIN) {
    throw new StoreFailure(
      `${describePlace(place)}: the server is too old: Breakwater needs PostgreSQL 12 or newer`,
    );
  }
  const encoding = String(server?.['encoding']);
  if (encoding !== 'UTF8') {
    throw new StoreFailure(
      `${describePlace(place)}: its encoding ${encoding} does not support every character: create a database with \`createdb --encoding UTF8\``,
    );
  }
}
