/** The example for GitLab, checked and run by gitlab-ci-local, against a simulator. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { commitAll } from '../kit/checkout.ts';
import { breakwater, COMMAND, ROOT, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { packProject } from '../kit/package.ts';
import { FAILS_ONCE, makeProject, PLAN, QUICK } from '../kit/projects.ts';

const EXAMPLE = join(ROOT, 'examples/ci/gitlab/gitlab-ci.yml');
const WAITS = PLAN.replace('name: the others', 'name: the others\n    approval: required');

/** A repository with plans whose pipelines run with these variables. */
async function openRepository(
  plans: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
) {
  const cwd = makeFolder();
  mkdirSync(join(cwd, 'rollouts'));
  for (const [name, text] of Object.entries(plans)) writeFileSync(join(cwd, 'rollouts', name), text);
  // Nobody is there to approve while a run waits.
  writeFileSync(
    join(cwd, '.gitlab-ci.yml'),
    readFileSync(EXAMPLE, 'utf8').replace('--max-wait 10m', '--max-wait 0s'),
  );
  writeFileSync(
    join(cwd, '.gitignore'),
    '.gitlab-ci-local/\nreports/\nplans.txt\ncodequality.json\nnode_modules/\n',
  );
  await commitAll(cwd);
  await execa('git', ['remote', 'add', 'origin', 'git@gitlab.example.com:acme/kiosks.git'], { cwd });

  async function local(...args: readonly string[]) {
    const command = ['gitlab-ci-local', '--force-shell-executor', '--home', cwd, ...args];
    const options = { cwd, reject: false, all: true, preferLocal: true, localDir: ROOT } as const;
    const [program = '', ...rest] = command;
    return execa(program, rest, options);
  }
  return {
    cwd,
    local,
    /** A job of the default branch, as if the job `install` had run. */
    run: async (job: string, given: Readonly<Record<string, string>> = {}) => {
      const bin = join(cwd, 'node_modules/.bin');
      mkdirSync(bin, { recursive: true });
      rmSync(join(bin, 'breakwater'), { force: true });
      symlinkSync(COMMAND, join(bin, 'breakwater'));
      rmSync(join(cwd, 'reports'), { recursive: true, force: true });
      const all = { CI_PIPELINE_SOURCE: 'push', ...variables, ...given };
      const flags = Object.entries(all).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
      return local(job, ...flags, '--ignore-predefined-vars', 'CI_PIPELINE_SOURCE,GITLAB_USER_LOGIN');
    },
  };
}

async function openFleet(scenario: string, plan: string, secret: string | null = null) {
  const project = makeProject(scenario, plan);
  const api = await startSimulator(join(project, 'scenario.yaml'));
  const state = join(makeFolder(), 'state');
  const repository = await openRepository(
    { 'kiosk-1.yaml': plan },
    {
      ...api,
      BREAKWATER_STATE: secret ?? state,
    },
  );
  cpSync(join(project, 'breakwater.config.yaml'), join(repository.cwd, 'breakwater.config.yaml'));
  return {
    ...repository,
    order: async (...args: readonly string[]) => breakwater([...args, '--state', state]),
  };
}

test("it is valid by GitLab's schema, and what is not is told", async () => {
  const { cwd, local } = await openRepository({}, {});
  const { exitCode, all } = await local('--list-csv-all');
  expect(exitCode, all).toBe(0);
  expect(all).toContain('json schema validated');
  writeFileSync(
    join(cwd, '.gitlab-ci.yml'),
    readFileSync(EXAMPLE, 'utf8').replace('interruptible: false', 'interruptible: 7'),
  );
  expect((await local('--list-csv-all')).exitCode).not.toBe(0);
});

test('a merge request has its plans checked and shown; only the default branch runs and approves', async () => {
  const { local } = await openRepository({}, {});
  const jobs = async (...variables: readonly string[]) => {
    const { stdout } = await local('--list-csv', ...variables.flatMap((one) => ['--variable', one]));
    return [...stdout.matchAll(/^(\w+);/gm)].map(([, name]) => name).filter((name) => name !== 'name');
  };
  expect(await jobs('CI_PIPELINE_SOURCE=push')).toEqual(['install', 'run', 'approve']);
  expect(await jobs('CI_PIPELINE_SOURCE=merge_request_event', 'CI_COMMIT_BRANCH=')).toEqual([
    'install',
    'check',
  ]);
});

test('Breakwater is installed by the lock file', async () => {
  const { cwd, local } = await openRepository({}, {});
  const dependencies = { breakwater: `file:${await packProject(makeFolder())}` };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ dependencies }));
  await execa('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd });
  await execa('git', ['add', '--all'], { cwd });
  const { exitCode, all } = await local('install');
  expect(exitCode, all).toBe(0);
  const installed = join(cwd, 'node_modules/.bin/breakwater');
  expect(readFileSync(installed).equals(readFileSync(COMMAND))).toBe(true);
});

test('a wrong plan fails the check; what the others would do is kept', async () => {
  const source = { CI_PIPELINE_SOURCE: 'merge_request_event' };
  const good = await openRepository({ 'kiosk-1.yaml': PLAN }, source);
  const { exitCode, all } = await good.run('check');
  expect(exitCode, all).toBe(0);
  expect(readFileSync(join(good.cwd, 'plans.txt'), 'utf8')).toContain('kiosk-1');

  const wrong = await openRepository(
    { 'kiosk-1.yaml': PLAN, 'wrong.yaml': PLAN.replace('waves:', 'wavs:') },
    source,
  );
  const refused = await wrong.run('check');
  expect(refused.exitCode).not.toBe(0);
  expect(refused.all).toContain('rollouts/wrong.yaml:5:1');
  const shown: unknown = JSON.parse(readFileSync(join(wrong.cwd, 'codequality.json'), 'utf8'));
  expect(shown).toMatchObject([
    { check_name: 'schema-unknown-key', location: { path: 'rollouts/wrong.yaml', lines: { begin: 5 } } },
  ]);
});

test('a run that waits for an approval is a warning; once it is given, the schedule goes on', async () => {
  const { cwd, run } = await openFleet(QUICK, WAITS);
  const waiting = await run('run');
  expect(waiting.exitCode, waiting.all).toBe(0);
  expect(waiting.all).toMatch(/run finished in .* WARN 3/);
  expect(readdirSync(join(cwd, 'reports')).sort()).toEqual(['kiosk-1.html', 'kiosk-1.xml']);

  const approved = await run('approve', { ROLLOUT: 'kiosk-1', WAVE: 'the others', GITLAB_USER_LOGIN: 'ana' });
  expect(approved.exitCode, approved.all).toBe(0);
  const done = await run('run', { CI_PIPELINE_SOURCE: 'schedule' });
  expect(done.exitCode, done.all).toBe(0);
  expect(done.all).toContain('Rollout kiosk-1 completed');
});

test('a halt fails the job, and is left alone by the schedule until there is an order', async () => {
  const { run, order } = await openFleet(FAILS_ONCE, PLAN);
  const halted = await run('run');
  // With `exit_codes` in the file, gitlab-ci-local itself ends with 0; what became of the job it says.
  expect(halted.all).toMatch(/run finished in .* FAIL 1/);

  const quiet = await run('run', { CI_PIPELINE_SOURCE: 'schedule' });
  expect(quiet.exitCode, quiet.all).toBe(0);
  expect(quiet.all).toContain('rollouts/kiosk-1.yaml: halted');

  expect(await order('retry', 'kiosk-1')).toMatchObject({ exitCode: 0 });
  const done = await run('run', { CI_PIPELINE_SOURCE: 'schedule' });
  expect(done.all).toContain('Rollout kiosk-1 completed');
});

test('where the variable for the record is empty, nothing is deployed by any pipeline', async () => {
  const { run } = await openFleet(QUICK, PLAN, '');
  for (const source of ['push', 'schedule']) {
    const { all } = await run('run', { CI_PIPELINE_SOURCE: source, CI: 'true' });
    expect(all).toContain('BREAKWATER_STATE is set, but it is empty');
    expect(all).not.toContain('posting');
  }
});

test('a schedule starts nothing', async () => {
  const { run } = await openFleet(QUICK, PLAN);
  const { all } = await run('run', { CI_PIPELINE_SOURCE: 'schedule', CI: 'true' });
  expect(all).toContain('has no record of kiosk-1, and --continue-only starts nothing');
  expect(all).not.toContain('posting');
});
