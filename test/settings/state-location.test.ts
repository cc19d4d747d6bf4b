import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/store/postgres/database-url.ts';
import { nameState, parseState } from '../../src/settings/state-location.ts';

describe('a place for the record', () => {
  test.each([
    ['records', { kind: 'files', directory: '/here/records' }],
    ['/records', { kind: 'files', directory: '/records' }],
    ['./postgres', { kind: 'files', directory: '/here/postgres' }],
    ['a:b', { kind: 'files', directory: '/here/a:b' }],
    ['postgres://db', { kind: 'postgres', url: 'postgres://db' }],
    ['PostgreSQL://db/x', { kind: 'postgres', url: 'PostgreSQL://db/x' }],
  ])('%j is %j', (text, state) => {
    expect(parseState(text, '/here')).toMatchObject({ kind: 'state', state });
  });

  test.each([
    'mysql://db/x',
    's3://bucket',
    'file:///records',
    'https://db',
    'postgres:records',
    'postgres:/db',
    'git',
    'git:origin',
    'git@github.com:acme/kiosks.git',
  ])('%j is none', (text) => {
    expect(parseState(text, '/here').kind).toBe('refused');
  });

  test.each(['', ' ', '\t\n', '""', "''", '" "'])('%j is none: it is empty', (text) => {
    expect(parseState(text, '/here').kind).toBe('refused');
  });

  test.each([
    "'postgres://fleet:s3cret@db/rollouts'",
    '"postgres://fleet:s3cret@db/rollouts"',
    '"postgres://fleet:s3cret@db/rollouts',
    '`postgres://fleet:s3cret@db/rollouts`',
    '\u201cpostgres://fleet:s3cret@db/rollouts\u201d',
    ' postgres://fleet:s3cret@db/rollouts',
    'postgres://fleet:s3cret@db/rollouts\n',
    'jdbc:postgresql://db:5432/rollouts?user=fleet&password=s3cret',
    'postgresql+asyncpg://fleet:s3cret@db/rollouts',
    'postgress://fleet:s3cret@db/rollouts',
    'postgres//fleet:s3cret@db/rollouts',
    'postgres%3A%2F%2Ffleet%3As3cret%40db%2Frollouts',
    'BREAKWATER_STATE=postgres://fleet:s3cret@db/rollouts',
    './postgres://fleet:s3cret@db/rollouts',
    '/workspace/fleet:s3cret@db/rollouts',
    'host=db dbname=rollouts user=fleet password=s3cret',
    'Host=db;Database=rollouts;Username=fleet;Password=s3cret',
    'Server = db; Pwd = s3cret',
    'service=s3cret',
    'fleet:s3cret@db/rollouts',
    'fleet:s3c/ret@db/rollouts',
    's3cret@db.example.com/rollouts',
    'db.example.com:5432/s3cret',
    '127.0.0.1:5432/s3cret',
    '[::1]:5432/s3cret',
    '{"host":"db","password":"s3cret"}',
  ])('%j looks like a database and is no folder, and nothing of it is repeated', (text) => {
    const parsed = parseState(text, '/here');
    expect(parsed.kind).toBe('refused');
    expect(JSON.stringify(parsed)).not.toMatch(/s3c|ret@|fleet/);
  });

  test.each([
    '$BREAKWATER_STATE',
    '${BREAKWATER_STATE}',
    '${{ secrets.BREAKWATER_STATE }}',
    '$(BREAKWATER_STATE)',
    '$[variables.state]',
    '$env:BREAKWATER_STATE',
    '{{ breakwater_state }}',
    '{{state}}/records',
    '#{BreakwaterState}',
    '<place>',
    '%BREAKWATER_STATE%',
    '!BREAKWATER_STATE!',
    '__BREAKWATER_STATE__',
    '@BREAKWATER_STATE@',
    '[[ state ]]',
    '[%= state %]',
    '!reference [.state, place]',
    '!Ref State',
    '/var/lib/$SITE/records',
    './%SITE%/records',
    'postgres://$DB_USER:s3cret@db/rollouts',
    'postgres://${DB_HOST}/rollouts',
    'postgres://db/${{ vars.DATABASE }}',
    'postgres://db/$DATABASE',
    '~/records',
    '~',
    'null',
    'undefined',
    'None',
    '***',
    '[MASKED]',
    '--yes',
  ])('%j is something that was not replaced, and no place', (text) => {
    expect(parseState(text, '/here').kind).toBe('refused');
  });

  test.each([
    './null',
    './git',
    './a@b',
    './host:5432',
    './-x',
    '../records',
    '.',
    '/var/lib/break water/record',
    '/srv/site=berlin/records',
    'records.v2',
    'releases 2026',
  ])('%j is a folder', (text) => {
    expect(parseState(text, '/here')).toMatchObject({ kind: 'state', state: { kind: 'files' } });
  });

  test.each(['C:\\records\\kiosks', '.\\records', 'fleet\\records'])(
    '%j is a folder on Windows, and none elsewhere',
    (text) => {
      expect(parseState(text, '/here').kind).toBe(process.platform === 'win32' ? 'state' : 'refused');
    },
  );

  test.each([
    [{ kind: 'files', directory: '/here/records' }, '/here/records'],
    [
      { kind: 'postgres', url: 'postgres://fleet:secret@db:5433/x?schema=s&password=secret' },
      'postgres://fleet@db:5433/x?schema=s',
    ],
    [{ kind: 'postgres', url: 'postgres://fleet:se/cret@db/x' }, 'postgres://…'],
  ] as const)('%j is shown as %j', (state, name) => {
    expect(nameState(state)).toBe(name);
  });
});

describe("a database's URL", () => {
  test.each([
    ['postgres://', {}],
    ['postgres://db', { host: 'db' }],
    ['postgres://db/fleet', { host: 'db', database: 'fleet' }],
    ['postgres://[::1]:5433/fleet', { host: '::1', port: 5433, database: 'fleet' }],
    ['postgres:///fleet?host=/run/postgresql', { host: '/run/postgresql', database: 'fleet' }],
    ['postgres://%2Frun%2Fpostgresql/fleet', { host: '/run/postgresql', database: 'fleet' }],
    ['postgres://me@/fleet', { user: 'me', database: 'fleet' }],
    [
      'postgres://me:secret@/fleet?host=/run',
      { user: 'me', password: 'secret', host: '/run', database: 'fleet' },
    ],
    ['postgres://me:p%40ss%2F%3F%23@db', { user: 'me', password: 'p@ss/?#', host: 'db' }],
    [
      'postgres://db?user=me&password=p%40ss&port=5433',
      { user: 'me', password: 'p@ss', host: 'db', port: 5433 },
    ],
    ['postgres://db/my%20fleet?schema=fleet_1', { host: 'db', database: 'my fleet', schema: 'fleet_1' }],
  ])('%j has the parts %j', (text, parts) => {
    const left = { user: null, password: null, host: null, port: null, database: null, schema: 'breakwater' };
    expect(parseDatabaseUrl(text)).toMatchObject({ kind: 'url', url: { ...left, ...parts } });
  });

  test.each([
    ['postgres://db/fleet?shcema=x', 'has an unknown parameter `shcema`'],
    ['postgres://db/fleet?schema=x&schema=y', 'has the parameter `schema` more than once'],
    ['postgres://db/fleet?schema=My-Fleet', 'has an invalid `schema`'],
    ['postgres://db/fleet?schema=pg_catalog', 'has an invalid `schema`'],
    ['postgres://db/fleet?schema=', 'has an invalid `schema`'],
    [`postgres://db/fleet?schema=${'x'.repeat(64)}`, 'has an invalid `schema`'],
    ['postgres://db/fleet?sslmode=requried', 'has an unknown `sslmode`'],
    ['postgres://db/fleet?port=0', 'has a port'],
    ['postgres://db/fleet/x', 'has a path'],
    ['postgres://db:99999/fleet', 'is not a URL'],
    ['postgres://db/fl%zzeet', 'is not a URL'],
    ['postgres://db/fleet#x', 'is not a URL'],
    ['postgres:db', 'is not a URL'],
  ])('%j is refused: it %s', (text, reason) => {
    const parsed = parseDatabaseUrl(text);
    expect(parsed.kind === 'refused' && parsed.reason).toContain(reason);
  });

  test('shows nothing of its password, be it encoded as it should or not, and refused or not', () => {
    // With a mark at its beginning and its end that stands nowhere else in a URL or a sentence.
    const password = fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map((text) => `Qx7${text}Zw9`);
    const encodings: readonly ((text: string) => string)[] = [encodeURIComponent, encodeURI, (text) => text];
    const shapes: readonly ((password: string) => string)[] = [
      (text) => `postgres://me:${text}@db.example.com:5432/fleet?schema=x`,
      (text) => `postgres://me:${text}@/fleet`,
      (text) => `postgres://:${text}@db`,
      (text) => `postgres://db/fleet?user=me&password=${text}&schema=x`,
      (text) => `postgres://me:${text}@db/fleet?sslmode=${text}`,
    ];
    fc.assert(
      fc.property(
        password,
        fc.constantFrom(...encodings),
        fc.constantFrom(...shapes),
        (text, encode, shape) => {
          const url = shape(encode(text));
          const parsed = parseDatabaseUrl(url);
          const shown = parsed.kind === 'refused' ? parsed.reason : parsed.url.shown;
          for (const told of [shown, nameState({ kind: 'postgres', url })]) {
            expect(told).not.toMatch(/Qx7|Zw9/);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('shown without its password is the same one', () => {
    const parsed = parseDatabaseUrl(
      'postgres://me:secret@db:5433/my%20fleet?schema=s&sslmode=require&password=x',
    );
    const again = parseDatabaseUrl(parsed.kind === 'url' ? parsed.url.shown : '');
    expect(again).toEqual(parsed.kind === 'url' && { kind: 'url', url: { ...parsed.url, password: null } });
  });
});
