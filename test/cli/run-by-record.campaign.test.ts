import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { ONE_WAVE, openProject, QUICK, SETTINGS } from '../kit/projects.ts';

const PLAN = `${ONE_WAVE}  - name: second
    devices: [k-3, k-4, k-5]
    approval: required
`;

const OTHER_ARTIFACT = PLAN.replace('9b1f5f6e', '0a0a0a0a');

/** The first wave has passed, and the second one waits for its approval; the plan is `plans/plan.yaml` of a repository. */
async function openWaiting() {
  const project = await openProject(QUICK, PLAN);
  const { cwd, run } = project;
  mkdirSync(join(cwd, '.git'));
  mkdirSync(join(cwd, 'plans'));
  writeFileSync(join(cwd, 'plans/plan.yaml'), PLAN);
  const first = await run('run', 'plans/plan.yaml', '--yes');
  expect(first.exitCode, first.stderr).toBe(3);
  return project;
}

type Project = Awaited<ReturnType<typeof openProject>>;

async function intendedOf({ run }: Project): Promise<readonly string[]> {
  const { stdout } = await run('report', 'kiosk-1', '--format', 'json');
  const { deployments } = JSON.parse(stdout) as { deployments: { key: string }[] };
  return deployments.map(({ key }) => key);
}

test('a rollout is continued by its name, with the plan on record and whatever its file says by now', async () => {
  const project = await openWaiting();
  const { run } = project;
  await run('approve', 'kiosk-1', '--wave', 'second');
  project.write('plans/plan.yaml', OTHER_ARTIFACT);
  const { exitCode, stderr } = await run('run', 'kiosk-1', '--yes');
  expect(exitCode, stderr).toBe(0);
  expect(await intendedOf(project)).toEqual(['first/1', 'second/1']);
});

test('the path of the plan is on record, from the root of its repository', async () => {
  const project = await openWaiting();
  const { cwd } = project;
  expect(await project.status('kiosk-1')).toMatchObject({ planFile: 'plans/plan.yaml' });
  const journal = readFileSync(join(cwd, '.breakwater/kiosk-1/journal.jsonl'), 'utf8');
  expect(journal.match(/"planFile":"plans\/plan.yaml"/g)).toHaveLength(1);
  project.write('kiosk-1', 'a file with the name of the rollout');
  const { stdout } = await breakwater(['status', 'kiosk-1'], { cwd });
  expect(stdout).toContain('breakwater run plans/plan.yaml\n');
});

test('what status advises can be pasted', async () => {
  const { run } = await openWaiting();
  const { stdout } = await run('status', 'kiosk-1');
  const advised = [...stdout.matchAll(/^\s+breakwater (.+)$/gm)].map(([, line = '']) => line.split(' '));
  expect(advised).toEqual([
    ['approve', 'kiosk-1', '--wave', 'second'],
    ['run', 'kiosk-1'],
  ]);
  expect(await run(...(advised[0] ?? []))).toMatchObject({ exitCode: 0 });
  expect(await run(...(advised[1] ?? []), '--yes')).toMatchObject({ exitCode: 0 });
});

describe('a name under which nothing is on record', () => {
  test.each([
    ['is refused with the nearest one', 'kiosk-2', /no file kiosk-2.*did you mean kiosk-1\?/],
    ['that looks like a plan file’s is told as a missing file', 'plam.yaml', /plam\.yaml/],
  ])('%s', async (_, name, told) => {
    const { run } = await openWaiting();
    const { exitCode, stderr } = await run('run', name, '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
  });
});

test('a rollout that is called as a plan file could be is continued by its name, unless there is such a file', async () => {
  const project = await openProject(QUICK, PLAN.replace('kiosk-1', 'rollout.yaml'));
  const { run } = project;
  expect((await run('run', 'plan.yaml', '--yes')).exitCode).toBe(3);
  await run('approve', 'rollout.yaml', '--wave', 'second');
  project.write('rollout.yaml', 'version: 1\n');
  expect((await run('run', 'rollout.yaml', '--yes')).exitCode).toBe(2);
  rmSync(join(project.cwd, 'rollout.yaml'));
  expect((await run('run', 'rollout.yaml', '--yes')).exitCode).toBe(0);
});

describe('in CI, a record names nothing that is run', () => {
  const CI = { CI: 'true' };

  test('it is continued where the plan file at the recorded path says the same', async () => {
    const project = await openWaiting();
    const { cwd, env, run } = project;
    await run('approve', 'kiosk-1', '--wave', 'second');
    const { exitCode, stderr } = await breakwater(['run', 'kiosk-1', '--yes'], {
      cwd,
      env: { ...env, ...CI },
    });
    expect(exitCode, stderr).toBe(0);
    expect(await intendedOf(project)).toEqual(['first/1', 'second/1']);
  });

  test.each([
    ['says something else', OTHER_ARTIFACT, /artifact 9b1f5f6e.* on record, 0a0a0a0a.* in the plan/],
    ['is of another rollout', PLAN.replace('kiosk-1', 'kiosk-7'), /is the plan of kiosk-7/],
    ['is no plan', 'version: 1\n', /plans\/plan\.yaml/],
  ])('it is refused, and nothing is deployed, where that file %s', async (_, text, told) => {
    const project = await openWaiting();
    const { cwd, env, run } = project;
    await run('approve', 'kiosk-1', '--wave', 'second');
    project.write('plans/plan.yaml', text);
    const { exitCode, stderr } = await breakwater(['run', 'kiosk-1', '--yes'], {
      cwd,
      env: { ...env, ...CI },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
    expect(await intendedOf(project)).toEqual(['first/1']);
  });

  test('it is refused in a repository that does not have the file', async () => {
    const { cwd, env } = await openWaiting();
    const other = makeFolder();
    mkdirSync(join(other, '.git'));
    writeFileSync(join(other, 'breakwater.config.yaml'), SETTINGS);
    const state = join(cwd, '.breakwater');
    const { exitCode, stderr } = await breakwater(['run', 'kiosk-1', '--yes', '--state', state], {
      cwd: other,
      env: { ...env, ...CI },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/needs its plan file in this repository/);
  });
});
