/**
 * What a database's failure means, in words: what happened, where, and what to do about it. PostgreSQL and the driver
 * tell codes; what they mean for whoever started a rollout is said here.
 */
import type { JournalProblem, Outcome } from '../journal.ts';
import { NoPassword } from './client-config.ts';
import type { Place } from './client-config.ts';

/** Thrown within this folder, and turned into a problem at its border: whatever else is thrown is a bug. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly problem: JournalProblem['problem'];
  /** PostgreSQL's code, where it was the server that said no. */
  readonly code: string | null;

  constructor(
    message: string,
    {
      problem = 'unavailable',
      code = null,
    }: { problem?: JournalProblem['problem']; code?: string | null } = {},
  ) {
    super(message);
    this.problem = problem;
    this.code = code;
  }
}

/** `code`s that somebody does something about. */
export const PG = {
  duplicate: '23505',
  lockNotAvailable: '55P03',
  notAllowed: '42501',
  noUsableSchema: '3F000',
} as const;

export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return { kind: 'problem', problem: error.problem, message: error.message };
  }
}

/** What the driver or the server has thrown, as a whole sentence. `secrets` are said nowhere. */
export function failureOf(error: unknown, place: Place, secrets: readonly string[]): StoreFailure {
  if (error instanceof StoreFailure) return error;
  // The driver was never given the URL, and says no passwords; should it ever, they stay unsaid.
  const reason = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), reasonOf(error));
  const advice = adviceFor(error, place);
  return new StoreFailure(`${describePlace(place)}: ${reason}${advice === null ? '' : `: ${advice}`}`, {
    code: codeOf(error),
  });
}

/** `database fleet on db.example.com:5432`. */
export function describePlace({ host, port, database }: Place): string {
  const at = host.startsWith('/')
    ? `${host}, port ${port}`
    : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `database ${database} on ${at}`;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Where a name has several addresses, the failure of each of them stands inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  }
  const code = codeOf(error) ?? '';
  const message = error instanceof Error ? error.message : String(error);
  return PHRASES.get(code) ?? PHRASES.get(message) ?? (message === '' ? code : message);
}

/** By the system's code, or by what the driver says of its own, without a code. */
const PHRASES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'it refused the connection'],
  ['ECONNRESET', 'the connection was lost'],
  ['EPIPE', 'the connection was lost'],
  ['timeout expired', 'it did not answer in time'],
  ['Query read timeout', 'it did not answer in time'],
  ['Connection terminated unexpectedly', 'the connection was lost'],
  ['Connection terminated', 'the connection was closed'],
  ['The server does not support SSL connections', 'the server offers no TLS'],
]);

const ADVICE: Readonly<Record<string, (place: Place) => string>> = {
  ECONNREFUSED: () => 'nothing listens there; start PostgreSQL or correct the URL',
  ENOENT: () => 'no such socket or file; start PostgreSQL or correct the URL',
  ENOTFOUND: ({ host }) => `unknown host ${host}; correct the URL`,
  EAI_AGAIN: ({ host }) => `host name ${host} cannot be resolved now`,
  '28P01': () => 'set PGPASSWORD or put the password into ~/.pgpass',
  '28000': () => 'the server does not accept this user from this machine; check its pg_hba.conf',
  '3D000': ({ database }) => `create it with \`createdb ${database}\` or correct the URL`,
  [PG.notAllowed]: adviseOnRights,
  [PG.noUsableSchema]: adviseOnRights,
  '53300': () => 'the server has no free connection; a run needs two',
  '57P03': () => 'try again when the server is up',
  '25006': () => 'a standby server is read-only; name the primary in the URL',
  [PG.lockNotAvailable]: () => 'another process has locked the same data for a long time; try again',
  '57014': () =>
    'the server is overloaded, or another process has locked the same data for a long time; try again',
  '53100': () => "the server's disk is full; free some space and run again",
};

function adviseOnRights({ schema, user }: Place): string {
  return `ask an administrator to run \`CREATE SCHEMA ${schema} AUTHORIZATION "${user}"\` or to grant the missing rights`;
}

function adviceFor(error: unknown, place: Place): string | null {
  if (error instanceof NoPassword)
    return 'set PGPASSWORD or put the password into ~/.pgpass, readable only by you';
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const known = ADVICE[codeOf(first) ?? ''];
  if (known !== undefined) return known(place);
  return /certificate|self[- ]signed|TLS|SSL/i.test(reasonOf(first))
    ? 'check `sslmode` and `sslrootcert` in the URL'
    : null;
}
