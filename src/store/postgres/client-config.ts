/**
 * How the driver is to reach a database. The URL's parts come first, then PGHOST, PGUSER and the like, then PostgreSQL's
 * own defaults. A password comes from the URL, else PGPASSWORD, else `~/.pgpass`.
 */
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';
import { parse as parseConnectionString } from 'pg-connection-string';
import findPassword from 'pgpass';
import type { DatabaseUrl } from './database-url.ts';

/** Where a database is, with what the environment adds to its URL. */
export type Place = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly schema: string;
};

/** How long a connection is silent before the other end is asked whether it is still there. */
export const KEEPALIVE_IDLE_MS = 15_000;

export class NoPassword extends Error {
  override readonly name = 'NoPassword';
}

export function placeOf(url: DatabaseUrl): Place {
  const user = url.user ?? given('PGUSER') ?? userOfSystem();
  return {
    host: url.host ?? given('PGHOST') ?? 'localhost',
    port: url.port ?? Number(given('PGPORT') ?? 5432),
    database: url.database ?? given('PGDATABASE') ?? user,
    user,
    schema: url.schema,
  };
}

/** Throws where a certificate that the URL names cannot be read. */
export function clientConfigOf({ password, parameters }: DatabaseUrl, place: Place): ClientConfig {
  const { host, port, database, user } = place;
  const negotiation = parameters.get('sslnegotiation');
  const options = parameters.get('options');
  return {
    host,
    port,
    database,
    user,
    ...(negotiation === undefined ? {} : { sslnegotiation: negotiation as 'postgres' | 'direct' }),
    ...(options === undefined ? {} : { options }),
    ...tlsOf(parameters),
    application_name: parameters.get('application_name') ?? 'breakwater',
    password: password ?? given('PGPASSWORD') ?? (() => lookUpPassword(place)),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE_MS,
  };
}

/** Without a word on TLS in the URL, PGSSLMODE decides. */
function tlsOf(parameters: ReadonlyMap<string, string>): Pick<ClientConfig, 'ssl'> {
  const told = new URLSearchParams();
  for (const [name, value] of parameters) {
    if (name.startsWith('ssl') || name === 'uselibpqcompat') told.set(name, value);
  }
  if (told.size === 0) return {};
  // The driver reads these as `verify-full` in any case, but would say so on stderr each time.
  if (told.get('uselibpqcompat') !== 'true' && STRICT_MODES.includes(told.get('sslmode') ?? '')) {
    told.set('sslmode', 'verify-full');
  }
  const { ssl } = parseConnectionString(`postgres://host/?${told.toString()}`);
  return ssl === undefined || typeof ssl === 'string' ? {} : { ssl: ssl as boolean | ConnectionOptions };
}

const STRICT_MODES = ['prefer', 'require', 'verify-ca'];

/** The file names a server behind a Unix socket `localhost`. */
function lookUpPassword({ host, port, database, user }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const entry = { host: host.startsWith('/') ? 'localhost' : host, port, database, user };
    findPassword(entry, (password) => {
      if (password === undefined) reject(new NoPassword(`no password was given for user "${user}"`));
      else resolve(password);
    });
  });
}

/** As PostgreSQL's own tools do. The driver would ask the variable USER, which cron and containers leave out. */
function userOfSystem(): string {
  try {
    return userInfo().username;
  } catch {
    return 'postgres';
  }
}

/** An empty variable is an unset one. */
function given(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
