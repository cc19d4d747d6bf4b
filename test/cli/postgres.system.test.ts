/** Rollouts that are kept on record in a database, as those type who run them from machines that come and go. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitForLine } from '../kit/command.ts';
import { holdFirstWave } from '../kit/held-gate.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';

async function openDatabase() {
  const place = await sharedPostgres();
  const schema = newSchema();
  return { place, schema, state: ['--state', urlOf(place, { schema, password: 'never-shown' })] };
}

test('a rollout that halts, is retried and completes leaves nothing on this machine, and no password anywhere', async () => {
  const { state } = await openDatabase();
  const project = await openProject(FAILS_ONCE, PLAN);
  const before = readdirSync(project.cwd);
  const halted = await project.run('run', 'plan.yaml', '--yes', ...state);
  expect(halted.exitCode, halted.stderr).toBe(1);
  const retried = await project.run('retry', 'kiosk-1', ...state);
  expect(retried.exitCode, retried.stderr).toBe(0);
  const done = await project.run('run', 'plan.yaml', '--yes', ...state);
  expect(done.exitCode, done.stderr).toBe(0);
  const list = await project.run('status', ...state);
  expect(list.stdout).toMatch(/kiosk-1 +completed/);
  const report = await project.run('report', 'kiosk-1', '--format', 'csv', ...state);
  expect(report.stdout).toMatch(/^rollout,wave,serial,/);
  expect(readdirSync(project.cwd)).toEqual(before);
  for (const { stdout, stderr } of [halted, retried, done, list, report]) {
    expect(stdout + stderr).not.toContain('never-shown');
  }
});

test('a run whose connection to the database breaks ends, and is gone on with as after a crash', async () => {
  const { place, schema, state } = await openDatabase();
  const project = await openProject(QUICK, PLAN);
  const release = holdFirstWave(project.cwd);
  const running = project.start('run', 'plan.yaml', '--yes', '--progress', 'json', ...state);
  await waitForLine(running, (line) => line.includes('"deployment-accepted"'));
  const admin = await administer(place, schema);
  await admin.query('SELECT pg_terminate_backend(backend) FROM holders');
  const ended = await running;
  expect(ended.exitCode, ended.stderr).toBe(4);
  expect(ended.stderr).toContain('then run again');
  release();
  const done = await project.run('run', 'plan.yaml', '--yes', ...state);
  expect(done.exitCode, done.stderr).toBe(0);
  const { stdout } = await project.run('status', 'kiosk-1', '--format', 'json', ...state);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'completed',
    deployments: [{ key: 'first/1' }, { key: 'the others/1' }],
  });
});

test('a rollout is continued by its name only as its plan file says, for others can write the record', async () => {
  const { state } = await openDatabase();
  const project = await openProject(
    QUICK,
    PLAN.replace('name: the others', 'name: the others\n    approval: required'),
  );
  mkdirSync(join(project.cwd, '.git'));
  expect((await project.run('run', 'plan.yaml', '--yes', ...state)).exitCode).toBe(3);
  await project.run('approve', 'kiosk-1', '--wave', 'the others', ...state);
  const text = readFileSync(join(project.cwd, 'plan.yaml'), 'utf8');
  project.write('plan.yaml', text.replace('9b1f5f6e', '0b1f5f6e'));
  const refused = await project.run('run', 'kiosk-1', '--yes', ...state);
  expect(refused.exitCode, refused.stderr).toBe(2);
  expect(refused.stderr).toContain('artifact');
  project.write('plan.yaml', text);
  const done = await project.run('run', 'kiosk-1', '--yes', ...state);
  expect(done.exitCode, done.stderr).toBe(0);
});

test('a second runner is told who holds the rollout', async () => {
  const { state } = await openDatabase();
  const project = await openProject(QUICK, PLAN);
  const release = holdFirstWave(project.cwd);
  const running = project.start('run', 'plan.yaml', '--yes', '--progress', 'json', ...state);
  await waitForLine(running, (line) => line.includes('"deployment-accepted"'));
  const second = await project.run('run', 'plan.yaml', '--yes', ...state);
  expect(second.exitCode).toBe(5);
  expect(second.stderr).toContain(`process ${running.pid ?? ''}`);
  release();
  expect(await running).toMatchObject({ exitCode: 0 });
});

test('a runner whose hold an operator has ended stops with 5, and the next run goes on', async () => {
  const { state } = await openDatabase();
  const project = await openProject(QUICK, PLAN);
  const release = holdFirstWave(project.cwd);
  const run = ['run', 'plan.yaml', '--yes', ...state];
  const running = project.start(...run, '--progress', 'json');
  await waitForLine(running, (line) => line.includes('"deployment-accepted"'));
  const [, id = ''] = /--holder (\S+)/.exec((await project.run(...run)).stderr) ?? [];
  const unlocked = await project.run('unlock', 'kiosk-1', '--holder', id, ...state);
  expect(unlocked.exitCode, unlocked.stderr).toBe(0);
  const ended = await running;
  expect(ended.exitCode, ended.stderr).toBe(5);
  expect(ended.stderr).toContain('it was unlocked by force');
  release();
  const done = await project.run(...run);
  expect(done.exitCode, done.stderr).toBe(0);
  const { stdout } = await project.run('status', 'kiosk-1', '--format', 'json', ...state);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'completed',
    deployments: [{ key: 'first/1' }, { key: 'the others/1' }],
  });
});

test('a database that cannot be reached is told without its password, and nothing is posted', async () => {
  const project = await openProject(QUICK, PLAN);
  const url = 'postgres://ana:never-shown@127.0.0.1:1/rollouts';
  const { exitCode, stdout, stderr } = await project.run('run', 'plan.yaml', '--yes', '--state', url);
  expect(exitCode).toBe(4);
  expect(stderr).toContain('127.0.0.1:1');
  expect(stdout + stderr).not.toContain('never-shown');
});
