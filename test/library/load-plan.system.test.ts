import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { loadPlan, OptionError, previewRollout, UploadsError } from '../../src/library/index.ts';
import { renderArtifactRecords } from '../../src/plan/artifact-record.ts';
import { ARTIFACT_NAME, uploadRecord } from '../kit/artifacts.ts';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { PLAN } from '../kit/projects.ts';

function write(name: string, text: string, folder = makeFolder()): string {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('a plan that is loaded', () => {
  test('is what the command line makes of it, with its digest and its warnings', async () => {
    const path = write('plan.yaml', PLAN.replace('waves:', 'maxFailures: 100%\nwaves:'));
    const { plan, digest, findings } = await loadPlan(path);
    const shown = await breakwater(['plan', path, '--format', 'json']);
    const told = await breakwater(['validate', path, '--format', 'json']);
    expect(findings.length).toBeGreaterThan(0);
    expect({ diagnostics: findings }).toEqual({
      diagnostics: (JSON.parse(told.stdout) as { diagnostics: unknown }).diagnostics,
    });
    expect(digest).toBe((JSON.parse(shown.stdout) as { digest: unknown }).digest);
    expect(previewRollout(present(plan, 'the plan'))).toEqual(JSON.parse(shown.stdout));
  });

  test('is the same from its text, and finds its device files from its path', async () => {
    const text = PLAN.replace('[k-1, k-2]', '{ file: lists/first.txt }');
    const path = write('plan.yaml', text);
    write('lists/first.txt', 'k-1\nk-2\n', join(path, '..'));
    const fromFile = await loadPlan(path);
    writeFileSync(path, 'something else');
    expect(await loadPlan({ path, text })).toEqual(fromFile);
    expect(fromFile.plan?.waves.map(({ devices }) => devices.length)).toEqual([2, 3]);
  });

  test('may be one that was saved', async () => {
    const path = write('plan.yaml', PLAN);
    const saved = join(path, '..', 'saved.json');
    await breakwater(['plan', path, '--out', saved]);
    expect((await loadPlan(saved)).digest).toBe((await loadPlan(path)).digest);
  });

  test('cannot be changed', async () => {
    const { plan } = await loadPlan({ path: 'plan.yaml', text: PLAN });
    const devices = present(plan?.waves[0], 'the first wave').devices as unknown as string[];
    expect(() => devices.push('k-9')).toThrow(TypeError);
  });
});

describe('a plan that is wrong', () => {
  test('is told with every place, and never thrown', async () => {
    const text = PLAN.replace('region: us', 'regoin: us').replace('k-2', 'k-1');
    const { plan, digest, findings } = await loadPlan({ path: 'plans/kiosk.yaml', text });
    expect({ plan, digest }).toEqual({ plan: null, digest: null });
    expect(findings[0]).toMatchObject({
      path: 'plans/kiosk.yaml',
      line: 3,
      column: 1,
      endLine: 3,
      endColumn: 7,
      code: 'schema-unknown-key',
      severity: 'error',
    });
  });

  test('is told where its file is not there', async () => {
    const path = join(makeFolder(), 'plan.yaml');
    expect(await loadPlan(path)).toMatchObject({
      plan: null,
      findings: [{ path, line: null, severity: 'error' }],
    });
  });
});

test('a plan that leaves its folder is refused, unless it is trusted', async () => {
  const path = write('plans/plan.yaml', PLAN.replace('[k-1, k-2]', '{ file: ../first.txt }'));
  write('first.txt', 'k-1\nk-2\n', join(path, '../..'));
  expect((await loadPlan(path)).findings).toMatchObject([{ severity: 'error', line: 7 }]);
  expect((await loadPlan(path, { allowOutside: true })).plan?.waves[0]?.devices).toEqual(['k-1', 'k-2']);
});

describe('a plan that names its artifact by a file', () => {
  const CONTENT = 'firmware 2.14';
  const NAMED = PLAN.replace(/uuid: [0-9a-f-]+/, `file: ${ARTIFACT_NAME}`);

  function openFolder() {
    const path = write('plan.yaml', NAMED);
    const folder = join(path, '..');
    write(ARTIFACT_NAME, CONTENT, folder);
    return { path, folder };
  }

  test('is resolved by the record of uploads', async () => {
    const { path, folder } = openFolder();
    const md5 = createHash('md5').update(CONTENT).digest('hex');
    const record = uploadRecord(7, { md5 });
    write('state/artifacts.json', renderArtifactRecords([record]), folder);
    const { plan } = await loadPlan(path, { state: join(folder, 'state') });
    expect(plan?.artifact.uuid).toBe('a5ae26cf-3b80-4f7a-8bd1-000000000007');
  });

  test('is wrong where nothing was uploaded', async () => {
    const { path, folder } = openFolder();
    const { plan, findings } = await loadPlan(path, { state: join(folder, 'state') });
    expect({ plan, codes: findings.map(({ code }) => code) }).toEqual({
      plan: null,
      codes: ['artifact-not-uploaded'],
    });
  });

  test('needs to be told where uploads are on record', async () => {
    const { path, folder } = openFolder();
    await expect(loadPlan(path)).rejects.toThrow(OptionError);
    await expect(loadPlan(path, { state: 'mysql://x/y' })).rejects.toThrow(
      'state is a URL of mysql; expected a folder or a `postgres://` URL',
    );
    write('state/artifacts.json', '{', folder);
    await expect(loadPlan(path, { state: join(folder, 'state') })).rejects.toThrow(UploadsError);
  });
});
