/** Taking a rollout back, with the command, against a server that speaks the API. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';

const BEFORE = 'b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b';

function planWith(rollback: string, plan = PLAN): string {
  return plan.replace('waves:', `haltGrace: 1s\nrollback: ${rollback}\nwaves:`);
}

const MANUAL = planWith(`{ artifact: { uuid: ${BEFORE} }, arguments: { force: 'yes' } }`);
const AUTOMATIC = planWith(`{ artifact: { uuid: ${BEFORE} }, automatic: true }`);

type Status = {
  readonly status: string;
  readonly plan: { readonly artifact: { readonly uuid: string }; readonly rollbackOf: string | null };
  readonly rollback: { readonly rollout: string; readonly order: unknown } | null;
  readonly waves: readonly {
    readonly name: string;
    readonly devices: { readonly success: readonly string[] };
  }[];
};

async function statusOf(
  project: { status: (name: string) => Promise<unknown> },
  name: string,
): Promise<Status> {
  return (await project.status(name)) as Status;
}

describe('rollback', () => {
  test('deploys the other artifact to those that were reached, once, on a record of its own', async () => {
    const project = await openProject(FAILS_ONCE, MANUAL);
    expect(await project.run('run', 'plan.yaml', '--yes')).toMatchObject({ exitCode: 1 });
    const asked = await project.run('rollback', 'kiosk-1');
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain('--yes');
    expect((await statusOf(project, 'kiosk-1')).rollback).toBeNull();

    const done = await project.run('rollback', 'kiosk-1', '--yes', '--reason', 'it reboots');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain('Rollout kiosk-1.rollback completed: 2 of 2 success');
    const record = await statusOf(project, 'kiosk-1.rollback');
    expect(record).toMatchObject({
      status: 'completed',
      plan: { artifact: { uuid: BEFORE }, rollbackOf: 'kiosk-1' },
      waves: [{ name: 'rollback', devices: { success: ['k-1', 'k-2'] } }],
    });
    expect(await statusOf(project, 'kiosk-1')).toMatchObject({
      status: 'halted',
      rollback: { rollout: 'kiosk-1.rollback', only: 'reached', order: { reason: 'it reboots' } },
    });

    const again = await project.run('rollback', 'kiosk-1', '--yes');
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stderr).toContain('has already completed');
    const retried = await project.run('retry', 'kiosk-1');
    expect(retried).toMatchObject({ exitCode: 2 });
    expect(retried.stderr).toContain('already rolled back');
    const run = await project.run('run', 'plan.yaml', '--yes');
    expect(run.stderr).toContain('breakwater status kiosk-1.rollback');
  });

  test('takes back every wave that was reached, the one that has halted among them', async () => {
    const project = await openProject(
      `${QUICK}overrides: [{ deployments: [2], outcomes: { failed: 100% } }]\n`,
      MANUAL,
    );
    await project.run('run', 'plan.yaml', '--yes');
    const first = await project.run('rollback', 'kiosk-1', '--yes');
    expect(first.exitCode, first.stderr).toBe(0);
    expect(await statusOf(project, 'kiosk-1.rollback')).toMatchObject({
      waves: [
        // Those that were reached last come first.
        { name: 'rollback', devices: { success: ['k-3', 'k-4', 'k-5', 'k-1', 'k-2'] } },
      ],
    });
  });

  test('that halts is a rollout like any other: retried, and gone on with', async () => {
    const project = await openProject(
      `${QUICK}overrides: [{ deployments: [2, 3], outcomes: { failed: 100% } }]\n`,
      MANUAL,
    );
    await project.run('run', 'plan.yaml', '--yes');
    const halted = await project.run('rollback', 'kiosk-1', '--yes');
    expect(halted.exitCode, halted.stderr).toBe(1);
    expect(halted.stdout).toContain('breakwater rollback kiosk-1');
    expect(await project.run('retry', 'kiosk-1.rollback')).toMatchObject({ exitCode: 0 });
    const again = await project.run('rollback', 'kiosk-1', '--yes');
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await statusOf(project, 'kiosk-1.rollback')).toMatchObject({ status: 'completed' });
  });

  test('--only succeeded leaves the others as they are', async () => {
    const project = await openProject(
      `${QUICK}overrides: [{ serials: [k-1], deployments: [1], outcomes: { failed: 100% } }]\n`,
      MANUAL,
    );
    await project.run('run', 'plan.yaml', '--yes');
    const { exitCode, stderr } = await project.run('rollback', 'kiosk-1', '--only', 'succeeded', '--yes');
    expect(exitCode, stderr).toBe(0);
    expect(await statusOf(project, 'kiosk-1.rollback')).toMatchObject({
      waves: [{ devices: { success: ['k-2'] } }],
    });
  });

  test.each([
    ['nothing to go back to', PLAN, FAILS_ONCE, 2, 'no `rollback`'],
    [
      'a deployment in doubt',
      MANUAL,
      `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`,
      6,
      'in doubt',
    ],
  ])('is refused with %s', async (_, plan, scenario, exit, why) => {
    const project = await openProject(scenario, plan);
    await project.run('run', 'plan.yaml', '--yes');
    await project.run('abort', 'kiosk-1');
    const refused = await project.run('rollback', 'kiosk-1', '--yes');
    expect(refused.exitCode, refused.stderr).toBe(exit);
    expect(refused.stderr).toContain(why);
  });

  test('is refused for a simulated one', async () => {
    const project = await openProject(FAILS_ONCE, MANUAL);
    await project.run(
      'run',
      'plan.yaml',
      '--simulate',
      'scenario.yaml',
      '--speed',
      '1000',
      '--state',
      'here',
    );
    const refused = await project.run('rollback', 'kiosk-1', '--yes', '--state', 'here');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('simulated');
  });
});

describe('in CI, and by a name, rollback', () => {
  const CI = { CI: 'true' };

  async function openHalted() {
    const project = await openProject(FAILS_ONCE, MANUAL);
    mkdirSync(join(project.cwd, '.git'));
    expect(await project.run('run', 'plan.yaml', '--yes')).toMatchObject({ exitCode: 1 });
    const rollBack = () =>
      breakwater(['rollback', 'kiosk-1', '--yes', '--start'], {
        cwd: project.cwd,
        env: { ...project.env, ...CI },
      });
    return { ...project, rollBack };
  }

  test('deploys what the plan file names, and the record with it', async () => {
    const { rollBack } = await openHalted();
    const done = await rollBack();
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain('Rollout kiosk-1.rollback completed: 2 of 2 success');
  });

  test.each([
    ['another artifact', MANUAL.replace(BEFORE, '0a0a0a0a-4c91-4f8b-9b2c-7cec2e4e246b'), 'artifact'],
    ['other programs', `${MANUAL}hooks: { onHalt: { run: [./tell.sh] } }\n`, 'hooks'],
    ['no rollback', PLAN, 'rollback'],
  ])('is refused where the file names %s', async (_, text, key) => {
    const project = await openHalted();
    project.write('plan.yaml', text);
    const refused = await project.rollBack();
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('the record and the plan file differ on the rollback');
    expect(refused.stderr).toContain(key);
    expect((await statusOf(project, 'kiosk-1')).rollback).toBeNull();
  });

  test('is refused where the plan is not found', async () => {
    const project = await openHalted();
    rmSync(join(project.cwd, 'plan.yaml'));
    const refused = await project.rollBack();
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('the plan file plan.yaml is not found from here');
    expect((await statusOf(project, 'kiosk-1')).rollback).toBeNull();
  });
});

describe('rollback: { automatic: true }', () => {
  test('is done on a halt, by the same run, which has failed all the same', async () => {
    const project = await openProject(FAILS_ONCE, AUTOMATIC);
    const { exitCode, stdout, stderr } = await project.run('run', 'plan.yaml', '--yes');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toContain('rollback kiosk-1.rollback started by its plan; 2 devices reached');
    expect(stdout).toContain('Rollout kiosk-1.rollback completed');
    expect((await statusOf(project, 'kiosk-1')).rollback).toMatchObject({ order: null });
    const again = await project.run('run', 'plan.yaml', '--yes');
    expect(again.exitCode).toBe(1);
    expect(again.stderr).not.toContain('posting');
  });

  test('goes on with the next run of the plan where the last one was stopped in it', async () => {
    const project = await openProject(
      `${QUICK}overrides: [{ deployments: [1], outcomes: { failed: 100% } }]\nfaults: [{ fault: forbidden, call: post, at: [2] }]\n`,
      AUTOMATIC,
    );
    const first = await project.run('run', 'plan.yaml', '--yes');
    expect(first.exitCode, first.stderr).toBe(4);
    expect(await statusOf(project, 'kiosk-1.rollback')).toMatchObject({ status: 'stopped' });
    const unasked = await project.run('run', 'plan.yaml');
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain('--yes');
    const second = await project.run('run', 'plan.yaml', '--yes');
    expect(second.exitCode, second.stderr).toBe(1);
    expect(await statusOf(project, 'kiosk-1.rollback')).toMatchObject({ status: 'completed' });
  });

  test('is practised on a simulator', async () => {
    const project = await openProject(FAILS_ONCE, AUTOMATIC);
    const flags = ['--simulate', 'scenario.yaml', '--speed', '1000'];
    const { exitCode, stdout } = await breakwater(['run', 'plan.yaml', ...flags], { cwd: project.cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Simulated rollout kiosk-1.rollback completed');
  });

  test('does not start where nothing has failed', async () => {
    const project = await openProject(QUICK, AUTOMATIC);
    const { exitCode, stderr } = await project.run('run', 'plan.yaml', '--yes');
    expect(exitCode, stderr).toBe(0);
    expect(stderr).not.toContain('rolled back');
  });
});
