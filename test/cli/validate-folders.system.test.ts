/** What `validate` is given besides files, and how it ends. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { breakwater, COMMAND } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { ONE_WAVE } from '../kit/projects.ts';

const NOBODY = 65_534;
const named = (name: string) => ONE_WAVE.replace('kiosk-1', name);
const BAD = ONE_WAVE.replace('region: us', 'regoin: us');
const WORKFLOW = 'name: check\non: push\njobs: {}\n';
const WARNED = ONE_WAVE.replace('waves:', 'hooks: { onHalt: { run: [./none.sh] } }\nwaves:');

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function validateInput(input: string | Uint8Array, cwd: string, ...flags: readonly string[]) {
  return execa(process.execPath, [COMMAND, 'validate', '-', ...flags], {
    cwd,
    input,
    reject: false,
    extendEnv: false,
    env: { HOME: cwd },
  });
}

describe('a folder', () => {
  test('has all its plans checked, and other YAML files named', async () => {
    const cwd = projectWith({
      'plans/b.yaml': named('b'),
      'plans/deep/a.yml': named('a'),
      'plans/deep/ci.yaml': WORKFLOW,
      'plans/notes.txt': 'region: us\nwaves: []\n',
      'plans/.hidden/c.yaml': BAD,
      'plans/node_modules/d.yaml': BAD,
      'plans/.git/e.yaml': BAD,
    });
    symlinkSync('..', join(cwd, 'plans/deep/back'));
    const { exitCode, stdout, stderr } = await breakwater(['validate', 'plans'], { cwd });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: [
        'plans/b.yaml: valid: b, 1 wave, 2 devices',
        'plans/deep/a.yml: valid: a, 1 wave, 2 devices',
        'plans: 2 plans checked, 1 other YAML file passed over: plans/deep/ci.yaml',
      ].join('\n'),
      stderr: '',
    });
  });

  test('fails by one wrong plan, however wrong', async () => {
    for (const wrong of [BAD, `${ONE_WAVE}waves: [\n`]) {
      const cwd = projectWith({ 'a.yaml': named('a'), 'b.yaml': wrong });
      const { exitCode, stdout } = await breakwater(['validate', '.'], { cwd });
      expect(exitCode).toBe(2);
      expect(stdout).toContain('b.yaml: not valid');
    }
  });

  test('has two plans of one name told', async () => {
    const cwd = projectWith({ 'rollouts/a.yaml': ONE_WAVE, 'rollouts/b.yaml': ONE_WAVE });
    const { exitCode, stdout } = await breakwater(['validate', join(cwd, 'rollouts')], { cwd: makeFolder() });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('rollouts/b.yaml:2:7: error[duplicate-rollout]');
    expect(stdout).toContain('rollouts/a.yaml:2:7: the name is first used here');
  });

  test('beside a file of it has that file checked once', async () => {
    const cwd = projectWith({ 'plans/a.yaml': ONE_WAVE });
    const { exitCode, stdout } = await breakwater(['validate', 'plans/a.yaml', 'plans'], { cwd });
    expect(exitCode, stdout).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
  });

  test.each(['text', 'json', 'github', 'gitlab', 'sarif'])(
    'without a plan ends with 2 in %s',
    async (format) => {
      const cwd = projectWith({ 'plans/ci.yaml': WORKFLOW });
      const { exitCode, stderr } = await breakwater(['validate', 'plans', '--format', format], { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toBe(
        'breakwater: plans: no plan in this folder, 1 other YAML file passed over: plans/ci.yaml',
      );
    },
  );

  test('with a file that may not be read is not valid', () => {
    const cwd = projectWith({ 'a.yaml': named('a'), 'b.yaml': ONE_WAVE });
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, 'b.yaml'), 0);
    // Root may read anything.
    const asOther = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const { status, stdout } = spawnSync(process.execPath, [COMMAND, 'validate', '.'], {
      cwd,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8' as const,
      ...asOther,
    });
    expect(status, stdout).toBe(2);
    expect(stdout).toContain('b.yaml: error[file-forbidden]');
  });
});

describe('standard input', () => {
  const LISTED = ONE_WAVE.replace(/devices: .*/, 'devices: { file: list.txt }');

  test('is a plan of the current folder', async () => {
    const cwd = projectWith({ 'list.txt': 'k-1\nk-2\n' });
    const { exitCode, stdout } = await validateInput(LISTED, cwd);
    expect(stdout).toBe('<stdin>: valid: kiosk-1, 1 wave, 2 devices');
    expect(exitCode).toBe(0);
  });

  test('is called <stdin> in findings, or what it is named', async () => {
    const cwd = projectWith({ '.git/HEAD': 'ref' });
    expect((await validateInput(BAD, cwd)).stdout).toContain('<stdin>:3:1: error[schema-unknown-key]');
    const found = await validateInput(BAD, cwd, '--stdin-name', 'plans/a.yaml', '--format', 'gitlab');
    expect(JSON.parse(found.stdout)).toMatchObject([{ location: { path: 'plans/a.yaml' } }]);
    const listed = await validateInput(LISTED, cwd, '--stdin-name', 'plans/a.yaml');
    expect(listed.stdout).toContain('the device file `list.txt` does not exist');
    expect(listed.stdout).toContain('plans/a.yaml:');
    expect(listed.exitCode).toBe(2);
  });

  test('that is empty or no text is an error, at its start', async () => {
    const cwd = makeFolder();
    expect((await validateInput('', cwd)).stdout).toContain('<stdin>:1:1: error[yaml-empty]');
    const utf16 = Buffer.from(`\ufeff${ONE_WAVE}`, 'utf16le');
    expect((await validateInput(utf16, cwd)).stdout).toContain('<stdin>:1:1: error[text-utf16]');
  });

  test('has a name only where it is given', async () => {
    const cwd = projectWith({ 'a.yaml': ONE_WAVE });
    const { exitCode, stderr } = await breakwater(['validate', 'a.yaml', '--stdin-name', 'b.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--stdin-name is the name of standard input');
  });
});

describe('a program that is not there', () => {
  test('is a warning with the nearest one, and no error', async () => {
    const cwd = projectWith({
      'plans/a.yaml': WARNED,
      'plans/nome.sh': 'touch it-was-run\n',
    });
    const { exitCode, stdout } = await breakwater(['validate', 'plans/a.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning[program-missing]: there is no program `./none.sh`');
    expect(stdout).toContain('did you mean `./nome.sh`?');
    expect(stdout).toContain('plans/a.yaml: valid, with 1 warning');
  });

  test('is not told of a name without a slash, nor of what is outside the repository', async () => {
    const cwd = projectWith({
      '.git/HEAD': 'ref',
      'a.yaml': WARNED.replace('./none.sh', 'no-such-program'),
      'b.yaml': named('b').replace('waves:', 'hooks: { onHalt: { run: [../none.sh] } }\nwaves:'),
    });
    expect((await breakwater(['validate', '.', '--strict'], { cwd })).exitCode).toBe(0);
  });
});

test('--strict fails for a warning, and says so', async () => {
  const cwd = projectWith({ 'a.yaml': WARNED });
  const { exitCode, stdout, stderr } = await breakwater(['validate', 'a.yaml', '--strict'], { cwd });
  expect(exitCode).toBe(2);
  expect(stdout).toContain('a.yaml: valid, with 1 warning');
  expect(stderr).toBe('breakwater: 1 warning, and --strict fails for a warning');
});

test('all mistakes are counted, those that are not shown too', async () => {
  const devices = Array.from({ length: 200 }, (_, index) => `'bad serial ${index}'`).join(', ');
  const cwd = projectWith({ 'a.yaml': ONE_WAVE.replace(/devices: .*/, `devices: [${devices}]`) });
  const { stdout } = await breakwater(['validate', 'a.yaml'], { cwd });
  expect(stdout).toContain('a.yaml: not valid: 200 errors');
});
