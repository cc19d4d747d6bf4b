import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { openPlanFiles } from '../../src/files/plan-files.ts';
import type { PlanFilesWanted } from '../../src/files/plan-files.ts';
import { makeFolder } from '../kit/folders.ts';

const SECRET = 'what nobody may read';

/** A repository with what is outside beside it. */
function makeWorld(): string {
  const world = makeFolder();
  write(world, {
    'secret.txt': SECRET,
    'other/.git/HEAD': 'ref',
    'other/a.txt': SECRET,
    'repository/.git/HEAD': 'ref',
    'repository/.git/config': SECRET,
    'repository/fleet/a.txt': 'a-1',
    'repository/plans/plan.yaml': 'version: 1',
  });
  return world;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What is read of `path`, or why it is not. */
function read(path: string, wanted: Pick<PlanFilesWanted, 'cwd'> & Partial<PlanFilesWanted>): string {
  const files = openPlanFiles({ planPath: 'plans/plan.yaml', allowOutside: false, ...wanted });
  const reading = files.readFile(path, 1_000);
  const sum = files.sum(path);
  const failure = files.check(path);
  expect(reading.kind === 'failed' ? reading.problem : null).toBe(failure?.problem ?? null);
  if (sum.kind === 'failed') expect(sum).toEqual(reading);
  return reading.kind === 'failed' ? reading.problem : Buffer.from(reading.bytes).toString();
}

describe('a plan in a repository', () => {
  test('may name what is in it, also by an absolute path and by links', () => {
    const world = makeWorld();
    const cwd = join(world, 'repository');
    link('../fleet', join(cwd, 'plans/fleet'));
    link('repository', join(world, 'alias'));
    for (const path of ['fleet/a.txt', 'plans/../fleet/a.txt', 'plans/fleet/a.txt', join(cwd, 'fleet/a.txt')])
      expect([path, read(path, { cwd })]).toEqual([path, 'a-1']);
    const planPath = join(world, 'alias/plans/plan.yaml');
    expect(read(join(world, 'alias/fleet/a.txt'), { cwd: world, planPath })).toBe('a-1');
    expect(read('../fleet/a.txt', { cwd: join(cwd, 'plans'), planPath: 'plan.yaml' })).toBe('a-1');
  });

  test('may name nothing outside, whether it is there or not', () => {
    const world = makeWorld();
    const cwd = join(world, 'repository');
    link('../secret.txt', join(cwd, 'link.txt'));
    link(join(world, 'secret.txt'), join(cwd, 'absolute.txt'));
    link('link.txt', join(cwd, 'link-to-link.txt'));
    link('..', join(cwd, 'up'));
    link('../none.txt', join(cwd, 'dangling.txt'));
    link('.git/config', join(cwd, 'git.txt'));
    const outside = [
      '../secret.txt',
      '../none.txt',
      'fleet/../../secret.txt',
      join(world, 'secret.txt'),
      '/none',
      '/',
      'link.txt',
      'absolute.txt',
      'link-to-link.txt',
      'up/secret.txt',
      'up/none.txt',
      'dangling.txt',
      'up/repository/fleet/a.txt',
      '../other/a.txt',
      '.git/config',
      '.git/none',
      '.git',
      'git.txt',
      '/proc/self/environ',
      '/dev/zero',
      '/dev/stdin',
      '..',
    ];
    for (const path of outside) expect([path, read(path, { cwd })]).toEqual([path, 'outside']);
    expect(read('link.txt', { cwd, allowOutside: true })).toBe(SECRET);
  });

  test('may itself be no link that leads out, though another one in the repository', () => {
    const world = makeWorld();
    const cwd = join(world, 'repository');
    link('../../secret.txt', join(cwd, 'plans/out.yaml'));
    link('plan.yaml', join(cwd, 'plans/in.yaml'));
    link('../other', join(cwd, 'elsewhere'));
    const as = (planPath: string) => read(planPath, { cwd, planPath });
    expect(as('plans/out.yaml')).toBe('outside');
    expect(as('plans/in.yaml')).toBe('version: 1');
    // Whoever names a path through another repository means that one.
    expect(as('elsewhere/a.txt')).toBe(SECRET);
    link('..', join(cwd, 'up'));
    expect(as('up/secret.txt')).toBe('outside');
  });

  test('a pipe is not waited for, and a folder is none of the files', () => {
    const cwd = join(makeWorld(), 'repository');
    execFileSync('mkfifo', [join(cwd, 'pipe.txt')]);
    expect(read('pipe.txt', { cwd })).toBe('not-regular');
    expect(read('fleet', { cwd })).toBe('directory');
    expect(read('none.txt', { cwd })).toBe('missing');
    expect(read('fleet/a.txt/b.txt', { cwd })).toBe('missing');
    expect(read('fleet/a\0.txt', { cwd })).toBe('unreadable');
  });

  test('of a worktree, whose .git is a file, ends at the worktree', () => {
    const world = makeWorld();
    write(world, {
      'worktree/.git': 'gitdir: elsewhere',
      'worktree/fleet.txt': 'w-1',
      'worktree/p.yaml': '',
    });
    const wanted = { cwd: join(world, 'worktree'), planPath: 'p.yaml' };
    expect(read('fleet.txt', wanted)).toBe('w-1');
    expect(read('.git', wanted)).toBe('outside');
    expect(read('../secret.txt', wanted)).toBe('outside');
  });
});

describe('a plan in no repository', () => {
  test('may name what is in its own folder', () => {
    const cwd = makeFolder();
    write(cwd, { 'plans/plan.yaml': '', 'plans/fleet/a.txt': 'a-1', 'secret.txt': SECRET });
    link('fleet/a.txt', join(cwd, 'plans/near.txt'));
    expect(read('plans/fleet/a.txt', { cwd })).toBe('a-1');
    expect(read('plans/near.txt', { cwd })).toBe('a-1');
    expect(read('secret.txt', { cwd })).toBe('outside');
    expect(read('plans/../secret.txt', { cwd })).toBe('outside');
  });

  test('may be wherever the user says', () => {
    const cwd = makeFolder();
    write(cwd, { 'real/plan.yaml': 'version: 1', 'typed/fleet.txt': 'a-1' });
    link('../real/plan.yaml', join(cwd, 'typed/plan.yaml'));
    const wanted = { cwd, planPath: 'typed/plan.yaml' };
    expect(read('typed/fleet.txt', wanted)).toBe('a-1');
    const files = openPlanFiles({ ...wanted, allowOutside: false });
    expect(files.readFile('typed/plan.yaml', 100)).toMatchObject({ kind: 'read' });
  });
});

/** Makes the folder a link to another one and back, as fast as it goes, in a thread of its own. */
const EXCHANGER = `
const { renameSync } = require('node:fs');
const { workerData: { folder, bait, stop } } = require('node:worker_threads');
while (Atomics.load(stop, 0) === 0) {
  renameSync(folder, folder + '.real');
  renameSync(bait, folder);
  renameSync(folder, bait);
  renameSync(folder + '.real', folder);
}`;

test('a folder that is exchanged for a link while files in it are read lets nobody out', async () => {
  const cwd = join(makeWorld(), 'repository');
  link('../other', join(cwd, 'bait'));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { folder: join(cwd, 'fleet'), bait: join(cwd, 'bait'), stop };
  const worker = new Worker(EXCHANGER, { eval: true, workerData });
  await once(worker, 'online');
  const { readFile } = openPlanFiles({ planPath: 'plans/plan.yaml', cwd, allowOutside: false });
  const seen = new Set<string>();
  for (let round = 0; round < 5_000; round++) {
    const reading = readFile('fleet/a.txt', 1_000);
    seen.add(reading.kind === 'failed' ? reading.problem : Buffer.from(reading.bytes).toString());
  }
  Atomics.store(stop, 0, 1);
  await once(worker, 'exit');
  expect(seen).not.toContain(SECRET);
  expect(readFile('fleet/a.txt', 1_000)).toMatchObject({ kind: 'read' });
});
