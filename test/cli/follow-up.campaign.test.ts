/** Devices that a rollout leaves open, and what the next rollout and `follow-up` do about them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPORT_FORMATS } from '../../src/views/report/formats.ts';
import { startSimulator, breakwater } from '../kit/command.ts';
import { openProject, QUICK } from '../kit/projects.ts';

const PLAN = `version: 1
name: v2.14
region: us
artifact: { uuid: a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a }
waves:
  - { name: all, devices: [d-0001, d-0002, d-0003, d-0004], timeout: 1s, maxFailures: 1 }
`;

const NEXT = PLAN.replace('v2.14', 'v2.15').replace('a5ae26cf', 'b5ae26cf');

/** d-0004 ends after its time-out; or never. */
const late = (duration: string) =>
  `${QUICK}overrides: [{ serials: [d-0004], deployments: [1], duration: { fixed: ${duration} } }]\n`;
const NEVER = `${QUICK}overrides: [{ serials: [d-0004], deployments: [1], outcomes: { stuck: 100% } }]\n`;

type Project = Awaited<ReturnType<typeof openProject>>;

async function openAfter(scenario: string): Promise<Project> {
  const project = await openProject(scenario, PLAN);
  const { exitCode, stderr, stdout } = await project.run('run', 'plan.yaml', '--yes');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('check 1 device that failed (within tolerance)');
  expect(stdout).toContain('breakwater follow-up v2.14');
  project.write('next.yaml', NEXT);
  return project;
}

async function deploymentsOf(project: Project, name: string): Promise<number> {
  const { deployments } = (await project.status(name)) as { readonly deployments: readonly unknown[] };
  return deployments.length;
}

describe('the next rollout over a device that an earlier one left open', () => {
  test('is refused, --yes or not, with the devices, the rollout and the commands', async () => {
    const project = await openAfter(NEVER);
    for (const flags of [['--yes'], []]) {
      const refused = await project.run('run', 'next.yaml', ...flags);
      expect(refused.exitCode, refused.stderr).toBe(2);
      for (const part of [
        'v2.14',
        'd-0004',
        'breakwater follow-up v2.14',
        '--accept-open',
        '--allow-overlap',
      ])
        expect(refused.stderr).toContain(part);
    }
    expect((await project.run('status', 'v2.15')).exitCode).toBe(2);
    const agreed = await project.run('run', 'next.yaml', '--yes', '--allow-overlap');
    expect(agreed.exitCode, agreed.stderr).toBe(0);
    expect(await deploymentsOf(project, 'v2.15')).toBe(1);
  });

  test('is told by plan --records, in each format, and by no other plan', async () => {
    const project = await openAfter(NEVER);
    const text = await project.run('plan', 'next.yaml', '--records');
    expect(text.exitCode, text.stderr).toBe(0);
    expect(text.stdout).toContain('v2.14');
    expect(text.stdout).toContain('d-0004');
    const markdown = await project.run('plan', 'next.yaml', '--records', '--format', 'markdown');
    expect(markdown.stdout).toContain('d-0004): 1 timed out');
    const { stdout } = await project.run('plan', 'next.yaml', '--records', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      records: { open: [{ rollout: 'v2.14', devices: [{ serial: 'd-0004', why: 'timed-out' }] }] },
    });
    const plain = await project.run('plan', 'next.yaml', '--format', 'json');
    expect(JSON.parse(plain.stdout)).not.toHaveProperty('records');
    await project.run('plan', 'next.yaml', '--records', '--out', 'saved.json');
    await project.run('plan', 'next.yaml', '--out', 'other.json');
    const read = (name: string) => readFileSync(join(project.cwd, name), 'utf8');
    expect(read('saved.json')).toBe(read('other.json'));
  });

  test('starts once a person has closed it with a reason', async () => {
    const project = await openAfter(NEVER);
    const unsaid = await project.run('follow-up', 'v2.14', '--accept-open');
    expect(unsaid.exitCode).toBe(2);
    expect(unsaid.stderr).toContain('--reason');
    const closed = await project.run('follow-up', 'v2.14', '--accept-open', '--reason', 'it was scrapped');
    expect(closed.exitCode, closed.stderr).toBe(0);
    expect(closed.stdout).toContain('1 open device closed');
    expect((await project.run('status', 'v2.14')).stdout).not.toContain('breakwater follow-up');
    // The other two hold devices, and no orders.
    for (const format of REPORT_FORMATS.filter((one) => one !== 'csv' && one !== 'junit')) {
      const { stdout } = await project.run('report', 'v2.14', '--format', format);
      expect(stdout).toContain('it was scrapped');
    }
    const next = await project.run('run', 'next.yaml', '--yes');
    expect(next.exitCode, next.stderr).toBe(0);
  });

  test('is refused where the record of an earlier rollout cannot be read', async () => {
    const project = await openAfter(NEVER);
    const path = join(project.cwd, '.breakwater', 'v2.14', 'journal.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('d-0004', 'd-0005'));
    const refused = await project.run('run', 'next.yaml', '--yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('damaged');
  });

  test('is refused for a record that was set aside, whose device no later run deployed to', async () => {
    const project = await openAfter(NEVER);
    project.write('plan.yaml', PLAN.replace(', d-0004]', ']'));
    const again = await project.run('run', 'plan.yaml', '--yes', '--again');
    expect(again.exitCode, again.stderr).toBe(0);
    const refused = await project.run('run', 'next.yaml', '--yes');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('archived');
  });
});

describe('follow-up', () => {
  test('records that a device ended after its time-out, and the next rollout starts', async () => {
    const project = await openAfter(late('3s'));
    // It ends as time passes at the simulator; ask until then.
    let asked = await project.run('follow-up', 'v2.14');
    while (asked.exitCode === 3) asked = await project.run('follow-up', 'v2.14');
    expect(asked.exitCode, asked.stderr).toBe(0);
    expect(asked.stdout).toContain('1 device ended late as success: d-0004');
    expect(asked.stdout).toContain('no device is open');
    expect(await project.status('v2.14')).toMatchObject({
      status: 'completed',
      deployments: [
        {
          lateOutcomes: [{ serial: 'd-0004', outcome: 'success' }],
          followedUp: { answer: 'listed' },
        },
      ],
    });
    for (const format of REPORT_FORMATS) {
      const { stdout } = await project.run('report', 'v2.14', '--format', format);
      expect(stdout).toContain('d-0004');
    }
    const status = await project.run('status', 'v2.14');
    expect(status.stdout).not.toContain('breakwater follow-up');
    const next = await project.run('run', 'next.yaml', '--yes');
    expect(next.exitCode, next.stderr).toBe(0);
  });

  test('ends with 3 and the next commands while a device is open', async () => {
    const project = await openAfter(NEVER);
    const asked = await project.run('follow-up', 'v2.14');
    expect(asked.exitCode, asked.stderr).toBe(3);
    expect(asked.stdout).toContain('d-0004): 1 timed out');
    expect(asked.stdout).toContain('breakwater follow-up v2.14 --accept-open --reason');
  });

  test('leaves devices open whose deployment the API no longer knows', async () => {
    const project = await openAfter(NEVER);
    // Another account: it never heard of this deployment.
    const { cwd } = project;
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const asked = await breakwater(['follow-up', 'v2.14'], { cwd, env });
    expect(asked.exitCode, asked.stderr).toBe(3);
    expect(asked.stdout).toContain('the API no longer knows 1 deployment: all/1');
    expect(asked.stdout).toContain('d-0004');
  });

  test.each([
    ['a rollout that is not on record', ['follow-up', 'v9'], 'no rollout'],
    ['a reason without --accept-open', ['follow-up', 'v2.14', '--reason', 'x'], '--accept-open'],
  ])('is refused for %s', async (_, args, why) => {
    const project = await openProject(QUICK, PLAN);
    await project.run('run', 'plan.yaml', '--yes');
    const refused = await project.run(...args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(why);
  });
});
