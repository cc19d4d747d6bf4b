import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openAllxonClient } from '../../src/backend/allxon/client.ts';
import { openStorage } from '../../src/backend/allxon/storage.ts';
import { openUndiciTransport, TRANSPORT_DEFAULTS } from '../../src/backend/allxon/undici-transport.ts';
import type { Clock } from '../../src/base/clock.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { openSimulator } from '../../src/backend/simulator/server.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import type { Scenario } from '../../src/backend/simulator/scenario.ts';
import type { CallRecord } from '../../src/backend/simulator/ledger.ts';
import { readPieces } from '../../src/upload/read-pieces.ts';
import { uploadArtifact } from '../../src/upload/upload-artifact.ts';
import type { Uploading, UploadNotice } from '../../src/upload/upload-artifact.ts';
import { ARTIFACT_NAME } from '../kit/artifacts.ts';
import { makeFolder } from '../kit/folders.ts';
import { CREDENTIALS } from '../backend/simulator/kit.ts';

/** Whoever sleeps on it has slept at once. */
function eagerClock(): Clock {
  let now = Date.UTC(2026, 10, 25, 18);
  return {
    now: () => now,
    sleepUntil(at) {
      now = Math.max(now, at);
      return Promise.resolve();
    },
  };
}

/** A file of 3 MiB and a bit, a simulator, a client, a storage and a record, and what is told and called. */
export async function openUpload(scenario: Partial<Scenario> = {}) {
  const folder = makeFolder();
  const path = join(folder, ARTIFACT_NAME);
  const content = Buffer.alloc(3 * 1_048_576 + 17, 'firmware ');
  writeFileSync(path, content);
  const sum = { md5: createHash('md5').update(content).digest('hex'), bytes: content.length };
  const clock = eagerClock();
  const calls: CallRecord[] = [];
  const simulator = await openSimulator({
    scenario: { ...SCENARIO_DEFAULTS, ...scenario },
    credentials: CREDENTIALS,
    clock,
    onCall: (call) => calls.push(call),
  });
  const transport = await openUndiciTransport({ ...TRANSPORT_DEFAULTS, env: {} });
  const api = openAllxonClient({
    origin: simulator.url,
    credentials: CREDENTIALS,
    transport,
    clock,
    version: 'test',
  });
  onTestFinished(async () => {
    await api.close();
    await simulator.close();
  });
  const storage = await openStorage({ env: {}, connectTimeoutMs: 2_000, idleTimeoutMs: 2_000 });
  const records = openFileStore(join(folder, 'state'), clock);
  const notices: UploadNotice[] = [];
  let uploads = 0;
  const upload = (change: Partial<Uploading> = {}) =>
    uploadArtifact({
      file: { ...sum, name: ARTIFACT_NAME, pieces: () => readPieces(path, sum) },
      region: 'us',
      api,
      storage,
      records,
      clock,
      stop: new AbortController().signal,
      newId: () => `00000000-0000-4000-8000-${String(++uploads).padStart(12, '0')}`,
      notify: (notice) => notices.push(notice),
      ...change,
    });
  const kinds = () => calls.map(({ kind, status }) => `${kind} ${String(status)}`);
  return { path, sum, clock, api, storage, records, simulator, calls, kinds, notices, upload };
}
