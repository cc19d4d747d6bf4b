/** Where the record is: what the commands make of a place that is empty, of a stranger, or of no known kind. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeProject, openProject, PLAN, QUICK } from '../kit/projects.ts';

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
    expect(stderr).toContain('error[settings-empty]: BREAKWATER_STATE is set, but it is empty');
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
    expect(stderr).toContain('error[settings-empty]: --state is set, but it is empty');
  }
});

test.each(['text', 'json', 'github', 'gitlab', 'sarif'])(
  'validate, told as %s, only warns of it: a pull request from a fork has no secrets',
  async (format) => {
    const cwd = makeProject(QUICK, PLAN);
    const { exitCode, stdout } = await breakwater(['validate', 'plan.yaml', '--format', format], {
      cwd,
      env: { BREAKWATER_STATE: '', CI: 'true' },
    });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('settings-empty');
    // GitLab's word for it.
    expect(stdout).toContain(format === 'gitlab' ? 'minor' : 'warning');
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

describe('three jobs of CI, each in a workspace that is thrown away,', () => {
  /** The deployments that the API has seen of all of them, and how each job ended. */
  async function runJobs(state: string | undefined, ...args: readonly string[]) {
    const cwd = makeProject(QUICK, PLAN);
    const api = await startSimulator(join(cwd, 'scenario.yaml'));
    const ends = [];
    for (const job of ['one', 'two', 'three']) {
      const workspace = join(cwd, job);
      for (const file of ['plan.yaml', 'breakwater.config.yaml'])
        cpSync(join(cwd, file), join(workspace, file));
      const env = { ...api, CI: 'true', ...(state === undefined ? {} : { BREAKWATER_STATE: state }) };
      ends.push(await breakwater(['run', 'plan.yaml', '--yes', ...args], { cwd: workspace, env }));
      rmSync(workspace, { recursive: true });
    }
    const posted = ends.flatMap(({ stderr }) => stderr.match(/deployment .*: deploying/g) ?? []);
    return { ends, posted };
  }

  test('deploy nothing where the place of the record is not set: it would be in the workspace', async () => {
    const { ends, posted } = await runJobs(undefined);
    expect(posted).toEqual([]);
    for (const { exitCode, stderr } of ends) {
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^Record: .*\/\.breakwater \(default\)$/m);
      expect(stderr).toContain('kiosk-1 was not started: this is a CI job');
      expect(stderr).toContain('breakwater explain place-ends-with-job');
    }
  });

  test('deploy nothing where the secret that names it is empty', async () => {
    const { ends, posted } = await runJobs('');
    expect(posted).toEqual([]);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
  });

  test('deploy once where it is right', async () => {
    const state = join(makeFolder(), 'record');
    const { ends, posted } = await runJobs(state);
    expect(posted).toHaveLength(2);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    for (const { stderr } of ends) expect(stderr).toContain(`Record: ${state} (BREAKWATER_STATE)`);
  });
});

test('in CI a rollout is started in its workspace with --start alone, and gone on with there', async () => {
  const waits = PLAN.replace('name: the others', 'name: the others\n    approval: required');
  const { cwd, env: api } = await openProject(QUICK, waits);
  const env = { ...api, CI: 'true' };
  const run = async (...args: readonly string[]) =>
    breakwater(['run', 'plan.yaml', '--yes', '--max-wait', '0s', ...args], { cwd, env });
  const refused = await run();
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('breakwater run plan.yaml --start');
  expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
  expect(await run('--start')).toMatchObject({ exitCode: 3 });
  expect(await breakwater(['approve', 'kiosk-1', '--wave', 'the others'], { cwd, env })).toMatchObject({
    exitCode: 0,
  });
  expect(await run()).toMatchObject({ exitCode: 0 });
  // Starting over starts, too.
  const again = await run('--again');
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('was not started');
  const simulated = await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '20'], { cwd, env });
  expect(simulated.exitCode, simulated.stderr).not.toBe(2);
});

test('--continue-only starts nothing, and goes on with what is on record', async () => {
  const { run } = await openProject(QUICK, PLAN);
  const none = await run('run', 'plan.yaml', '--yes', '--continue-only');
  expect(none.exitCode).toBe(2);
  expect(none.stderr).toContain('has no record of kiosk-1');
  expect(none.stderr).toContain('breakwater explain nothing-on-record');
  expect(await run('run', 'plan.yaml', '--yes', '--continue-only', '--start')).toMatchObject({ exitCode: 2 });
  expect(await run('run', 'plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
  const finished = await run('run', 'plan.yaml', '--yes', '--continue-only');
  expect(finished).toMatchObject({ exitCode: 0 });
  expect(finished.stderr).toContain('has already completed');
});

describe('a rollout that has run is not begun again', () => {
  /** `rollouts/plan.yaml` in a repository, and a run in it. */
  async function openNested() {
    const project = await openProject(QUICK, PLAN);
    const { cwd, env } = project;
    mkdirSync(join(cwd, 'site/rollouts'), { recursive: true });
    for (const file of ['plan.yaml', 'breakwater.config.yaml'])
      renameSync(join(cwd, file), join(cwd, 'site/rollouts', file));
    const git = join(cwd, 'site/.git');
    return {
      site: join(cwd, 'site'),
      env,
      addGit: () => {
        mkdirSync(git);
        writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/main');
      },
      removeGit: () => {
        rmSync(git, { recursive: true });
      },
      run: async (...args: readonly string[]) => breakwater(args, { cwd: join(cwd, 'site'), env }),
    };
  }

  test('where the git folder has disappeared', async () => {
    const { addGit, removeGit, run, site } = await openNested();
    addGit();
    expect(await run('run', 'rollouts/plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(site, '.breakwater/kiosk-1'))).toBe(true);
    removeGit();
    const again = await run('run', 'rollouts/plan.yaml', '--yes');
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('has already completed');
  });

  test('where the git folder has disappeared, and the settings above the plan name the place', async () => {
    const { addGit, removeGit, run, site } = await openNested();
    addGit();
    cpSync(join(site, 'rollouts/breakwater.config.yaml'), join(site, 'breakwater.config.yaml'));
    appendFileSync(join(site, 'breakwater.config.yaml'), 'state: records\n');
    rmSync(join(site, 'rollouts/breakwater.config.yaml'));
    expect(await run('run', 'rollouts/plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(site, 'records/kiosk-1'))).toBe(true);
    removeGit();
    const again = await run('run', 'rollouts/plan.yaml', '--yes');
    expect(again.exitCode, again.stderr).toBe(2);
    expect(again.stderr).toContain(join(site, 'breakwater.config.yaml'));
    expect(again.stderr).toContain('breakwater explain settings-above');
    const named = await run('run', 'rollouts/plan.yaml', '--yes', '--state', 'records');
    expect(named.stderr).toContain('has already completed');
  });

  test('by a saved plan whose place has been moved', async () => {
    const { addGit, run, site, env } = await openNested();
    addGit();
    appendFileSync(join(site, 'rollouts/breakwater.config.yaml'), 'state: records\n');
    const saved = join(makeFolder(), 'saved.json');
    expect(await run('plan', 'rollouts/plan.yaml', '--out', saved)).toMatchObject({ exitCode: 0 });
    expect(await run('run', saved, '--yes')).toMatchObject({ exitCode: 0 });
    const moved = join(site, '../moved');
    renameSync(site, moved);
    const again = await breakwater(['run', saved, '--yes'], { cwd: moved, env });
    expect(again.exitCode, again.stderr).toBe(2);
    expect(again.stderr).toContain('breakwater explain place-gone');
  });

  test('where the git folder has appeared, and where there are two records both are named', async () => {
    const { addGit, run, site } = await openNested();
    expect(await run('run', 'rollouts/plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(site, 'rollouts/.breakwater/kiosk-1'))).toBe(true);
    addGit();
    const again = await run('run', 'rollouts/plan.yaml', '--yes');
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('has already completed');

    cpSync(join(site, 'rollouts/.breakwater'), join(site, '.breakwater'), { recursive: true });
    const both = await run('run', 'rollouts/plan.yaml', '--yes');
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toContain(join(site, '.breakwater/kiosk-1'));
    expect(both.stderr).toContain(join(site, 'rollouts/.breakwater/kiosk-1'));
    expect(both.stderr).toContain('breakwater explain two-records');
  });

  test('by a plan that was saved, wherever that lies', async () => {
    const { addGit, run, site } = await openNested();
    addGit();
    const saved = join(makeFolder(), 'saved.json');
    expect(await run('plan', 'rollouts/plan.yaml', '--out', saved)).toMatchObject({ exitCode: 0 });
    const first = await run('run', saved, '--yes');
    expect(first.exitCode, first.stderr).toBe(0);
    expect(existsSync(join(site, '.breakwater/kiosk-1'))).toBe(true);
    const again = await run('run', 'rollouts/plan.yaml', '--yes');
    expect(again.stderr).toContain('has already completed');
  });

  test('in another place that is named, while the record is near the plan', async () => {
    const { addGit, run, site } = await openNested();
    addGit();
    expect(await run('run', 'rollouts/plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    const elsewhere = await run('run', 'rollouts/plan.yaml', '--yes', '--state', 'brekwater');
    expect(elsewhere.exitCode).toBe(2);
    expect(elsewhere.stderr).toContain(join(site, '.breakwater/kiosk-1'));
    expect(elsewhere.stderr).toContain('breakwater explain record-elsewhere');
  });
});
