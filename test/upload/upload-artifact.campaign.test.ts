import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultRule, FAULT_NAMES, UPLOAD_FAULT_NAMES } from '../../src/backend/simulator/scenario.ts';
import type { FaultName } from '../../src/backend/simulator/scenario.ts';
import { ARTIFACT_NAME } from '../kit/artifacts.ts';
import { openUpload } from './kit.ts';

/** Nothing that is told or comes out of an upload says how it may be done. */
function expectNoSignature(...told: readonly unknown[]): void {
  expect(JSON.stringify(told)).not.toMatch(/signature=|expires=/);
}

describe('an upload', () => {
  test('makes one artifact and brings its file, with each step on record', async () => {
    const { upload, kinds, simulator, records, sum, notices } = await openUpload();
    const outcome = await upload();
    const [artifact] = simulator.artifacts();
    expect(artifact).toMatchObject({ name: ARTIFACT_NAME, md5: sum.md5, bytes: sum.bytes });
    expect(outcome).toMatchObject({ kind: 'uploaded', record: { uuid: artifact?.uuid } });
    expect(kinds()).toEqual(['artifact 200', 'upload-url 200', 'upload 200']);
    expect(await records.readArtifacts()).toMatchObject({
      value: [{ ...sum, uuid: artifact?.uuid, region: 'us', uploadedAt: '2026-11-25T18:00:00.000Z' }],
    });
    expect(notices.at(-1)).toEqual({ kind: 'sent', bytes: sum.bytes });
  });

  test('that was cut short goes on with the artifact that it has', async () => {
    const faults = [faultRule({ fault: 'status-503', call: 'upload', at: [1, 2, 3, 4] })];
    const { upload, simulator, notices, kinds } = await openUpload({ faults });
    expect(await upload()).toEqual({
      kind: 'refused',
      message: 'the storage answered with 503 (ServiceUnavailable)',
    });
    expect(await upload()).toMatchObject({ kind: 'uploaded' });
    expect(simulator.artifacts()).toHaveLength(1);
    expect(notices).toContainEqual({ kind: 'going-on', uuid: simulator.artifacts()[0]?.uuid });
    expect(kinds().filter((kind) => kind.startsWith('artifact'))).toHaveLength(1);
  });

  test('makes another one where the artifact that it had is gone, and says nothing of success before', async () => {
    const { upload, records, simulator } = await openUpload();
    const lost = { md5: '', uuid: 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a' };
    const begun = { ...(await openUpload()).sum, name: ARTIFACT_NAME, region: 'us' as const };
    await records.putArtifact({
      ...begun,
      id: '00000000-0000-4000-8000-999999999999',
      uuid: lost.uuid,
      begunAt: '2026-11-25T17:00:00.000Z',
      uploadedAt: null,
    });
    const outcome = await upload();
    expect(outcome).toMatchObject({ kind: 'uploaded', record: { uuid: simulator.artifacts()[0]?.uuid } });
    const outcomes = await records.readArtifacts();
    expect(outcomes.kind === 'done' && outcomes.value).toHaveLength(1);
  });

  test('says that an artifact may have been made by one that ended before it knew', async () => {
    const faults = [faultRule({ fault: 'reset-after-effect', call: 'artifact' })];
    const one = await openUpload({ faults });
    expect(await one.upload()).toMatchObject({ kind: 'refused' });
    expect(one.notices.filter(({ kind }) => kind === 'maybe-made')).toHaveLength(4);
    one.notices.length = 0;
    await one.upload();
    expect(one.notices[0]).toEqual({ kind: 'maybe-made', failure: null });
  });

  test('whose file is taken and not acknowledged is not on record as done, and is sent again', async () => {
    const faults = [faultRule({ fault: 'reset-after-effect', call: 'upload', at: [1, 2, 3, 4] })];
    const { upload, records, simulator, sum } = await openUpload({ faults });
    const outcome = await upload();
    expect(outcome.kind === 'refused' && outcome.message).toContain('the upload failed');
    const [made] = simulator.artifacts();
    expect(made).toMatchObject({ bytes: sum.bytes });
    expect(await records.readArtifacts()).toMatchObject({ value: [{ uuid: made?.uuid, uploadedAt: null }] });
    expect(await upload()).toMatchObject({ kind: 'uploaded', record: { uuid: made?.uuid } });
    expect(simulator.artifacts()).toHaveLength(1);
  });

  test('waits for Reset where the rate limit is used up, and makes no call before', async () => {
    const faults = [faultRule({ fault: 'status-429', call: 'artifact', at: [1] })];
    const { upload, calls, simulator } = await openUpload({ faults });
    expect(await upload()).toMatchObject({ kind: 'uploaded' });
    expect(calls.map(({ status }) => status)).toEqual([429, 200, 200, 200]);
    expect(simulator.stats().whileBlocked).toBe(0);
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThan(3_000_000);
  });

  test.each([
    [
      'grows',
      (path: string) => {
        appendFileSync(path, 'more');
      },
    ],
    [
      'shrinks',
      (path: string) => {
        writeFileSync(path, 'less');
      },
    ],
    [
      'changes',
      (path: string, bytes: number) => {
        writeFileSync(path, Buffer.alloc(bytes, 'other '));
      },
    ],
  ])('of a file that %s since its checksum was taken is never finished', async (_, change) => {
    const { upload, path, sum, simulator } = await openUpload();
    change(path, sum.bytes);
    expect(await upload()).toEqual({ kind: 'changed' });
    expect(simulator.artifacts()).toMatchObject([{ bytes: null }]);
  });

  test('that is interrupted while it sends stops, and goes on later', async () => {
    const { upload, simulator, notices } = await openUpload();
    const stop = new AbortController();
    const tell = (notice: { readonly kind: string }) => {
      if (notice.kind === 'sent') stop.abort();
    };
    expect(await upload({ stop: stop.signal, notify: tell })).toEqual({ kind: 'stopped' });
    expect(await upload()).toMatchObject({ kind: 'uploaded' });
    expect(simulator.artifacts()).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'going-on' });
  });

  test('of a file that cannot be read rejects with the word of the system', async () => {
    const { upload, sum, path } = await openUpload();
    const file = { ...sum, name: ARTIFACT_NAME, pieces: () => readMissing(path) };
    await expect(upload({ file })).rejects.toThrow('ENOENT');
  });
});

async function* readMissing(path: string): AsyncGenerator<Buffer> {
  const { readPieces } = await import('../../src/upload/read-pieces.ts');
  yield* readPieces(`${path}.missing`, { md5: '', bytes: 1 });
}

const REFUSALS = FAULT_NAMES.filter((fault) => /^status-(?:302|4(?!29))/.test(fault));
const FATAL: ReadonlySet<FaultName> = new Set([...REFUSALS, 'unauthorized', 'forbidden', 'not-found']);
/** An answer that never comes is waited for longer than a test may. */
const TESTED = FAULT_NAMES.filter((fault) => fault !== 'timeout-after-effect' && fault !== 'slow');

describe('a fault that strikes once', () => {
  test.each(TESTED)('%s where the artifact is made is got over, or told', async (fault) => {
    const faults = [faultRule({ fault, call: 'artifact', at: [1] })];
    const { upload, simulator, notices } = await openUpload({ faults });
    const outcome = await upload();
    expect(outcome.kind).toBe(FATAL.has(fault) ? 'refused' : 'uploaded');
    const isDoubled = simulator.artifacts().length > 1;
    // Whoever may have left one behind says so.
    if (isDoubled) expect(notices).toContainEqual(expect.objectContaining({ kind: 'maybe-made' }));
    expectNoSignature(outcome, notices);
  });

  test.each([...TESTED, 'expired-url' as const])(
    '%s where the URL is asked for is got over, or told',
    async (fault) => {
      const faults = [faultRule({ fault, call: 'upload-url', at: [1] })];
      const { upload, simulator, notices } = await openUpload({ faults });
      const outcome = await upload();
      expect(outcome.kind).toBe(FATAL.has(fault) ? 'refused' : 'uploaded');
      expect(simulator.artifacts()).toHaveLength(1);
      expectNoSignature(outcome, notices);
    },
  );

  test.each([...TESTED, 'damaged-file' as const])(
    '%s where the file is put is got over, or told',
    async (fault) => {
      const faults = [faultRule({ fault, call: 'upload', at: [1] })];
      const { upload, simulator, notices } = await openUpload({ faults });
      const outcome = await upload();
      // The right to put it may have expired, and the file may have been damaged: both are well the next time.
      const isFatal = FATAL.has(fault) && fault !== 'forbidden' && fault !== 'status-400';
      expect(outcome.kind).toBe(isFatal ? 'refused' : 'uploaded');
      expect(simulator.artifacts()).toHaveLength(1);
      expectNoSignature(outcome, notices);
    },
  );

  test.each([
    ['wrong-checksum', 'upload-url', "its content_md5 is not the file's checksum: the file was not sent"],
    ['insecure-url', 'upload-url', 'its upload_url is not https: the file was not sent there'],
    ['redirect', 'upload', 'the storage answered with 307 (TemporaryRedirect); redirects are not followed'],
  ] as const)('%s always is told, and the file goes nowhere', async (fault, call, reason) => {
    const { upload, simulator, notices } = await openUpload({ faults: [faultRule({ fault, call })] });
    const outcome = await upload();
    expect(outcome.kind === 'refused' && outcome.message).toContain(reason);
    expect(simulator.artifacts()).toMatchObject([{ bytes: null }]);
    expectNoSignature(outcome, notices);
  });

  test('that is of uploads alone is one of these', () => {
    const told = ['expired-url', 'damaged-file', 'wrong-checksum', 'insecure-url', 'redirect'];
    expect([...UPLOAD_FAULT_NAMES].sort()).toEqual(told.sort());
  });
});
