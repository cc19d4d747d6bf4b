import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderArtifactRecords } from '../../src/plan/artifact-record.ts';
import { ARTIFACT_NAME, uploadRecord } from '../kit/artifacts.ts';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';

const UUID = '9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20';
const HEAD = 'version: 1\nname: kiosk-1\nregion: us\n';
const NAMES_OUTSIDE = `${HEAD}artifact: { uuid: ${UUID} }\nwaves: [{ name: first, devices: { file: ../../secret.txt } }]\n`;
const NAMES_FILE = `${HEAD}artifact: { file: ${ARTIFACT_NAME} }\nwaves: [{ name: first, devices: [k-1] }]\n`;
const SECRET = 'secret-serial-1';

function project(files: Readonly<Record<string, string>>): string {
  const world = makeFolder();
  const all = { 'secret.txt': SECRET, 'repository/.git/HEAD': 'ref', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(world, path)), { recursive: true });
    writeFileSync(join(world, path), text);
  }
  return join(world, 'repository');
}

describe('a plan that names a device file outside its repository', () => {
  test.each([
    ['validate', 'plans/plan.yaml'],
    ['plan', 'plans/plan.yaml', '--devices'],
    ['rehearse', 'plans/plan.yaml'],
    ['run', 'plans/plan.yaml', '--simulate', '--progress', 'plain', '--speed', '1000', '--yes'],
  ])('is refused by %s, unless it is allowed to', async (...args) => {
    const cwd = project({ 'repository/plans/plan.yaml': NAMES_OUTSIDE });
    const refused = await breakwater(args, { cwd });
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout + refused.stderr).toContain('plans/plan.yaml:5:41: error[file-outside]');
    expect(refused.stdout + refused.stderr).not.toContain(SECRET);
    const allowed = await breakwater([...args, '--allow-outside'], { cwd });
    expect({ exitCode: allowed.exitCode, stderr: allowed.stderr }).toMatchObject({ exitCode: 0 });
  });
});

test('a plan that is itself a link out of the repository is refused, and nothing of it is quoted', async () => {
  const cwd = project({});
  symlinkSync('../secret.txt', join(cwd, 'plan.yaml'));
  const { exitCode, stdout } = await breakwater(['validate', 'plan.yaml'], { cwd });
  expect(exitCode).toBe(2);
  expect(stdout)
    .toContain(`plan.yaml: error[file-outside]: the plan \`plan.yaml\` links to a file outside its repository
  help: if you trust that file, add \`--allow-outside\`
plan.yaml: not valid: 1 error`);
  expect(stdout).not.toContain(SECRET);
});

test('a settings file that is a link out of the repository is refused for its plans, and nothing of it is quoted', async () => {
  const cwd = project({
    'repository/plan.yaml': NAMES_OUTSIDE.replace('{ file: ../../secret.txt }', '[k-1]'),
  });
  symlinkSync('../secret.txt', join(cwd, '.breakwaterrc'));
  for (const args of [
    ['plan', 'plan.yaml'],
    ['rehearse', 'plan.yaml'],
    ['settings', 'plan.yaml'],
    ['run', 'plan.yaml', '--simulate', '--yes'],
  ]) {
    const { exitCode, stdout, stderr } = await breakwater(args, { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      '.breakwaterrc: error[file-outside]: the settings file `.breakwaterrc` links to a file outside',
    );
    expect(stdout + stderr).not.toContain(SECRET);
    const allowed = await breakwater([...args, '--allow-outside'], { cwd });
    expect(allowed.stderr).toContain('error[schema-');
  }
});

describe('a record of uploads that the repository says is somewhere else', () => {
  const RECORDS = renderArtifactRecords([uploadRecord(7, { md5: '0d107d09f5bbe40cade3de5c71e9e9b7' })]);

  test.each([
    ['by its settings', 'repository/breakwater.config.yaml', 'state: ../records\n', 'records/artifacts.json'],
    [
      'in a database',
      'repository/breakwater.config.yaml',
      'state: postgres://127.0.0.1:1/none\n',
      'postgres://127',
    ],
  ])('%s is not looked at by what only looks', async (_, path, text, shown) => {
    const cwd = project({
      [path]: text,
      'records/artifacts.json': '{ not JSON',
      'repository/plan.yaml': NAMES_FILE,
      [`repository/${ARTIFACT_NAME}`]: 'firmware',
    });
    expect(await breakwater(['validate', 'plan.yaml'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' });
    const planned = await breakwater(['plan', 'plan.yaml'], { cwd });
    expect(planned.exitCode).toBe(2);
    expect(planned.stderr).toContain('plan.yaml:1:1: error[file-outside]: the record of uploads');
    expect(planned.stderr).toContain(shown);
    for (const args of [
      ['plan', 'plan.yaml', '--allow-outside'],
      ['run', 'plan.yaml', '--yes'],
    ]) {
      const { exitCode, stderr } = await breakwater(args, { cwd });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/artifacts\.json: it is not JSON|127\.0\.0\.1/);
    }
  });

  test('by a link is not looked at, and by the environment is', async () => {
    const cwd = project({
      'records/artifacts.json': RECORDS,
      'repository/plan.yaml': NAMES_FILE,
      [`repository/${ARTIFACT_NAME}`]: 'firmware',
    });
    symlinkSync('../records', join(cwd, '.breakwater'));
    const linked = await breakwater(['plan', 'plan.yaml'], { cwd });
    expect(linked).toMatchObject({ exitCode: 2 });
    expect(linked.stderr).toContain('the record of uploads');
    const env = { BREAKWATER_STATE: '../records' };
    const told = await breakwater(['plan', 'plan.yaml'], { cwd, env });
    expect(told.stderr).not.toContain('the record of uploads');
  });
});

test('nothing in the current folder is run, and what is no settings file of ours ends no command', async () => {
  const cwd = project({
    'repository/plan.yaml': NAMES_FILE,
    [`repository/${ARTIFACT_NAME}`]: 'firmware',
    'repository/package.json': '{ "name": "not-ours" }',
    'repository/.config/config.js': 'require("fs").writeFileSync("pwned.js", "")',
    'repository/.config/config.cjs': 'require("fs").writeFileSync("pwned.cjs", "")',
    'repository/.config/config.mjs': 'import fs from "fs"; fs.writeFileSync("pwned.mjs", "")',
    'repository/.config/config.ts': 'require("fs").writeFileSync("pwned.ts", "")',
  });
  for (const command of ['validate', 'plan', 'rehearse', 'settings']) {
    const { exitCode, stderr } = await breakwater([command, 'plan.yaml'], { cwd });
    expect({ command, exitCode, stderr }).toMatchObject({ exitCode: command === 'plan' ? 2 : 0 });
    expect(stderr).not.toMatch(/bug|config\.[cm]?[jt]s|package\.json/);
  }
  for (const kind of ['js', 'cjs', 'mjs', 'ts']) expect(existsSync(join(cwd, `pwned.${kind}`))).toBe(false);
});
