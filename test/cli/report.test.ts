import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAILS_ONCE, openProject, PLAN } from '../kit/projects.ts';

/** A rollout that has halted, on record. */
async function openHalted() {
  const project = await openProject(FAILS_ONCE, PLAN);
  const run = await project.run('run', 'plan.yaml', '--yes');
  expect(run.exitCode, run.stderr).toBe(1);
  return project;
}

test('a report goes to stdout, or to the file that is named', async () => {
  const project = await openHalted();
  for (const format of ['markdown', 'json', 'csv', 'junit']) {
    const shown = await project.run('report', 'kiosk-1', '--format', format);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const written = await project.run('report', 'kiosk-1', '--format', format, '--out', 'report.txt');
    expect(written).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(project.cwd, 'report.txt'), 'utf8').trimEnd()).toBe(shown.stdout.trimEnd());
  }
});

test('a person is told what happened, without colours in a pipe or a file', async () => {
  const project = await openHalted();
  const { exitCode, stdout } = await project.run('report', 'kiosk-1');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✖ Rollout kiosk-1 has halted in wave first[^]*Timeline[^]*Waves/);
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
