/**
 * One connection to the database, from its log-in to its end.
 *
 * Upheld here:
 * 1. Statements and transactions are done one after the other, never interleaved.
 * 2. A session that has ended stays so: nothing connects again by itself, because locks end with the session.
 * 3. A commit is answered when it is on the server's disk, whatever the server's own setting is.
 * 4. A server that does not answer is not waited for without bound; it ends the session.
 *
 * The server learns of a client that vanished without a word (a machine that lost its power or its network) by asking
 * after it: after 15 s of silence, then every 10 s, and gives it up after 55 s in all.
 */
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import pLimit from 'p-limit';
import pg from 'pg';
import type { Client, ClientConfig, QueryConfig } from 'pg';
import { clientConfigOf, placeOf } from './client-config.ts';
import type { Place } from './client-config.ts';
import type { DatabaseUrl } from './database-url.ts';
import { describePlace, failureOf, StoreFailure } from './failure.ts';
import { beginSession } from './session-settings.ts';
import type { Limits } from './session-settings.ts';
import type { Value, Row, Query } from './query.ts';

/** How long the other end may take to hang up after it was told good-bye. */
const GOODBYE_MS = 2_000;

export type Database = { readonly url: DatabaseUrl; readonly limits: Limits };

/**
 * `reading`: at one moment, without changing anything, and with time for much. `waiting`: for a lock that others have
 * in turn.
 */
export type TransactionKind = 'writing' | 'reading' | 'waiting';

export class Session {
  readonly place: Place;
  private readonly url: DatabaseUrl;
  private readonly limits: Limits;
  private readonly secrets: readonly string[];
  private readonly socket = new Socket();
  private readonly client: Client;
  private readonly inTurn = pLimit(1);
  private failure: StoreFailure | null = null;

  private constructor({ url, limits }: Database, place: Place) {
    this.place = place;
    this.limits = limits;
    this.secrets = secretsOf(url);
    this.url = url;
    this.client = new pg.Client({ ...this.config(), stream: () => this.socket });
    this.client.on('error', (error) => {
      this.end(error);
    });
    this.client.on('end', () => {
      this.end(new Error('Connection terminated'));
    });
  }

  /** The process that the server named as this session's, when it began. A pooler names one that there is not. */
  get namedBackend(): number | null {
    const { processID } = this.client as Client & { readonly processID?: number | null };
    return processID ?? null;
  }

  /** Throws a {@link StoreFailure}, as all that follows does. */
  static async open(database: Database): Promise<Session> {
    const place = placeOf(database.url);
    try {
      const session = new Session(database, place);
      await session.begin();
      return session;
    } catch (error) {
      throw failureOf(error, place, secretsOf(database.url));
    }
  }

  /** Why nothing more can be done here, or `null`. */
  get ended(): StoreFailure | null {
    return this.failure;
  }

  /** One statement, which is a transaction of its own. */
  query(text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.inTurn(() => this.send(text, values, this.limits.statementMs));
  }

  /** All of `work`'s statements or none of them. `work` uses what it is given, or waits for itself. */
  transaction<T>(kind: TransactionKind, work: (query: Query) => Promise<T>): Promise<T> {
    const { begin, timeoutMs } = beginningOf(kind, this.limits);
    return this.inTurn(async () => {
      try {
        await this.send(begin, [], timeoutMs);
        const value = await work((text, values = []) => this.send(text, values, timeoutMs));
        await this.send('COMMIT', [], timeoutMs);
        return value;
      } catch (error) {
        if (this.failure === null) await this.send('ROLLBACK', [], timeoutMs).catch(() => null);
        throw error;
      }
    });
  }

  /** The server releases what the session held. */
  async close(): Promise<void> {
    this.failure ??= new StoreFailure(`${describePlace(this.place)}: the session was closed`);
    this.socket.setTimeout(GOODBYE_MS, () => this.socket.destroy());
    await this.client.end().catch(() => null);
  }

  private async begin(): Promise<void> {
    try {
      await this.client.connect();
      await beginSession((...statement) => this.query(...statement), this.place, this.limits);
      await this.checkPooler();
    } catch (error) {
      this.end(error);
      throw error;
    }
  }

  /**
   * A pooler that gives each statement another session of the server would lose the settings and the locks of this one. It
   * is told by a mark: within a transaction of another connection, which keeps its session of the server to itself, either
   * that one has this connection's mark, or this connection has lost it.
   */
  private async checkPooler(): Promise<void> {
    const [own] = await this.query('SELECT pg_backend_pid() AS pid');
    if (this.namedBackend === null || Number(own?.['pid']) === this.namedBackend) return;
    const mark = randomUUID();
    await this.query(`SELECT set_config('breakwater.session', $1, false)`, [mark]);
    const other = new pg.Client(this.config());
    other.on('error', () => null);
    try {
      await other.connect();
      await other.query('BEGIN').catch(() => {
        throw pooled(this.place);
      });
      const seen = await other.query<{ mark: string | null }>(READ_MARK);
      const [kept] = await this.query(READ_MARK);
      await other.query('ROLLBACK');
      if (seen.rows[0]?.mark === mark || kept?.['mark'] !== mark) throw pooled(this.place);
    } finally {
      await other.end().catch(() => null);
    }
  }

  private config(): ClientConfig {
    return { ...clientConfigOf(this.url, this.place), connectionTimeoutMillis: this.limits.connectMs };
  }

  private async send(text: string, values: readonly Value[], timeoutMs: number): Promise<readonly Row[]> {
    if (this.failure !== null) throw this.failure;
    try {
      const statement = { text, values: [...values], query_timeout: timeoutMs + this.limits.answerMarginMs };
      const answer = await this.client.query(statement as QueryConfig);
      return Array.isArray(answer) ? [] : (answer.rows as readonly Row[]);
    } catch (error) {
      if (isEnd(error)) this.end(error);
      throw this.tell(error);
    }
  }

  /** Whatever the server is still doing with the last statement, nothing follows it. */
  private end(error: unknown): void {
    this.failure ??= this.tell(error);
    this.socket.destroy();
  }

  private tell(error: unknown): StoreFailure {
    return failureOf(error, this.place, this.secrets);
  }
}

const READ_MARK = `SELECT current_setting('breakwater.session', true) AS mark`;

function pooled(place: Place): StoreFailure {
  return new StoreFailure(
    `${describePlace(place)}: a pooler, such as PgBouncer in transaction mode, gives each statement another session, but Breakwater's locks need one session: connect to PostgreSQL directly, or through a pooler in session mode`,
  );
}

type Beginning = { readonly begin: string; readonly timeoutMs: number };

function beginningOf(kind: TransactionKind, { statementMs, readingMs, turnMs }: Limits): Beginning {
  switch (kind) {
    case 'writing':
      return { begin: 'BEGIN', timeoutMs: statementMs };
    case 'reading':
      return {
        begin: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${readingMs}`,
        timeoutMs: readingMs,
      };
    case 'waiting':
      return {
        begin: `BEGIN; SET LOCAL statement_timeout = ${turnMs}; SET LOCAL lock_timeout = ${turnMs}`,
        timeoutMs: turnMs,
      };
  }
}

function secretsOf({ password }: DatabaseUrl): readonly string[] {
  return [password ?? '', process.env['PGPASSWORD'] ?? ''].filter((text) => text !== '');
}

/** What the server answers with is no end, but where it hangs up with it: shut down, ended by somebody, standing still. */
function isEnd(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(57P|25P03|08)/.test(error.code ?? '');
}
