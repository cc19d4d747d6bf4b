/** Where the record is: what the commands make of a place that is empty, of a stranger, or of no known kind. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeProject, PLAN, QUICK } from '../kit/projects.ts';

const USING_A_RECORD: readonly (readonly string[])[] = [
  ['run', 'plan.yaml', '--yes'],
  ['rollback', 'kiosk-1', '--yes'],
  ['status'],
  ['status', 'kiosk-1'],
  ['report', 'kiosk-1'],
  ['approve', 'kiosk-1', '--wave', 'first'],
  ['pause', 'kiosk-1'],
  ['resume', 'kiosk-1', '--reason', 'x'],
  ['retry', 'kiosk-1'],
  ['abort', 'kiosk-1', '--reason', 'x'],
  ['settle', 'kiosk-1', '--deployment', 'first/1', '--not-created'],
  ['unlock', 'kiosk-1', '--holder', 'x'],
  [
    'artifact',
    'upload',
    'plan.yaml',
    '--name',
    '9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-L-all.zip',
  ],
  ['plan', 'plan.yaml', '--out', 'saved.json'],
  ['settings'],
];

test('an empty BREAKWATER_STATE ends every command that uses a record with 2, before it has made anything', async () => {
  const cwd = makeProject(QUICK, PLAN);
  const before = readdirSync(cwd);
  for (const args of USING_A_RECORD) {
    const env = { BREAKWATER_STATE: '', ALLXON_API_KEY_ID: 'key', ALLXON_API_SECRET: 'secret' };
    const { exitCode, stderr } = await breakwater(args, { cwd, env });
    expect({ args, exitCode }).toEqual({ args, exitCode: 2 });
    expect(stderr).toContain('error[settings-empty]: BREAKWATER_STATE is set and empty');
  }
  expect(readdirSync(cwd)).toEqual(before);
});

test('an empty --state is an error', async () => {
  const cwd = makeProject(QUICK, PLAN);
  for (const args of [
    ['status', '--state', ''],
    ['run', 'plan.yaml', '--simulate', '--state='],
  ]) {
    const { exitCode, stderr } = await breakwater(args, { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error[settings-empty]: --state is set and empty');
  }
});

test.each(['text', 'json', 'github', 'sarif'])(
  'validate, told as %s, only warns of it: a pull request from a fork has no secrets',
  async (format) => {
    const cwd = makeProject(QUICK, PLAN);
    const { exitCode, stdout } = await breakwater(['validate', 'plan.yaml', '--format', format], {
      ...{ cwd, env: { BREAKWATER_STATE: '', CI: 'true' } },
    });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('settings-empty');
    expect(stdout).toContain('warning');
  },
);

test('plan and run --simulate, which use no record, warn too', async () => {
  const cwd = makeProject(QUICK, PLAN);
  for (const args of [
    ['plan', 'plan.yaml'],
    ['run', 'plan.yaml', '--simulate', '--speed', '20'],
  ]) {
    const { exitCode, stderr } = await breakwater(args, { cwd, env: { BREAKWATER_STATE: '' } });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('warning[settings-empty]');
  }
});

test('in CI no command connects to a database that only a settings file names', async () => {
  const cwd = makeProject(QUICK, PLAN);
  writeFileSync(join(cwd, 'breakwater.config.yaml'), 'state: postgres://stranger@127.0.0.1:1/rollouts\n');
  const env = { CI: 'true', ALLXON_API_KEY_ID: 'key', ALLXON_API_SECRET: 'secret' };
  for (const args of USING_A_RECORD.slice(0, 6)) {
    const { exitCode, stderr } = await breakwater(args, { cwd, env });
    expect({ args, exitCode }).toEqual({ args, exitCode: 2 });
    expect(stderr).toContain('error[settings-state-ci]');
  }
  const elsewhere = await breakwater(['status'], { cwd, env: { ...env, CI: 'false' } });
  expect(elsewhere.exitCode).toBe(4);
  const named = await breakwater(['status', '--state', 'records'], { cwd, env });
  expect(named.exitCode, named.stderr).toBe(0);
  const completed = await breakwater(['__complete', '--', 'status', ''], { cwd, env });
  expect(completed.stdout).toBe('words');
});
