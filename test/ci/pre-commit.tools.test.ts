/** `.pre-commit-hooks.yaml`, by the real pre-commit, in scratch repositories. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkOutProject, commitAll, GIT_ENV } from '../kit/checkout.ts';
import { ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { PLAN } from '../kit/projects.ts';

const WRONG = PLAN.replace('waves:', 'wavs:');

/** The hook's repository, and where pre-commit keeps what it builds from it: once for all tests, since that takes a while. */
let project: { readonly folder: string; readonly home: string; readonly revision: string };

beforeAll(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'breakwater-test-'));
  const folder = join(scratch, 'breakwater');
  mkdirSync(folder);
  await checkOutProject(folder);
  project = { folder, home: join(scratch, 'home'), revision: await commitAll(folder) };
}, 600_000);

afterAll(() => {
  rmSync(dirname(project.folder), { recursive: true, force: true });
});

/** A repository that uses the hook, with these files staged. */
async function openRepository(files: Readonly<Record<string, string>>) {
  const cwd = makeFolder();
  const config = {
    repos: [{ repo: project.folder, rev: project.revision, hooks: [{ id: 'breakwater-validate' }] }],
  };
  await commitAll(write(cwd, { '.pre-commit-config.yaml': JSON.stringify(config) }));
  await execa('git', ['add', '--all'], { cwd: write(cwd, files) });
  const env = { ...GIT_ENV, PRE_COMMIT_HOME: project.home };
  return async (program: string, ...args: readonly string[]) =>
    execa(program, args, { cwd, env, reject: false, all: true });
}

function write(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('pre-commit accepts the manifest', async () => {
  const { exitCode, stdout } = await execa(
    'pre-commit',
    ['validate-manifest', join(ROOT, '.pre-commit-hooks.yaml')],
    { reject: false },
  );
  expect(exitCode, stdout).toBe(0);
});

test('a plan with a mistake fails, with the finding and its place; a good one passes', async () => {
  const run = await openRepository({ 'rollouts/good.yaml': PLAN, 'rollouts/wrong.yaml': WRONG });
  const { exitCode, all } = await run('pre-commit', 'run');
  expect(exitCode).toBe(1);
  expect(all).toContain('rollouts/wrong.yaml:5:1: error[schema-unknown-key]');
  expect(all).toContain('rollouts/good.yaml: valid');
}, 600_000);

test('only plans are looked at', async () => {
  const run = await openRepository({
    'rollouts/good.yaml': PLAN,
    'rollout.yaml': PLAN.replace('name: kiosk-1', 'name: kiosk-2'),
    'sites/taipei/kiosk-2.rollout.yml': PLAN.replace('name: kiosk-1', 'name: kiosk-3'),
    'rollouts/done/old.yaml': WRONG,
    'rollouts/fleet.csv': 'serial\nk-1\n',
    'deploy.yaml': WRONG,
    'rollouts.yaml': WRONG,
    'rollout.yaml.md': WRONG,
  });
  const { exitCode, all } = await run('pre-commit', 'run', '--verbose');
  expect(exitCode, all).toBe(0);
  const looked = [...all.matchAll(/^(\S+): valid/gm)].map(([, path]) => path).sort();
  expect(looked).toEqual(['rollout.yaml', 'rollouts/good.yaml', 'sites/taipei/kiosk-2.rollout.yml']);
}, 600_000);

test('a commit of a plan with a mistake is refused', async () => {
  const run = await openRepository({ 'rollouts/wrong.yaml': WRONG });
  await run('pre-commit', 'install');
  const refused = await run('git', 'commit', '--message', 'Start the kiosks');
  expect(refused.exitCode).toBe(1);
  expect(refused.all).toContain('did you mean `waves`?');
  expect((await run('git', 'log', '--oneline')).stdout.split('\n')).toHaveLength(1);
}, 600_000);
