import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { renderArtifactRecords } from '../../src/plan/artifact-record.ts';
import { uploadRecord } from '../kit/artifacts.ts';
import { makeFolder } from '../kit/folders.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };

function folderWith(text: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'artifacts.json'), text);
  return folder;
}

describe('the file of uploads', () => {
  test('is as its published schema says, and nothing else is left beside it', async () => {
    const folder = join(makeFolder(), 'made', 'on the way');
    const store = openFileStore(folder, clock);
    const records = [uploadRecord(1), uploadRecord(2, { uuid: null, uploadedAt: null, region: 'eu' })];
    for (const record of records) expect(await store.putArtifact(record)).toMatchObject({ kind: 'done' });
    expect(readdirSync(folder)).toEqual(['artifacts.json']);
    const text = readFileSync(join(folder, 'artifacts.json'), 'utf8');
    expect(text).toBe(renderArtifactRecords(records));
    expectValid(compileSchema('artifacts'), [JSON.parse(text)]);
  });

  test.each([
    ['not JSON', '{"version":1,', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    [
      'of another shape',
      '{"version":1,"artifacts":{}}',
      'it does not match its schema: `artifacts` breaks the rule `type`',
    ],
    [
      'of a newer release',
      '{"version":2,"artifacts":[]}',
      'it was written by a newer release of Breakwater (version 2; this release reads version 1)',
    ],
    [
      'with a UUID that is none',
      renderArtifactRecords([uploadRecord(1, { uuid: '../../connection' })]),
      'it does not match its schema: `artifacts.0.uuid` breaks the rule `pattern`',
    ],
  ])('that is %s is told, and is not written over', async (_, text, reason) => {
    const folder = folderWith(text);
    const store = openFileStore(folder, clock);
    for (const outcome of [await store.readArtifacts(), await store.putArtifact(uploadRecord(1))]) {
      expect(outcome).toMatchObject({ kind: 'problem', problem: 'damaged' });
      expect(outcome.kind === 'problem' && outcome.message).toContain(
        `${join(folder, 'artifacts.json')}: ${reason}`,
      );
    }
    expect(readFileSync(join(folder, 'artifacts.json'), 'utf8')).toBe(text);
  });

  test('shows nothing of a file that is none of ours', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'passwd'), 'root:x:0:0:s3cret');
    symlinkSync('passwd', join(folder, 'artifacts.json'));
    expect(JSON.stringify(await openFileStore(folder, clock).readArtifacts())).not.toMatch(/root|s3cret/);
  });

  test('that cannot be replaced is left as it was, and no draft of it is left', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'artifacts.json'));
    expect(await openFileStore(folder, clock).putArtifact(uploadRecord(1))).toMatchObject({
      kind: 'problem',
    });
    expect(readdirSync(folder)).toEqual(['artifacts.json']);
  });
});
