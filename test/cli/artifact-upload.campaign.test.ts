import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeArtifact, makeTar, nameFor } from '../kit/archives.ts';
import { breakwater } from '../kit/command.ts';
import { openProject, QUICK } from '../kit/projects.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const ARTIFACT = makeArtifact();
const ARTIFACT_NAME = nameFor(ARTIFACT);

const PLAN = `version: 1
name: kiosk-1
region: us
artifact: { file: ${ARTIFACT_NAME} }
waves:
  - name: first
    devices: [k-1, k-2]
`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('breakwater artifact upload', () => {
  test('prints the UUID alone, once and again, and the plan that names the file deploys it', async () => {
    // No artifact exists but what is uploaded.
    const project = await openProject(`${QUICK}artifacts: []\n`, PLAN);
    writeFileSync(join(project.cwd, ARTIFACT_NAME), ARTIFACT);
    const first = await project.run('artifact', 'upload', ARTIFACT_NAME);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(UUID);
    // With no credentials, and no API.
    const again = await breakwater(['artifact', 'upload', ARTIFACT_NAME, '--format', 'json'], {
      cwd: project.cwd,
      env: {},
    });
    expect(again.exitCode).toBe(0);
    expectValid(compileSchema('uploaded-artifact'), [JSON.parse(again.stdout)]);
    expect(JSON.parse(again.stdout)).toMatchObject({ uuid: first.stdout, isNew: false });
    const text = readFileSync(join(project.cwd, '.breakwater', 'artifacts.json'), 'utf8');
    expectValid(compileSchema('artifacts'), [JSON.parse(text)]);
    const run = await project.run('run', 'plan.yaml', '--yes');
    expect(run.exitCode).toBe(0);
    const journal = readFileSync(join(project.cwd, '.breakwater', 'kiosk-1', 'journal.jsonl'), 'utf8');
    expect(journal).toContain(`"artifact":{"uuid":"${first.stdout}"}`);
    const anew = await project.run('artifact', 'upload', ARTIFACT_NAME, '--again');
    expect(anew.stdout).toMatch(UUID);
    expect(anew.stdout).not.toBe(first.stdout);
  });

  test('uploads to the region that it is told, and to no other', async () => {
    const project = await openProject(QUICK, PLAN);
    writeFileSync(join(project.cwd, ARTIFACT_NAME), ARTIFACT);
    await project.run('artifact', 'upload', ARTIFACT_NAME, '--region', 'eu');
    const { exitCode, stderr } = await project.run('plan', 'plan.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is uploaded to eu, but not to us');
  });

  test.each([
    ['firmware.tar.gz', [], 'is not a valid artifact name'],
    ['firmware.tar.gz', ['--name', 'firmware.zip'], 'Correct --name'],
    [ARTIFACT_NAME, [], 'file not found'],
  ])('refuses %s %j', async (file, flags, message) => {
    const project = await openProject(QUICK, PLAN);
    writeFileSync(join(project.cwd, 'firmware.tar.gz'), 'firmware');
    const { exitCode, stdout, stderr } = await project.run('artifact', 'upload', file, ...flags);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('of an archive without its script uploads nothing, unless it is told that it is meant so', async () => {
    const project = await openProject(QUICK, PLAN);
    const file = gzipSync(makeTar([{ path: 'readme', content: 'x' }]));
    const name = nameFor(file);
    writeFileSync(join(project.cwd, name), file);
    const refused = await project.run('artifact', 'upload', name);
    expect({ exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('error[artifact-script]');
    expect(refused.stderr).toContain('--allow-unusual');
    const lifted = await project.run('artifact', 'upload', name, '--allow-unusual', '--format', 'json');
    expect(lifted.exitCode, lifted.stderr).toBe(0);
    expectValid(compileSchema('uploaded-artifact'), [JSON.parse(lifted.stdout)]);
    expect(JSON.parse(lifted.stdout)).toMatchObject({
      findings: [{ code: 'artifact-script', severity: 'warning' }],
    });
  });

  test('of a file whose name has another digest warns and uploads it', async () => {
    const project = await openProject(QUICK, PLAN);
    const name = `${'0'.repeat(32)}${ARTIFACT_NAME.slice(32)}`;
    writeFileSync(join(project.cwd, name), ARTIFACT);
    const { exitCode, stdout, stderr } = await project.run('artifact', 'upload', name);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(UUID);
    expect(stderr).toContain('warning[artifact-digest]');
    expect(stderr).toContain(ARTIFACT_NAME.slice(0, 32));
  });

  test('of half an archive uploads nothing, whatever it is told', async () => {
    const project = await openProject(QUICK, PLAN);
    writeFileSync(join(project.cwd, ARTIFACT_NAME), ARTIFACT.subarray(0, ARTIFACT.length / 2));
    const { exitCode, stdout, stderr } = await project.run(
      'artifact',
      'upload',
      ARTIFACT_NAME,
      '--allow-unusual',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('error[archive-damaged]');
  });

  test('that is refused by the storage says so without its URL, exit 4', async () => {
    const faults = 'faults: [{ fault: redirect, call: upload }]\n';
    const project = await openProject(`${QUICK}${faults}`, PLAN);
    writeFileSync(join(project.cwd, ARTIFACT_NAME), ARTIFACT);
    const { exitCode, stdout, stderr } = await project.run('artifact', 'upload', ARTIFACT_NAME);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain('redirects are not followed');
    expect(stderr).not.toContain('signature');
  });
});
