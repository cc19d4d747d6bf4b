import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater, COMMAND } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeRepository } from '../kit/repositories.ts';
import type { Repository } from '../kit/repositories.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';
import { trace } from '../kit/trace.ts';

const PLAN = `version: 1
name: kiosk-1
region: us
artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }
fleet: { file: fleet/kiosks.txt }
waves:
  - name: first
    take: 2
  - name: the others
    take: rest
`;
const CHANGED = PLAN.replace('take: 2', 'take: 1').replace('take: rest', 'take: rest\n    maxFailures: 1');
const FLEET = 'k-1\nk-2\nk-3\n';

function makeProject(): Repository {
  const repository = makeRepository();
  repository.commit({ 'plans/plan.yaml': PLAN, 'plans/fleet/kiosks.txt': FLEET });
  return repository;
}

async function diff(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return breakwater(['diff', ...args], { cwd, env: { GIT_CONFIG_NOSYSTEM: '1', ...env } });
}

describe('diff', () => {
  test('shows what changes from a revision to the file that is there, devices of each included', async () => {
    const { root, write } = makeProject();
    write({ 'plans/plan.yaml': CHANGED, 'plans/fleet/kiosks.txt': `${FLEET}k-4\n` });
    const { exitCode, stdout, stderr } = await diff(root, ['HEAD:plans/plan.yaml', 'plans/plan.yaml']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Devices: 1 device changes wave and 1 is added');
    expect(stdout).toContain('first → the others  1: k-2');
    expect(stdout).toContain('into the others     1: k-4');
    expect(stdout).toContain('maxFailures  0 → 1');
    expect(stdout).toContain('failures without a halt                at most 0 → at most 1');
  });

  test('takes two files outside of any repository', async () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, 'fleet'));
    writeFileSync(join(cwd, 'fleet/kiosks.txt'), FLEET);
    writeFileSync(join(cwd, 'a.yaml'), PLAN);
    writeFileSync(join(cwd, 'b.yaml'), CHANGED);
    const { exitCode, stdout } = await diff(cwd, ['a.yaml', 'b.yaml']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('first → the others  1: k-2');
  });

  test('takes two revisions, by tag and by a time in braces, and paths from where one stands', async () => {
    const { root, git, commit } = makeProject();
    git('tag', 'v1');
    commit({ 'plans/plan.yaml': CHANGED });
    const cwd = join(root, 'plans');
    const told = await diff(cwd, ['v1:./plan.yaml', 'main@{0}:plans/plan.yaml']);
    expect(told.stdout).toContain('first → the others  1: k-2');
    const back = await diff(join(root, 'plans/fleet'), ['HEAD:../plan.yaml', 'v1:plans/plan.yaml']);
    expect(back.stdout).toContain('the others → first  1: k-2');
  });

  test('a wave with another name is the same wave', async () => {
    const { root, write } = makeProject();
    write({ 'plans/plan.yaml': PLAN.replace('the others', 'everyone') });
    const { stdout } = await diff(root, ['HEAD:plans/plan.yaml', 'plans/plan.yaml']);
    expect(stdout).toContain('renamed  the others is now everyone');
    expect(stdout).not.toContain('Devices');
  });

  test('is one document by its schema for programs, and Markdown for a comment', async () => {
    const { root, write } = makeProject();
    write({ 'plans/plan.yaml': CHANGED });
    const sides = ['HEAD:plans/plan.yaml', 'plans/plan.yaml'];
    const json = JSON.parse((await diff(root, [...sides, '--format', 'json'])).stdout) as unknown;
    expectValid(compileSchema('diff'), [json]);
    expect(json).toMatchObject({ same: false, devices: { changed: 1, changes: [{ devices: ['k-2'] }] } });
    const { stdout } = await diff(root, [...sides, '--format', 'markdown']);
    expect(stdout).toContain('| first → the others | 1 | k-2 |');
  });

  test('ends with 0 whether or not they differ; with --exit-code, with 10 if they do', async () => {
    const { root, write } = makeProject();
    const sides = ['HEAD:plans/plan.yaml', 'plans/plan.yaml'];
    const run = async (...flags: readonly string[]) => (await diff(root, [...sides, ...flags])).exitCode;
    expect([await run(), await run('--exit-code')]).toEqual([0, 0]);
    write({ 'plans/plan.yaml': CHANGED });
    expect([await run(), await run('--exit-code'), await run('--exit-code', '--format', 'json')]).toEqual([
      0, 10, 10,
    ]);
  });

  test('tells what is wrong with either plan, by the name that it was given, and ends as validate does', async () => {
    const { root, commit } = makeProject();
    commit({ 'plans/plan.yaml': PLAN.replace('region', 'regoin'), 'plans/fleet/kiosks.txt': 'k-1\nk-1\n' });
    const { exitCode, stdout, stderr } = await diff(root, ['HEAD:plans/plan.yaml', 'HEAD~1:plans/none.yaml']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('HEAD:plans/plan.yaml:3:1: error[schema-unknown-key]');
    expect(stderr).toContain('HEAD~1:plans/none.yaml: error[file-missing]');
    const twice = await diff(root, ['HEAD:plans/plan.yaml', 'HEAD:plans/plan.yaml']);
    expect(twice.exitCode).toBe(2);
  });

  test.each([
    ['-upload-pack=x:a.yaml', 'has no valid revision'],
    [':plans/plan.yaml', 'has no revision'],
    ['HEAD:', 'has no file'],
    ['nowhere:plans/plan.yaml', 'git finds no revision nowhere'],
    ['HEAD^{nothing}:plans/plan.yaml', 'git finds no revision HEAD^{nothing}'],
    ['HEAD:plans/plan.yaml\u001b[31m', 'error[file-missing]'],
  ])('%s is refused in words', async (side, why) => {
    const { root } = makeProject();
    const { exitCode, stderr } = await diff(root, ['--', 'HEAD:plans/plan.yaml', side]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('\u001b');
  });

  test('a file whose name holds a colon is that file', async () => {
    const { root, write } = makeProject();
    write({ 'plans/HEAD:x.yaml': PLAN });
    const cwd = join(root, 'plans');
    const { exitCode, stdout } = await diff(cwd, ['HEAD:x.yaml', './HEAD:x.yaml']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('No difference');
  });

  test('outside of a repository, and without git, it says so', async () => {
    const cwd = makeFolder();
    const outside = await diff(cwd, ['HEAD:a.yaml', 'HEAD:b.yaml']);
    expect(outside).toMatchObject({ exitCode: 4, stdout: '' });
    expect(outside.stderr).toContain('breakwater: git: ');
    const { root } = makeProject();
    const without = await diff(root, ['HEAD:plans/plan.yaml', 'plans/plan.yaml'], { PATH: cwd });
    expect(without).toMatchObject({ exitCode: 4, stderr: 'breakwater: git: git is not installed' });
  });

  test('within a hook of git, it reads the repository that it is in', async () => {
    const [{ root }, other] = [makeProject(), makeRepository()];
    const { exitCode } = await diff(root, ['HEAD:plans/plan.yaml', 'plans/plan.yaml'], {
      GIT_DIR: join(other.root, '.git'),
      GIT_INDEX_FILE: join(other.root, 'index'),
    });
    expect(exitCode).toBe(0);
  });
});

describe('a plan of a revision reads what is in that revision, and nothing else', () => {
  const SECRET = 'secret-1\n';

  async function withFleet(file: string, prepare: (repository: Repository) => void): Promise<string> {
    const repository = makeProject();
    prepare(repository);
    repository.commit({ 'plans/plan.yaml': PLAN.replace('fleet/kiosks.txt', file) });
    const { stdout, stderr } = await diff(repository.root, ['HEAD:plans/plan.yaml', 'HEAD:plans/plan.yaml']);
    expect(stdout + stderr).not.toContain('secret-1');
    return stdout + stderr;
  }

  const outside = (): string => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'secret.txt'), SECRET);
    return join(folder, 'secret.txt');
  };

  test('by a path that leads out', async () => {
    expect(await withFleet('../../secret.txt', () => undefined)).toContain('error[file-outside]');
  });

  test('by an absolute path', async () => {
    expect(await withFleet(outside(), () => undefined)).toContain('error[file-outside]');
  });

  test('by a link that leads out, absolute or not', async () => {
    const leadOut = (target: string) =>
      withFleet('fleet/link.txt', ({ link }) => {
        link('plans/fleet/link.txt', target);
      });
    expect(await leadOut(outside())).toContain('error[file-outside]');
    expect(await leadOut('../../../secret.txt')).toContain('error[file-outside]');
  });

  test("by git's own folder", async () => {
    expect(await withFleet('../.git/info/kiosks.txt', () => undefined)).toContain('error[file-outside]');
  });

  test('a link within it is followed there, and a file that is only on the disk is not there', async () => {
    const followed = await withFleet('fleet/link.txt', ({ link }) => {
      link('plans/fleet/link.txt', '../../shared/kiosks.txt');
      link('shared', 'elsewhere');
    });
    expect(followed).toContain('error[file-missing]');
    const found = await withFleet('fleet/link.txt', ({ link, write }) => {
      link('plans/fleet/link.txt', '../../shared/kiosks.txt');
      link('shared', 'elsewhere');
      write({ 'elsewhere/kiosks.txt': FLEET });
    });
    expect(found).toContain('No difference');
    const { root, write } = makeProject();
    write({ 'plans/new.yaml': PLAN });
    expect((await diff(root, ['HEAD:plans/new.yaml', 'plans/new.yaml'])).stderr).toContain(
      'error[file-missing]',
    );
  });

  test('a submodule is no file of it', async () => {
    const told = await withFleet('module/kiosks.txt', ({ git, root }) => {
      git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},plans/module`);
      mkdirSync(join(root, 'plans/module'));
    });
    expect(told).toMatch(/error\[file-(missing|not-regular)\]/);
  });
});

test("writes nothing, asks for nothing, and runs git alone, whatever the repository's settings name", async () => {
  const { root, git, write } = makeProject();
  const trap = join(makeFolder(), 'run.sh');
  writeFileSync(trap, '#!/bin/sh\n', { mode: 0o755 });
  const settings = ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'filter.x.smudge'];
  for (const setting of [...settings, 'diff.x.textconv']) git('config', setting, trap);
  git('config', 'core.hooksPath', dirname(trap));
  git('config', 'alias.cat-file', `!${trap}`);
  write({ '.gitattributes': '* filter=x diff=x\n', 'plans/plan.yaml': CHANGED });
  const command = [process.execPath, COMMAND, 'diff', 'HEAD:plans/plan.yaml', 'plans/plan.yaml'] as const;
  const { exitCode, programs, changed, network } = await trace([...command], { cwd: root });
  expect({ exitCode, network }).toEqual({ exitCode: 0, network: [] });
  expect(changed.filter((path) => path !== '/dev/null')).toEqual([]);
  // Where it is looked for in the PATH shows too.
  expect([...new Set(programs.map((path) => basename(path)))]).toEqual(['node', 'git']);
});
