import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPORT_FORMATS } from '../../src/views/report/formats.ts';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';

/** A rollout that has halted, on record. */
async function openHalted() {
  const project = await openProject(FAILS_ONCE, PLAN);
  const run = await project.run('run', 'plan.yaml', '--yes');
  expect(run.exitCode, run.stderr).toBe(1);
  return project;
}

test('a report goes to stdout, or to the file that is named', async () => {
  const project = await openHalted();
  for (const format of REPORT_FORMATS) {
    const shown = await project.run('report', 'kiosk-1', '--format', format);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const written = await project.run('report', 'kiosk-1', '--format', format, '--out', 'report.txt');
    expect(written).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const file = readFileSync(join(project.cwd, 'report.txt'), 'utf8');
    expect(undated(file), format).toBe(undated(shown.stdout));
  }
});

/** Without the moment at which the page was written. */
function undated(report: string): string {
  return report.replace(/Written \S+ \S+ UTC/, '').trimEnd();
}

test('a person is told what happened, without colours in a pipe or a file', async () => {
  const project = await openHalted();
  const { exitCode, stdout } = await project.run('report', 'kiosk-1');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✖ Rollout kiosk-1 halted in wave first[^]*Timeline[^]*Waves/);
  expect(stdout).not.toContain('\u001b');
});

test('the request ids of a real run are in it', async () => {
  const project = await openHalted();
  const { stdout } = await project.run('report', 'kiosk-1', '--format', 'json');
  const { deployments } = JSON.parse(stdout) as {
    readonly deployments: readonly { readonly requestIds: readonly string[] }[];
  };
  expect(deployments.length).toBeGreaterThan(0);
  for (const { requestIds } of deployments) expect(requestIds).toEqual([expect.stringMatching(/\S/)]);
});

test('an unknown rollout is refused with the nearest name', async () => {
  const project = await openHalted();
  const { exitCode, stdout, stderr } = await project.run('report', 'kiosk-2');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('did you mean kiosk-1?');
});

test('a damaged record is refused, naming the line', async () => {
  const project = await openHalted();
  appendFileSync(join(project.cwd, '.breakwater/kiosk-1/journal.jsonl'), 'not ours\n');
  const { exitCode, stdout, stderr } = await project.run('report', 'kiosk-1');
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toMatch(/journal\.jsonl:\d+: the journal is damaged/);
});

test('a file that cannot be written is told', async () => {
  const project = await openHalted();
  mkdirSync(join(project.cwd, 'folder'));
  const { exitCode, stderr } = await project.run('report', 'kiosk-1', '--out', 'folder');
  expect(exitCode).toBe(4);
  expect(stderr).toContain('the report cannot be written: ');
});

const OFFLINE_PLAN = `version: 1
name: r
region: us
artifact: { uuid: a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a }
haltGrace: 1s
waves:
  - { name: canary, devices: [d-0001, d-0002, d-0003, d-0004] }
  - { name: rest, timeout: 2s, devices: [d-0005, d-0006, d-0007, d-0008, d-0009, d-0010] }
`;

test('a device that timed out is told by whether it was online before the POST, in every format', async () => {
  const scenario = `${QUICK}account: [${Array.from({ length: 10 }, (_, at) => `d-00${String(at + 1).padStart(2, '0')}`).join(', ')}]
overrides:
  - { serials: [d-0007], outcomes: { stuck: 100% } }
  - { serials: [d-0008, d-0009, d-0010], connection: offline, outcomes: { stuck: 100% } }
`;
  const project = await openProject(scenario, OFFLINE_PLAN);
  const halted = await project.run('run', 'plan.yaml', '--yes');
  expect(halted.exitCode, halted.stderr).toBe(1);
  const shown = await Promise.all(
    // Those that hold data have words of their own for it.
    REPORT_FORMATS.filter((format) => format !== 'json' && format !== 'csv').map(
      async (format) => (await project.run('report', 'r', '--format', format)).stdout,
    ),
  );
  for (const text of [...shown, (await project.run('status', 'r')).stdout]) {
    expect(text).toContain('offline before the POST');
    expect(text).toContain('online before the POST');
  }
  const csv = (await project.run('report', 'r', '--format', 'csv')).stdout;
  const rows = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  expect(rows.slice(-4).map((row) => [row[2], row.at(-1)])).toEqual([
    ['d-0007', 'online'],
    ['d-0008', 'offline'],
    ['d-0009', 'offline'],
    ['d-0010', 'offline'],
  ]);
  const status = (await project.status('r')) as {
    readonly deployments: readonly { readonly connections: unknown }[];
  };
  expect(status.deployments.at(-1)?.connections).toMatchObject({
    offline: ['d-0008', 'd-0009', 'd-0010'],
    notListed: [],
  });
});

test('the last word on a device is in status and in every format, where it was no outcome', async () => {
  const scenario = `${QUICK}overrides:
  - { serials: [d-0004], outcomes: { odd: 100% }, word: canceled }
`;
  const plan = OFFLINE_PLAN.replace('name: canary,', 'name: canary, timeout: 2s,');
  const project = await openProject(scenario, plan);
  const halted = await project.run('run', 'plan.yaml', '--yes');
  expect(halted.exitCode, halted.stderr).toBe(1);
  expect(halted.stdout).toContain('listed as "canceled"');
  for (const format of REPORT_FORMATS) {
    expect((await project.run('report', 'r', '--format', format)).stdout, format).toContain('canceled');
  }
  for (const args of [
    ['status', 'r'],
    ['status', 'r', '--format', 'json'],
  ]) {
    expect((await project.run(...args)).stdout).toContain('canceled');
  }
});
