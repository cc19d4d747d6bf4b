import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const env = {
  ALLXON_API_KEY_ID: 'key-never-shown',
  BREAKWATER_STATE: 'postgres://fleet:never-shown@db.example.com/rollouts',
  HTTPS_PROXY: 'http://fleet:never-shown@proxy.example.com:3128',
};

function makeProject(text: string): string {
  const cwd = makeFolder();
  writeFileSync(join(cwd, '.breakwaterrc'), text);
  return cwd;
}

test('each setting is shown with where it came from, and no secret', async () => {
  const cwd = makeProject('apiOutage: 1h\n');
  const { exitCode, stdout, stderr } = await breakwater(['settings', '--progress', 'json'], { cwd, env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  await expect(`${stdout}\n`).toMatchFileSnapshot('golden/settings.txt');
  expect(stdout).not.toContain('never-shown');
});

test('programs get the same, by the published schema', async () => {
  const cwd = makeProject('apiOutage: 1h\n');
  const { stdout } = await breakwater(['settings', '--format', 'json'], { cwd, env });
  expectValid(compileSchema('settings-report'), [JSON.parse(stdout)]);
  expect(stdout).not.toContain('never-shown');
});

test('a settings file that is wrong is told on stderr, with exit code 2', async () => {
  const cwd = makeProject('apiOutrage: 1h\n');
  const { exitCode, stdout, stderr } = await breakwater(['settings'], { cwd });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('.breakwaterrc:1:1: error[schema-unknown-key]');
});
