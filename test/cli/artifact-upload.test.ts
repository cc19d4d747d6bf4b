import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ARTIFACT_NAME } from '../kit/artifacts.ts';
import { breakwater } from '../kit/command.ts';
import { openProject, QUICK } from '../kit/projects.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

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
    project.write(ARTIFACT_NAME, 'firmware 2.14');
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
    project.write(ARTIFACT_NAME, 'firmware 2.14');
    await project.run('artifact', 'upload', ARTIFACT_NAME, '--region', 'eu');
    const { exitCode, stderr } = await project.run('plan', 'plan.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('has been uploaded to eu, but not to us');
  });

  test.each([
    ['firmware.tar.gz', [], "cannot be an artifact's name"],
    ['firmware.tar.gz', ['--name', 'firmware.zip'], 'correct --name'],
    [ARTIFACT_NAME, [], 'there is no file'],
  ])('refuses %s %j', async (file, flags, message) => {
    const project = await openProject(QUICK, PLAN);
    writeFileSync(join(project.cwd, 'firmware.tar.gz'), 'firmware');
    const { exitCode, stdout, stderr } = await project.run('artifact', 'upload', file, ...flags);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('that is refused by the storage says so without its URL, exit 4', async () => {
    const faults = 'faults: [{ fault: redirect, call: upload }]\n';
    const project = await openProject(`${QUICK}${faults}`, PLAN);
    project.write(ARTIFACT_NAME, 'firmware 2.14');
    const { exitCode, stdout, stderr } = await project.run('artifact', 'upload', ARTIFACT_NAME);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain('a redirect, which is not followed');
    expect(stderr).not.toContain('signature');
  });
});
