import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLocator } from '../../src/findings/source-place.ts';
import { resolveSettings } from '../../src/settings/resolve-settings.ts';
import { makeFolder } from '../kit/folders.ts';
import type { SettingsSources } from '../../src/settings/settings.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'dist', 'breakwater.js');

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function settingsIn(cwd: string, change: Partial<SettingsSources> = {}) {
  const sources = { ...NO_PLAN, planPath: 'plans/site/plan.yaml', cwd, ...change };
  const { settings, diagnostics } = await resolveSettings(sources);
  if (settings === null) throw new Error(JSON.stringify(diagnostics));
  return settings;
}

async function findingsIn(cwd: string, change: Partial<SettingsSources> = {}) {
  const resolved = await resolveSettings({ ...NO_PLAN, planPath: 'plan.yaml', cwd, ...change });
  expect(resolved.settings === null).toBe(resolved.diagnostics.length > 0);
  return resolved.diagnostics.map(({ code, place }) => ({
    code,
    ...createLocator(resolved.sources)(place),
  }));
}

function files(cwd: string, path: string) {
  return { kind: 'files', directory: join(cwd, path) };
}

const USES = { record: true, api: true };

/** Nothing but what files in the folder say, and no plan. */
const NO_PLAN = {
  planPath: null,
  allowOutside: false,
  env: {},
  flags: { state: null, progress: null },
  uses: USES,
} as const;

const REPOSITORY = { '.git/HEAD': 'ref', 'plans/site/plan.yaml': '' };

test('without a file and variables the defaults hold, and the record is in the root of the repository', async () => {
  const cwd = makeFolder();
  writeFiles(cwd, REPOSITORY);
  expect(await settingsIn(cwd)).toEqual({
    apiUrl: null,
    state: files(cwd, '.breakwater'),
    stateFrom: { kind: 'default' },
    progress: 'auto',
    polling: { minIntervalMs: 2_000, maxIntervalMs: 300_000 },
    apiOutageMs: 900_000,
    credentials: null,
  });
});

test('outside a repository the record is in the nearest folder upwards that has records', async () => {
  const cwd = makeFolder();
  writeFiles(cwd, { '.breakwater/kiosk-1/journal.jsonl': '', 'plans/.breakwater/kiosk-2/journal.jsonl': '' });
  expect((await settingsIn(cwd)).state).toEqual(files(cwd, 'plans/.breakwater'));
  expect((await settingsIn(cwd, { planPath: 'other.yaml' })).state).toEqual(files(cwd, '.breakwater'));
});

describe('a saved plan', () => {
  const saved = { place: '/srv/records', isDefault: true };

  test('carries the place that its plan had, before the settings file where it lies', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': 'state: records' });
    const state = { kind: 'files', directory: '/srv/records' };
    expect(await settingsIn(cwd, { saved })).toMatchObject({ state, stateFrom: { kind: 'default' } });
    expect(await settingsIn(cwd, { saved: { ...saved, isDefault: false } })).toMatchObject({
      state,
      stateFrom: { kind: 'plan' },
    });
    const env = { BREAKWATER_STATE: '/srv/other' };
    expect(await settingsIn(cwd, { saved, env })).toMatchObject({ stateFrom: { kind: 'environment' } });
  });

  test('has no job of CI connect to its database, and names no place of another kind', async () => {
    const cwd = makeFolder();
    const place = 'postgres://stranger@db.example.com/x';
    const change = { saved: { place, isDefault: false } };
    expect(await findingsIn(cwd, { ...change, env: { CI: 'true' } })).toMatchObject([
      { code: 'settings-state-ci' },
    ]);
    expect(await findingsIn(cwd, { saved: { place: '/srv/$SITE', isDefault: true } })).toMatchObject([
      { code: 'settings-state' },
    ]);
  });
});

test('outside a repository the record is beside the plan', async () => {
  const cwd = makeFolder();
  expect((await settingsIn(cwd)).state).toEqual(files(cwd, 'plans/site/.breakwater'));
});

describe('the settings file', () => {
  test.each([
    ['breakwater.config.yaml', 'apiOutage: 1h'],
    ['breakwater.config.json', '{"apiOutage": "1h"}'],
    ['.breakwaterrc', 'apiOutage: 1h'],
    ['.breakwaterrc.yaml', 'apiOutage: 1h'],
    ['.breakwaterrc.json', '{"apiOutage": "1h"}'],
    ['breakwater.config.yml', 'apiOutage: 1h'],
    ['.breakwaterrc.yml', 'apiOutage: 1h'],
    ['.config/breakwaterrc', 'apiOutage: 1h'],
    ['.config/breakwaterrc.yaml', 'apiOutage: 1h'],
    ['.config/breakwaterrc.yml', 'apiOutage: 1h'],
    ['.config/breakwaterrc.json', '{"apiOutage": "1h"}'],
    ['package.yaml', 'name: fleet\nbreakwater: { apiOutage: 1h }'],
    ['package.yaml', '\ufeffbreakwater: { apiOutage: 1h }\nname: fleet'],
    ['package.yaml', '{ name: fleet, breakwater: { apiOutage: 1h } }'],
    ['package.yaml', '? breakwater\n: { apiOutage: 1h }'],
    ['package.yaml', '  name: fleet\n  "breakw\\u0061ter": { apiOutage: 1h }'],
    ['package.yaml', '--- { breakwater: { apiOutage: 1h } }'],
    ['package.json', '{"name": "fleet", "breakwater": {"apiOutage": "1h"}}'],
  ])('may be %s', async (name, text) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, [name]: text });
    expect((await settingsIn(cwd)).apiOutageMs).toBe(3_600_000);
  });

  test.each([
    ['breakwater.config.yaml', 'apiOutage: 1h\n'],
    ['.breakwaterrc.json', '{"apiOutage": "1h"}'],
    ['package.json', '{"name": "fleet", "breakwater": {"apiOutage": "1h"}}'],
  ])('may be %s with a byte order mark, and is found at the same places as without', async (name, text) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, [name]: `\ufeff${text}` });
    expect((await settingsIn(cwd)).apiOutageMs).toBe(3_600_000);
    writeFiles(cwd, { [name]: `\ufeff${text.replace('1h', '1 h')}` });
    expect(await findingsIn(cwd)).toMatchObject([{ code: 'schema-pattern', line: 1 }]);
  });

  test.each([
    ['.breakwaterrc', ''],
    ['breakwater.config.yml', ' \n\n'],
    ['.breakwaterrc.json', '\ufeff'],
  ])('%s with nothing in it, %j, may have been cut short, and is told', async (name, text) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, [name]: text, '.config/other': '' });
    expect(await findingsIn(cwd)).toMatchObject([{ code: 'yaml-empty' }]);
  });

  test.each([
    'breakwater.config.js',
    'breakwater.config.cjs',
    'breakwater.config.mjs',
    'breakwater.config.ts',
    'breakwater.config.toml',
    '.breakwaterrc.js',
    '.breakwaterrc.cjs',
    '.breakwaterrc.mjs',
    '.breakwaterrc.ts',
    '.breakwaterrc.toml',
    '.breakwaterrc.json5',
    '.breakwaterrc.YAML',
    '.breakwaterrc.yaml.txt',
    '.breakwater-rc.yaml',
    'breakwater-config.yml',
    'breakwater.settings.yaml',
    '.breakwater.yml',
    'breakwaterrc',
    '.config/breakwater.yaml',
    '.config/breakwaterrc.js',
    '.config/breakwater.config.mjs',
  ])('is data, of a known name: %s is told, and not run', async (name) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, [name]: 'throw new Error("run")' });
    expect(await findingsIn(cwd)).toMatchObject([{ code: 'settings-file-name' }]);
  });

  test.each([
    'breakwater.yaml',
    '.breakwater/x/journal.jsonl',
    '.breakwaterrc.yaml.orig',
    'breakwater.config.d/a',
  ])('has another name than %s, which is none of its names', async (name) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, [name]: '{ not yaml' });
    expect(await findingsIn(cwd)).toEqual([]);
  });

  test.each([
    ['.breakwaterrc', 'breakwater.config.yaml'],
    ['.breakwaterrc.yaml', '.breakwaterrc.yml'],
    ['package.json', '.config/breakwaterrc.json'],
  ])('is one: %s and %s in one folder are told', async (one, other) => {
    const cwd = makeFolder();
    const text = '{"breakwater": {}, "state": "records"}';
    writeFiles(cwd, { ...REPOSITORY, [one]: text, [other]: text });
    expect(await findingsIn(cwd)).toMatchObject([{ code: 'settings-several' }]);
  });

  test.each(['.breakwaterrc', 'breakwater.config.yml', 'package.json'])(
    'is a file: a folder or a pipe called %s is told, and nobody waits for it',
    async (name) => {
      const cwd = makeFolder();
      writeFiles(cwd, { ...REPOSITORY, [`${name}/x`]: '' });
      expect(await findingsIn(cwd)).toMatchObject([{ code: 'file-is-directory' }]);
      rmSync(join(cwd, name), { recursive: true });
      spawnSync('mkfifo', [join(cwd, name)]);
      expect(await findingsIn(cwd)).toMatchObject([{ code: 'file-not-regular' }]);
      expect(await findingsIn(cwd, { planPath: null })).toMatchObject([{ code: 'file-not-regular' }]);
    },
  );

  test.each([
    ['{ "name": "x", }', 1, 14],
    ['{\n  "name": "x",\n<<<<<<< HEAD\n  "version": "1"\n=======\n>>>>>>> other\n}', 3, 1],
    ['{\n  "name": "x"\n', 3, 1],
    ['{ not json', 1, 3],
    ['// a comment\n{}', 1, 1],
    ['', 1, 1],
  ])('that is a package.json and not JSON, as %j, is told with its place', async (text, line, column) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, 'package.json': text });
    expect(await findingsIn(cwd)).toMatchObject([{ code: 'settings-package', line, column }]);
  });

  test.each([
    '<<<<<<< HEAD\nversion: 1\n=======\nversion: 2\n>>>>>>> other\nbreakwater: { apiOutage: 1h }\n',
    'name: "x\nbreakwater: { apiOutage: 1h }\n',
    'name: x\n---\nbreakwater: { apiOutage: 1h }\n',
    'name: x\n\tbreakwater: { apiOutage: 1h }\n',
  ])('that is a package.yaml and no YAML document, as %j, is told with its place', async (text) => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, 'package.yaml': text });
    const [finding, ...others] = await findingsIn(cwd);
    expect(finding?.code).toMatch(/^yaml-/);
    expect(finding?.line).toBeGreaterThan(0);
    expect(others.length).toBeLessThan(10);
  });

  test('is the nearest one from the plan upwards', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, {
      ...REPOSITORY,
      '.breakwaterrc': 'apiOutage: 1h',
      'plans/.breakwaterrc': 'apiOutage: 2h',
    });
    expect((await settingsIn(cwd)).apiOutageMs).toBe(7_200_000);
    expect((await settingsIn(cwd, { planPath: 'other.yaml' })).apiOutageMs).toBe(3_600_000);
  });

  test('is not looked for above the root of the repository', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { '.breakwaterrc': 'apiOutage: 1h', 'repository/.git/HEAD': 'ref' });
    expect((await settingsIn(cwd, { planPath: 'repository/plan.yaml' })).apiOutageMs).toBe(900_000);
  });

  test('that is a package.json without our key is none of ours', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, 'package.json': '[]', 'plans/package.json': '{"name": "plans"}' });
    expect((await settingsIn(cwd)).apiOutageMs).toBe(900_000);
  });

  test('names the command that prints the API key, to be run beside it', async () => {
    const cwd = makeFolder();
    const text = 'credentials: { command: [./key.sh, a b], timeout: 5s }';
    writeFiles(cwd, { ...REPOSITORY, 'plans/.breakwaterrc': text });
    expect((await settingsIn(cwd)).credentials).toEqual({
      run: ['./key.sh', 'a b'],
      timeoutMs: 5_000,
      folder: join(cwd, 'plans'),
      path: join('plans', '.breakwaterrc'),
    });
  });

  test('that is a package.json has its findings, and its settings, on the lines of that file', async () => {
    const cwd = makeFolder();
    const text = (settings: string) => `{\n  "name": "fleet",\n  "breakwater": {\n    ${settings}\n  }\n}\n`;
    const lineOf = async (settings: string) => {
      writeFiles(cwd, { ...REPOSITORY, 'package.json': text(settings) });
      const sources = {
        planPath: 'plans/site/plan.yaml',
        cwd,
        env: {},
        flags: { state: null, progress: null },
        uses: USES,
        allowOutside: false,
      };
      const resolved = await resolveSettings(sources);
      const [finding] = resolved.diagnostics;
      const span = finding === undefined ? null : createLocator(resolved.sources)(finding.place);
      return { code: finding?.code, line: span?.line, from: resolved.sourced?.apiOutageMs.from };
    };
    expect(await lineOf('"polling": { "minInterval": "5m",\n "maxInterval": "1m" }')).toMatchObject({
      code: 'settings-polling-crossed',
      line: 4,
    });
    expect(await lineOf('"progress": "plain",\n"apiUrl": "http://example.com"')).toMatchObject({
      code: 'settings-api-url',
      line: 5,
    });
    expect(await lineOf('"progress": "plain",\n"apiOutage": 5')).toMatchObject({
      code: 'schema-type',
      line: 5,
    });
    expect(await lineOf('"progress": "plain",\n"apiOutage": "1h"')).toMatchObject({
      from: { kind: 'file', path: 'package.json', line: 5 },
    });
  });

  test('names the record relative to itself', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, 'plans/.breakwaterrc': 'state: ../records' });
    expect((await settingsIn(cwd)).state).toEqual(files(cwd, 'records'));
  });
});

describe('a settings file that is there and cannot be read', () => {
  const NOBODY = 65_534;

  test('for lack of the right to is told, and not passed over', () => {
    const cwd = makeFolder();
    writeFiles(cwd, { '.git/HEAD': 'ref', '.breakwaterrc': 'state: records' });
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, '.breakwaterrc'), 0o000);
    // Root may read anything.
    const asOther = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'status'], {
      cwd,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8' as const,
      ...asOther,
    });
    expect(stderr).toContain(
      '.breakwaterrc: error[file-forbidden]: this user has no permission to read the settings file `.breakwaterrc`',
    );
    expect(status).toBe(2);
  });

  test.each([
    ['leads nowhere', 'gone.yaml', 'file-missing'],
    ['leads to itself', '.breakwaterrc', 'file-unreadable'],
  ])('because it %s is told', async (_, target, code) => {
    const cwd = makeFolder();
    symlinkSync(target, join(cwd, '.breakwaterrc'));
    const { settings, diagnostics } = await resolveSettings({ ...NO_PLAN, cwd });
    expect(settings).toBeNull();
    expect(diagnostics).toMatchObject([{ code, place: { path: '.breakwaterrc' } }]);
  });
});

describe('what comes before what', () => {
  const file = 'state: from-file\nprogress: plain\napiUrl: https://file.example.com\n';

  test('the environment comes before the file', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': file });
    const env = {
      BREAKWATER_STATE: 'from-env',
      BREAKWATER_PROGRESS: 'json',
      ALLXON_API_URL: 'http://127.0.0.1:8080/',
    };
    expect(await settingsIn(cwd, { env })).toMatchObject({
      state: files(cwd, 'from-env'),
      progress: 'json',
      apiUrl: 'http://127.0.0.1:8080',
    });
  });

  test('a flag comes before the environment', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': file });
    const env = { BREAKWATER_STATE: 'from-env', BREAKWATER_PROGRESS: 'json' };
    const flags = { state: 'from-flag', progress: 'live' } as const;
    expect(await settingsIn(cwd, { env, flags })).toMatchObject({
      state: files(cwd, 'from-flag'),
      progress: 'live',
    });
  });

  test('how progress is shown may be left empty in the environment', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': file });
    expect(await settingsIn(cwd, { env: { BREAKWATER_PROGRESS: '' } })).toMatchObject({ progress: 'plain' });
  });
});

describe('what is set and empty', () => {
  const resolve = async (change: Partial<SettingsSources>) => {
    const cwd = makeFolder();
    const { settings, diagnostics } = await resolveSettings({ ...NO_PLAN, cwd, ...change });
    return {
      isResolved: settings !== null,
      found: diagnostics.map(({ code, severity }) => [code, severity]),
    };
  };

  test.each(['', ' ', '\n'])('BREAKWATER_STATE=%j is an error where the record is used', async (value) => {
    expect(await resolve({ env: { BREAKWATER_STATE: value } })).toEqual({
      isResolved: false,
      found: [['settings-empty', 'error']],
    });
    expect(
      await resolve({ env: { BREAKWATER_STATE: value }, flags: { state: 'records', progress: null } }),
    ).toMatchObject({ isResolved: false });
  });

  test('BREAKWATER_STATE is a warning where no record is used', async () => {
    expect(await resolve({ env: { BREAKWATER_STATE: '' }, uses: { record: false, api: false } })).toEqual({
      isResolved: true,
      found: [['settings-empty', 'warning']],
    });
  });

  test('--state is an error always', async () => {
    expect(
      await resolve({ flags: { state: '', progress: null }, uses: { record: false, api: false } }),
    ).toEqual({ isResolved: false, found: [['settings-empty', 'error']] });
  });

  test('ALLXON_API_URL is an error where the API is called: it is not the default', async () => {
    expect(await resolve({ env: { ALLXON_API_URL: '' } })).toEqual({
      isResolved: false,
      found: [['settings-empty', 'error']],
    });
    expect(await resolve({ env: { ALLXON_API_URL: '' }, uses: { record: true, api: false } })).toEqual({
      isResolved: true,
      found: [],
    });
  });
});

const ALL_IN_FILE = `apiUrl: https://file.example.com
state: from-file
progress: plain
polling:
  minInterval: 3s
  maxInterval: 4m
apiOutage: 1h
credentials:
  command: [./key.sh]
  timeout: 1m
`;
const ALL_IN_ENVIRONMENT = {
  ALLXON_API_URL: 'https://env.example.com',
  BREAKWATER_STATE: 'from-env',
  BREAKWATER_PROGRESS: 'json',
};
const ALL_FLAGS = { state: 'from-flag', progress: 'live' } as const;

describe('each setting comes, by the first of flag, environment, file and default that has it,', () => {
  test.each([
    ['apiUrl', null, 'ALLXON_API_URL', 1],
    ['state', '--state', 'BREAKWATER_STATE', 2],
    ['progress', '--progress', 'BREAKWATER_PROGRESS', 3],
    ['minIntervalMs', null, null, 5],
    ['maxIntervalMs', null, null, 6],
    ['apiOutageMs', null, null, 7],
    ['credentialsCommand', null, null, 9],
    ['credentialsTimeoutMs', null, null, 10],
  ] as const)('%s: from %s, %s, line %i or the default', async (key, flag, variable, line) => {
    const cwd = makeFolder();
    const nothing = {
      planPath: null,
      allowOutside: false,
      cwd,
      env: {},
      flags: { state: null, progress: null },
      uses: USES,
    };
    const origin = async (change: Partial<SettingsSources>) =>
      (await resolveSettings({ ...nothing, ...change })).sourced?.[key].from;
    expect(await origin({})).toEqual({ kind: 'default' });
    writeFiles(cwd, { '.breakwaterrc': ALL_IN_FILE });
    const inFile = { kind: 'file', path: '.breakwaterrc', line };
    expect(await origin({})).toEqual(inFile);
    const inEnvironment = variable === null ? inFile : { kind: 'environment', name: variable };
    expect(await origin({ env: ALL_IN_ENVIRONMENT })).toEqual(inEnvironment);
    const onCommandLine = flag === null ? inEnvironment : { kind: 'flag', name: flag };
    expect(await origin({ env: ALL_IN_ENVIRONMENT, flags: ALL_FLAGS })).toEqual(onCommandLine);
  });
});

test('a value in package.json comes from its own line', async () => {
  const cwd = makeFolder();
  const text = JSON.stringify({ name: 'fleet', breakwater: { progress: 'plain', apiOutage: '1h' } }, null, 2);
  writeFiles(cwd, { 'package.json': text });
  const flags = { state: null, progress: null };
  const { sourced } = await resolveSettings({ ...NO_PLAN, cwd, flags });
  expect(sourced?.apiOutageMs.from).toEqual({ kind: 'file', path: 'package.json', line: 5 });
});

describe('the place of the record', () => {
  const url = 'postgres://fleet@db.example.com:5433/rollouts?schema=cameras&sslmode=verify-full';
  const secret = 'postgresql://fleet:s%40cret@db.example.com/rollouts';

  test('may be the URL of a database in the settings file', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': `state: ${url}` });
    expect((await settingsIn(cwd)).state).toEqual({ kind: 'postgres', url });
  });

  test('may be a URL with its password in the environment and on the command line', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { ...REPOSITORY, '.breakwaterrc': 'state: records' });
    const env = { BREAKWATER_STATE: secret };
    expect((await settingsIn(cwd, { env })).state).toEqual({ kind: 'postgres', url: secret });
    const flags = { state: secret, progress: null };
    expect((await settingsIn(cwd, { flags })).state).toEqual({ kind: 'postgres', url: secret });
  });

  test('that cannot be read on the command line is told as of there', async () => {
    const cwd = makeFolder();
    const flags = { state: 'mysql://fleet:s3cret@db.example.com/rollouts', progress: null };
    const { settings, diagnostics } = await resolveSettings({ ...NO_PLAN, cwd, flags });
    expect(settings).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'settings-state', place: { path: 'the command line' } }]);
    expect(JSON.stringify(diagnostics)).not.toContain('s3cret');
  });
});
