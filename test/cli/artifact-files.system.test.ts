import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderArtifactRecords } from '../../src/plan/artifact-record.ts';
import { ARTIFACT_NAME, uploadRecord } from '../kit/artifacts.ts';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';

const CONTENT = 'firmware 2.14';
const MD5 = createHash('md5').update(CONTENT).digest('hex');
const PLAN = `version: 1
name: kiosk-1
region: us
artifact: { file: ../build/${ARTIFACT_NAME} }
waves:
  - name: first
    devices: [k-1, k-2]
`;

function project(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  const all = { '.git/HEAD': 'ref', 'plans/plan.yaml': PLAN, [`build/${ARTIFACT_NAME}`]: CONTENT, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const UPLOADED = { '.breakwater/artifacts.json': renderArtifactRecords([uploadRecord(7, { md5: MD5 })]) };

describe('a plan that names its artifact by a file', () => {
  test('is valid and plain where the file has been uploaded, and its plan names the UUID', async () => {
    const cwd = project(UPLOADED);
    const checked = await breakwater(['validate', 'plans/plan.yaml'], { cwd });
    expect(checked).toMatchObject({
      exitCode: 0,
      stdout: 'plans/plan.yaml: valid: kiosk-1, 1 wave, 2 devices',
    });
    const { exitCode, stdout } = await breakwater(['plan', 'plans/plan.yaml', '--format', 'json'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a5ae26cf-3b80-4f7a-8bd1-000000000007');
  });

  test('is valid with a warning where it has not, and cannot be planned or run', async () => {
    const cwd = project({});
    const checked = await breakwater(['validate', 'plans/plan.yaml'], { cwd });
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toContain('warning[artifact-not-uploaded]');
    expect(checked.stdout).toContain(`breakwater artifact upload build/${ARTIFACT_NAME} --region us`);
    for (const args of [
      ['plan', 'plans/plan.yaml', '--out', 'saved.json'],
      ['run', 'plans/plan.yaml', '--yes'],
    ]) {
      const { exitCode, stderr } = await breakwater(args, { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('error[artifact-not-uploaded]');
    }
  });

  test('can be simulated and rehearsed before it is uploaded', async () => {
    const cwd = project({});
    const { exitCode, stderr } = await breakwater(['rehearse', 'plans/plan.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning[artifact-not-uploaded]');
  });

  test('is looked up where the settings and the environment put the record', async () => {
    const cwd = project({
      'breakwater.config.yaml': 'state: records\n',
      'records/artifacts.json': UPLOADED['.breakwater/artifacts.json'],
    });
    expect((await breakwater(['plan', 'plans/plan.yaml'], { cwd })).exitCode).toBe(0);
    const env = { BREAKWATER_STATE: 'elsewhere' };
    expect((await breakwater(['plan', 'plans/plan.yaml'], { cwd, env })).exitCode).toBe(2);
  });

  test('is checked without asking the database that holds the record', async () => {
    const cwd = project({ 'breakwater.config.yaml': 'state: postgres://127.0.0.1:1/none\n' });
    expect(await breakwater(['validate', 'plans/plan.yaml'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'plans/plan.yaml: valid: kiosk-1, 1 wave, 2 devices',
    });
    const run = await breakwater(['run', 'plans/plan.yaml', '--yes'], { cwd });
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('127.0.0.1');
  });

  test('is not checked to the end where the record is damaged', async () => {
    const cwd = project({ '.breakwater/artifacts.json': '{' });
    const { exitCode, stdout, stderr } = await breakwater(['validate', 'plans/plan.yaml'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: 'plans/plan.yaml: not checked completely' });
    expect(stderr).toContain('artifacts.json: it is not JSON');
  });

  test('is not valid where the settings that say where the record is are not', async () => {
    const cwd = project({ ...UPLOADED, 'breakwater.config.yaml': 'stat: records\n' });
    const { exitCode, stdout } = await breakwater(['validate', 'plans/plan.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('breakwater.config.yaml:1:1: error[schema-unknown-key]');
  });
});
