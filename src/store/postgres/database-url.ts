/**
 * The URL of a database, as `--state` takes it: `postgres://user@host:5432/database?schema=NAME&sslmode=verify-full`.
 *
 * Every part of it may be left out and then comes from the environment (PGHOST, PGUSER and so on). What cannot be told
 * for certain is refused, and never repeated in the refusal: it may be a part of a password that was not encoded.
 */

export type DatabaseUrl = {
  /** `null` for what is left to the environment and to PostgreSQL's own defaults. */
  readonly user: string | null;
  readonly password: string | null;
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string | null;
  readonly port: number | null;
  readonly database: string | null;
  /** The namespace in the database that holds Breakwater's tables. */
  readonly schema: string;
  /** The rest, as it is for the driver: TLS, `application_name`, `options`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The same URL without its password: to be shown, and to be given to `--state` again. */
  readonly shown: string;
};

export type ParsedDatabaseUrl =
  | { readonly kind: 'url'; readonly url: DatabaseUrl }
  /** `reason` is the rest of a sentence that begins with "it". */
  | { readonly kind: 'refused'; readonly reason: string };

const DEFAULT_SCHEMA = 'breakwater';

/** What needs no quoting in SQL, so that it is spelt the same wherever an administrator meets it. */
const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/;

const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'uselibpqcompat'];
const DRIVER_PARAMETERS = [...TLS_PARAMETERS, 'application_name', 'options'];
const OWN_PARAMETERS = ['schema', 'host', 'port', 'user', 'password'];
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** `$NAME`, `${{ … }}`, `%NAME%`, `<name>`: whoever should have put something in their place has not. */
const UNREPLACED = /\$|[{}<>]|%[A-Za-z_]\w*%/;

/** Whether the text is meant to be a database's URL, rather than a folder. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:/i.test(text);
}

export function parseDatabaseUrl(text: string): ParsedDatabaseUrl {
  const url = toUrl(text);
  if (url === null) {
    return refused(
      'is not a URL such as `postgres://user@host:5432/database`; in a password, write `/`, `?`, `#` and `@` as %2F, %3F, %23 and %40',
    );
  }
  const parameters = new Map(url.searchParams);
  const fault = faultOfParameters(url, parameters);
  if (fault !== null) return refused(fault);
  const port = parameters.get('port') ?? url.port;
  const host = textOf(parameters.get('host') ?? decode(url.hostname.replace(/^\[(.+)\]$/, '$1')));
  const database = textOf(decode(url.pathname.slice(1)));
  const user = textOf(parameters.get('user') ?? decode(url.username));
  if ([host, database, user].some((part) => part !== null && UNREPLACED.test(part))) {
    return refused('contains a variable or a placeholder that was not replaced');
  }
  return {
    kind: 'url',
    url: {
      user,
      password: textOf(parameters.get('password') ?? decode(url.password)),
      host,
      port: port === '' ? null : Number(port),
      database,
      schema: parameters.get('schema') ?? DEFAULT_SCHEMA,
      parameters: new Map([...parameters].filter(([name]) => DRIVER_PARAMETERS.includes(name))),
      shown: withoutPassword(url),
    },
  };
}

/** The URL without its password; without anything that could be one, where it cannot be read. */
export function showDatabaseUrl(text: string): string {
  const parsed = parseDatabaseUrl(text);
  return parsed.kind === 'url' ? parsed.url.shown : 'postgres://…';
}

/** What the parser of URLs would read otherwise than it was meant: an `@` behind the host is a piece of a password. */
function toUrl(text: string): URL | null {
  const match = /^postgres(?:ql)?:\/\/([^/?#]*)([^#]*)$/i.exec(text);
  const [, authority = '', rest = ''] = match ?? [];
  if (match === null || rest.includes('@') || /[\s\\]/.test(text)) return null;
  // `user@/database` has no host, which is no URL to the parser: its user stands among the parameters.
  const bare = /^([^:@]+)(?::([^@]*))?@$/.exec(authority);
  if (bare !== null) return toUrl(withUser(rest, bare[1] ?? '', bare[2] ?? ''));
  if (!URL.canParse(text) || !isDecodable(text)) return null;
  return new URL(text);
}

function withUser(rest: string, user: string, password: string): string {
  const mark = rest.includes('?') ? '&' : '?';
  const secret = password === '' ? '' : `&password=${password}`;
  return `postgres://${rest.startsWith('/') ? '' : '/'}${rest}${mark}user=${user}${secret}`;
}

function faultOfParameters(url: URL, parameters: ReadonlyMap<string, string>): string | null {
  for (const name of parameters.keys()) {
    if (![...OWN_PARAMETERS, ...DRIVER_PARAMETERS].includes(name)) {
      const shown = /^[a-z_]{1,30}$/i.test(name) ? ` \`${name}\`` : '';
      return `has an unknown parameter${shown}; allowed: ${list([...OWN_PARAMETERS, ...DRIVER_PARAMETERS])}`;
    }
    if (url.searchParams.getAll(name).length > 1) return `has the parameter \`${name}\` more than once`;
  }
  if (url.pathname.slice(1).includes('/'))
    return 'has a path; after the host, only the name of a database is allowed';
  const port = parameters.get('port') ?? '';
  if (port !== '' && !(/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    return 'has a port that is not a number from 1 to 65535';
  }
  if (!SCHEMA.test(parameters.get('schema') ?? DEFAULT_SCHEMA)) {
    return 'has an invalid `schema`: use at most 63 lower-case letters, digits and `_`, and do not begin with a digit or `pg_`';
  }
  if (!SSL_MODES.includes(parameters.get('sslmode') ?? 'disable')) {
    return `has an unknown \`sslmode\`; allowed: ${list(SSL_MODES)}`;
  }
  return null;
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.password = '';
  shown.searchParams.delete('password');
  return shown.href;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function decode(text: string): string {
  return decodeURIComponent(text);
}

/** An empty part is one that was left out. */
function textOf(text: string): string | null {
  return text === '' ? null : text;
}

function refused(reason: string): ParsedDatabaseUrl {
  return { kind: 'refused', reason };
}
