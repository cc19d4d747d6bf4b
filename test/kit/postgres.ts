/** The tests' PostgreSQL server, and what is done to it behind Breakwater's back. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import type { ClusterPlace } from './postgres-cluster.ts';

/** The server that all tests share; each uses a schema of its own. */
export async function sharedPostgres(): Promise<ClusterPlace> {
  const answer = JSON.parse(await text(connect(inject('askForPostgres')))) as
    ClusterPlace | { problem: string };
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

export type UrlParts = {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A port of 127.0.0.1 in place of the server's socket: the server's own, or that of somebody between. */
  readonly tcp?: number;
};

export function newSchema(): string {
  return `test_${randomUUID().replaceAll('-', '')}`;
}

export function urlOf({ folder, port }: ClusterPlace, parts: UrlParts = {}): string {
  const {
    user = 'postgres',
    password,
    database = 'postgres',
    schema = newSchema(),
    parameters = {},
    tcp,
  } = parts;
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  const host = tcp === undefined ? `${encodeURIComponent(folder)}:${port}` : `127.0.0.1:${tcp}`;
  const query = new URLSearchParams({ schema, ...parameters });
  return `postgres://${user}${secret}@${host}/${database}?${query.toString()}`;
}

/** A session beside Breakwater's, as an administrator has it, until the test is over. */
export async function administer(
  place: ClusterPlace,
  schema: string,
  database = 'postgres',
): Promise<pg.Client> {
  const client = new pg.Client({ host: place.folder, port: place.port, user: 'postgres', database });
  // The server may be stopped under it.
  client.on('error', () => null);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`SELECT set_config('search_path', $1, false)`, [schema]);
  return client;
}
