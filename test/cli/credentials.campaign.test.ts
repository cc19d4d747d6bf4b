/** The API key from `credentials.command`: when it is asked for, and that nothing repeats it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { REPORT_FORMATS } from '../../src/views/report/formats.ts';
import { openHttpServer } from '../backend/allxon/servers.ts';
import { makeArtifact } from '../kit/archives.ts';
import { breakwater, startBreakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { isAlive } from '../kit/processes.ts';
import { makeProject, openProject, PLAN, QUICK, SETTINGS } from '../kit/projects.ts';

/** Says that it was asked, and prints what stands in `key.json`. */
const PRINTS_KEY = 'echo asked >> asked; cat key.json';

function withCommand(script: string): string {
  return `${SETTINGS}credentials: { command: [sh, -c, '${script}'] }\n`;
}

/** A project with a simulator, whose key is to be had from the command alone. */
async function openWithCommand(plan = PLAN, script = PRINTS_KEY) {
  const project = await openProject(QUICK, plan);
  const { cwd } = project;
  const { ALLXON_API_URL = '', ...key } = project.env;
  project.write('key.json', JSON.stringify(key));
  project.write('breakwater.config.yaml', withCommand(script));
  const rest = { ALLXON_API_URL };
  return {
    cwd,
    key,
    env: rest,
    run: (...args: readonly string[]) => breakwater(args, { cwd, env: rest }),
    start: (...args: readonly string[]) => startBreakwater(args, { cwd, env: rest }),
    timesAsked: () =>
      existsSync(join(cwd, 'asked')) ? readFileSync(join(cwd, 'asked'), 'utf8').trim().split('\n').length : 0,
  };
}

/** All that stands on record. */
function recordOf(cwd: string): string {
  const folder = join(cwd, '.breakwater');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('');
}

describe('a rollout whose key the command prints', () => {
  test('runs, and neither the output nor the record holds the secret, though a hook prints it', async () => {
    const hook = 'hooks: { afterWave: { run: [sh, -c, "env; cat key.json"] } }\n';
    const { cwd, key, run, timesAsked } = await openWithCommand(PLAN.replace('waves:', `${hook}waves:`));
    const { exitCode, stdout, stderr } = await run('run', 'plan.yaml', '--yes', '--progress', 'json');
    expect(exitCode, stderr).toBe(0);
    expect(timesAsked()).toBe(1);
    const record = recordOf(cwd);
    expect(record).toContain('ALLXON_API_SECRET\\":\\"***');
    expect(stdout + stderr + record).not.toContain(key['ALLXON_API_SECRET']);
    const report = await run('report', 'kiosk-1', '--format', 'json');
    expect(report.stdout).not.toContain(key['ALLXON_API_SECRET']);
  });

  test('does not ask it where the variables are set', async () => {
    const { cwd, key, env, timesAsked } = await openWithCommand();
    const all = { ...env, ...key } as Readonly<Record<string, string>>;
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env: all });
    expect(exitCode, stderr).toBe(0);
    expect(timesAsked()).toBe(0);
  });

  test('needs both variables or none', async () => {
    const { cwd, env, timesAsked } = await openWithCommand();
    const half = { ...env, ALLXON_API_KEY_ID: 'key-1', ALLXON_API_SECRET: '' };
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env: half });
    expect({ exitCode, asked: timesAsked() }).toEqual({ exitCode: 4, asked: 0 });
    expect(stderr).toContain('ALLXON_API_SECRET is not set, but the other half of the API key is');
  });

  test('asks it to upload an artifact and to see which devices are online', async () => {
    const { cwd, run, timesAsked } = await openWithCommand();
    const online = await run('plan', 'plan.yaml', '--online');
    expect(online.exitCode, online.stderr).toBe(0);
    writeFileSync(join(cwd, 'artifact.tar.gz'), makeArtifact());
    const name = '9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-L-x86_64.tar.gz';
    const upload = await run('artifact', 'upload', 'artifact.tar.gz', '--region', 'us', '--name', name);
    expect(upload.exitCode, upload.stderr).toBe(0);
    expect(timesAsked()).toBe(2);
  });
});

test('commands that do not call the API never ask for the key', async () => {
  const { run, timesAsked } = await openWithCommand();
  const commands = [
    ['validate', 'plan.yaml'],
    ['plan', 'plan.yaml'],
    ['rehearse', 'plan.yaml', '--break', '5%'],
    ['run', 'plan.yaml', '--simulate', '--speed', '1000'],
    ['settings', 'plan.yaml'],
    ['status'],
    ['__complete', 'run', ''],
    ['--help'],
  ];
  for (const args of commands) {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode, `${args.join(' ')}: ${stderr}`).toBe(0);
  }
  expect(timesAsked()).toBe(0);
});

test('a command that fails ends the run with 4, before anything is on record', async () => {
  const { cwd, run } = await openWithCommand(PLAN, 'echo permission denied >&2; exit 2');
  const { exitCode, stdout, stderr } = await run('run', 'plan.yaml', '--yes');
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toBe(
    [
      'breakwater: no API key: `sh` (credentials.command in breakwater.config.yaml) failed: exit code 2',
      '  | permission denied',
      `Run the command in ${cwd} to see more, or set ALLXON_API_KEY_ID and ALLXON_API_SECRET instead.`,
    ].join('\n'),
  );
  expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
});

test('Ctrl-C while it is asked ends it with what it has started, and the run with 3', async () => {
  const { cwd, start } = await openWithCommand(PLAN, 'sleep 1000 & echo $! > child; sleep 1000');
  const running = start('run', 'plan.yaml', '--yes');
  const child = () => readFileSync(join(cwd, 'child'), 'utf8').trim();
  await vi.waitFor(
    () => {
      expect(child()).toMatch(/^\d+$/);
    },
    { timeout: 60_000, interval: 50 },
  );
  const pid = Number(child());
  running.kill('SIGINT');
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(3);
  expect(stderr).toContain('interrupted while credentials.command was asked for the API key');
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
});

test('`settings` shows the command without what may be a secret in it', async () => {
  const cwd = makeFolder();
  const text = `credentials:\n  command: [vault, kv, get, --token, hidden-1, password=hidden-2, 'https://a:hidden-3@b.example', 'two words']\n`;
  writeFileSync(join(cwd, '.breakwaterrc'), text);
  const { exitCode, stdout } = await breakwater(['settings'], { cwd });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^credentials\.command +\.breakwaterrc:2 +vault kv get --token \*\*\* 'password=\*\*\*' 'https:\/\/a:\*\*\*@b\.example' 'two words'$/m,
  );
  expect(stdout).toContain('not set: credentials.command is asked');
  expect(stdout).not.toContain('hidden');
});

/** With every sign of Base64 that somebody may spell otherwise. */
const ECHOED = 'EPqe+GVc/f6Zpo+6yCqH/oYJSrnDykc9gPShOA==';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const forUrls = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');

/** How an error may spell it, as it stands in the JSON of the answer. */
const ECHOES: readonly (readonly [string, string])[] = [
  ['as it is', ECHOED],
  ['with escapes that JSON takes away', ECHOED.replaceAll('=', '\\u003d').replaceAll('+', '\\u002B')],
  ['with escapes that stay', ECHOED.replaceAll('=', '\\\\u003d').replaceAll('+', '\\\\u002B')],
  ['without its padding', ECHOED.replaceAll('=', '')],
  ['in the alphabet for URLs', forUrls(ECHOED)],
  ['in the alphabet for URLs, without its padding', forUrls(ECHOED).replaceAll('=', '')],
  ['in Base64', base64(ECHOED)],
  ['in Base64 for URLs, without its padding', forUrls(base64(ECHOED)).replaceAll('=', '')],
  ['in Base64 after a name', base64(`key-1:${ECHOED}`)],
  ['in capitals', ECHOED.toUpperCase()],
  ['in HTML', ECHOED.replaceAll('+', '&#43;').replaceAll('/', '&#x2F;').replaceAll('=', '&equals;')],
  ['in a URL', encodeURIComponent(ECHOED)],
];

/** Some characters of the middle of each spelling, and of the secret. Capitals are no difference: they hide nothing. */
const MIDDLES = [...ECHOES.map(([, spelt]) => spelt), ECHOED].map((spelt) => {
  const middle = Math.floor(spelt.length / 2);
  return spelt.slice(middle - 5, middle + 5).toLowerCase();
});

/** Takes as many POSTs as there are spellings, and then refuses each of them with another one. */
async function openEchoingApi() {
  const held: (() => void)[] = [];
  const server = await openHttpServer((request, response) => {
    const answer = (status: number, body: string) => {
      request.resume();
      response.writeHead(status, {
        'x-request-id': 'r-1',
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': '900',
        'x-ratelimit-reset': '3600',
      });
      response.end(body);
    };
    if (request.method !== 'POST') {
      answer(200, '[]');
      return;
    }
    const [name, spelt] = ECHOES[held.length] ?? ['too many', ''];
    held.push(() => {
      answer(400, `{"code":"E400-1","message":"${name}: ${spelt} is not right"}`);
    });
    if (held.length === ECHOES.length) for (const letGo of held) letGo();
  });
  return { url: `http://127.0.0.1:${server.port}` };
}

test('an API that echoes the secret, in whatever spelling, is repeated without it by everything', async () => {
  const { url } = await openEchoingApi();
  const serials = ECHOES.map((_, index) => `k-${index + 1}`).join(', ');
  const plan = PLAN.replace(
    '[k-1, k-2]',
    `[${serials}]\n    batch: { size: 1, parallel: ${ECHOES.length} }`,
  ).replace('[k-3, k-4, k-5]', '[z-1]');
  const cwd = makeProject('', plan);
  const env = { ALLXON_API_URL: url, ALLXON_API_KEY_ID: 'key-1', ALLXON_API_SECRET: ECHOED };
  const run = (...args: readonly string[]) => breakwater(args, { cwd, env });
  const halted = await run('run', 'plan.yaml', '--yes', '--progress', 'json');
  expect(halted.exitCode, halted.stderr).toBe(1);
  const record = recordOf(cwd);
  // Each of them is on record, without the secret.
  for (const [name] of ECHOES) expect(record).toMatch(new RegExp(`[ "]${name}: [^"]*\\*\\*\\*`));
  const shown = [
    ...(await Promise.all(REPORT_FORMATS.map((format) => run('report', 'kiosk-1', '--format', format)))),
    await run('status', 'kiosk-1', '--format', 'json'),
    await run('run', 'plan.yaml', '--yes', '--progress', 'plain'),
  ];
  const texts = [record, ...[halted, ...shown].flatMap(({ stdout, stderr }) => [stdout, stderr])];
  for (const text of texts) {
    expect(MIDDLES.filter((middle) => text.toLowerCase().includes(middle))).toEqual([]);
  }
  const reports = shown.slice(0, REPORT_FORMATS.length);
  expect(reports.map(({ exitCode, stdout }) => [exitCode, stdout.length > 0])).toEqual(
    REPORT_FORMATS.map(() => [0, true]),
  );
});
