import { describe, expect, test } from 'vitest';
import { openProject, QUICK } from '../kit/projects.ts';

type Project = Awaited<ReturnType<typeof openProject>>;

type Report = {
  readonly planChanges: readonly { readonly changes: readonly string[] }[];
  readonly devices: readonly { readonly serial: string; readonly wave: string; readonly standing: string }[];
  readonly deployments: readonly { readonly key: string; readonly devices: number }[];
};

async function reportOf({ run }: Project): Promise<Report> {
  const { stdout } = await run('report', 'r', '--format', 'json');
  return JSON.parse(stdout) as Report;
}

const HEAD = `version: 1
name: r
region: us
artifact: { uuid: a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a }
haltGrace: 1s
`;

const DRAWN = `${HEAD}fleet: { file: fleet.txt }
waves:
  - { name: canary, take: 2 }
  - { name: third, take: 30% }
  - { name: rest, take: rest, approval: required }
`;

const FLEET = Array.from({ length: 10 }, (_, index) => `d-${String(index + 1).padStart(4, '0')}`);

describe('a fleet file that is edited after two waves have passed', () => {
  test.each([
    ['a device of a wave that has begun is taken out', FLEET.slice(1), FLEET.slice(5)],
    ['a device of the wave to come is taken out', FLEET.slice(0, 9), FLEET.slice(5, 9)],
    ['a device is added at its end', [...FLEET, 'd-0011'], [...FLEET.slice(5), 'd-0011']],
    ['its devices are in another order', FLEET.toReversed(), FLEET.slice(5).toReversed()],
  ])('%s: the wave to come is drawn anew, and every other keeps its devices', async (_, fleet, rest) => {
    const project = await openProject(QUICK, DRAWN);
    const { run } = project;
    project.write('fleet.txt', `${FLEET.join('\n')}\n`);
    expect((await run('run', 'plan.yaml', '--yes')).exitCode).toBe(3);
    project.write('fleet.txt', `${fleet.join('\n')}\n`);
    const edited = await run('run', 'plan.yaml', '--yes');
    expect(edited.exitCode, edited.stderr).toBe(3);
    await run('approve', 'r', '--wave', 'rest');
    const done = await run('run', 'r', '--yes');
    expect(done.exitCode, done.stderr).toBe(0);
    const { devices, deployments } = await reportOf(project);
    expect(deployments.map(({ key }) => key)).toEqual(['canary/1', 'third/1', 'rest/1']);
    expect(devices.map(({ serial }) => serial)).toEqual([...FLEET.slice(0, 5), ...rest]);
    // The same once more: it is finished, and nothing is deployed.
    expect(await run('run', 'plan.yaml', '--yes')).toMatchObject({ exitCode: 0 });
  });

  test('what the begun waves keep is told, and on record', async () => {
    const project = await openProject(QUICK, DRAWN);
    project.write('fleet.txt', `${FLEET.join('\n')}\n`);
    await project.run('run', 'plan.yaml', '--yes');
    project.write('fleet.txt', `${FLEET.slice(1).join('\n')}\n`);
    const { stderr } = await project.run('run', 'plan.yaml', '--yes', '--progress', 'plain');
    expect(stderr).toContain('kept as recorded: wave canary: devices 2 (only here: d-0001) on record, 2');
    const again = await project.run('run', 'plan.yaml', '--yes', '--progress', 'plain');
    expect(again.stderr).not.toContain('plan changed');
  });
});

test('a wave of which the API refused all may have smaller batches, and is deployed once', async () => {
  const waves = (batch: string) => `${HEAD}waves:
  - name: canary
    devices: [d-0001, d-0002, d-0003, d-0004]
  - name: rest
${batch}    devices: [d-0005, d-0006, d-0007, d-0008, d-0009, d-0010]
`;
  const project = await openProject(`${QUICK}bodyLimit: { bytes: 110 }\n`, waves(''));
  const { run } = project;
  const halted = await run('run', 'plan.yaml', '--yes');
  expect(halted.exitCode, halted.stderr).toBe(1);
  expect(halted.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Set a smaller batch.size for wave rest in the plan',
  );
  project.write('plan.yaml', waves('    batch: { size: 3 }\n'));
  expect(await run('retry', 'r')).toMatchObject({ exitCode: 0 });
  const done = await run('run', 'plan.yaml', '--yes');
  expect(done.exitCode, done.stderr).toBe(0);
  const { deployments, devices } = await reportOf(project);
  expect(deployments.map(({ key }) => key)).toEqual(['canary/1', 'rest/1', 'rest/1.2', 'rest/2']);
  expect(devices.map(({ serial }) => serial)).toEqual(FLEET);
});

describe('a limit of a wave that has begun', () => {
  const plan = (limit: number) => `${HEAD}waves:
  - name: first
    devices: [d-0001, d-0002, d-0003, d-0004]
    batch: { size: 2 }
    maxFailures: ${limit}
    window: { from: '00:00', to: '24:00', timeZone: UTC }
  - name: second
    devices: [d-0005]
    approval: required
`;

  test('that is looser is refused, with both', async () => {
    const project = await openProject(QUICK, plan(1));
    expect((await project.run('run', 'plan.yaml', '--yes')).exitCode).toBe(3);
    project.write('plan.yaml', plan(2));
    const { exitCode, stderr } = await project.run('run', 'plan.yaml', '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('wave first: maxFailures 1 on record, 2 in the plan');
    expect(stderr).toContain('breakwater run r');
  });

  test('that is stricter counts at once, for what has failed so far too', async () => {
    const scenario = `${QUICK}overrides: [{ serials: [d-0001], outcomes: { failed: 100% } }]
faults: [{ fault: forbidden, call: post, at: [2] }]
`;
    const project = await openProject(scenario, plan(1));
    const stopped = await project.run('run', 'plan.yaml', '--yes');
    expect(stopped.exitCode, stopped.stderr).toBe(4);
    const begun = await reportOf(project);
    const waiting = ['waiting', 'waiting', 'waiting'];
    project.write('plan.yaml', plan(0));
    const halted = await project.run('run', 'plan.yaml', '--yes');
    expect(halted.exitCode, halted.stderr).toBe(1);
    const { deployments, devices, planChanges } = await reportOf(project);
    expect(planChanges.flatMap(({ changes }) => changes)).toEqual([
      'wave first: maxFailures 1 on record, 0 in the plan',
    ]);
    expect(deployments).toEqual(begun.deployments);
    expect(devices.map(({ standing }) => standing)).toEqual(['failed', 'success', ...waiting]);
  });

  test('that is stricter counts at once, for a wave that has passed, too', async () => {
    const scenario = `${QUICK}overrides: [{ serials: [d-0001], outcomes: { failed: 100% } }]\n`;
    const project = await openProject(scenario, plan(1));
    expect((await project.run('run', 'plan.yaml', '--yes')).exitCode).toBe(3);
    project.write('plan.yaml', plan(0));
    const halted = await project.run('run', 'plan.yaml', '--yes');
    expect(halted.exitCode, halted.stderr).toBe(1);
    const message = 'wave first (passed): 1 of 4 devices failed, none tolerated (maxFailures 0)';
    expect(halted.stdout.replaceAll(/\s+/g, ' ')).toContain(message);
    const retried = await project.run('retry', 'r');
    expect(`${retried.stdout}${retried.stderr}`).toContain('there is nothing to retry');
    expect((await project.run('resume', 'r', '--reason', 'known')).exitCode).toBe(0);
    expect((await project.run('approve', 'r', '--wave', 'second')).exitCode).toBe(0);
    const ended = await project.run('run', 'plan.yaml', '--yes');
    expect(ended.exitCode, ended.stderr).toBe(0);
    const { devices } = await reportOf(project);
    expect(devices.map(({ standing }) => standing)).toEqual([
      'failed',
      'success',
      'success',
      'success',
      'success',
    ]);
  });
});
