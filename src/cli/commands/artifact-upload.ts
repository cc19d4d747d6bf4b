/** `breakwater artifact upload`: a file becomes an artifact. Its UUID is the result, alone on stdout. */
import { renderJson } from '../../base/json.ts';
import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { openStorage, STORAGE_DEFAULTS } from '../../allxon/storage.ts';
import { printable } from '../../base/text.ts';
import type { FileFailure } from '../../document/file-reader.ts';
import { openAnyFiles } from '../../files/files.ts';
import type { JournalStore } from '../../journal/journal.ts';
import { findUploaded } from '../../plan/artifact-record.ts';
import type { UploadedRecord } from '../../plan/artifact-record.ts';
import type { Region } from '../../plan/rollout-plan.ts';
import type { Settings } from '../../settings/settings.ts';
import { ARTIFACT_NAME_FORM, isArtifactName } from '../../upload/artifact-name.ts';
import { readPieces } from '../../upload/read-pieces.ts';
import type { Summed } from '../../upload/read-pieces.ts';
import { uploadArtifact } from '../../upload/upload-artifact.ts';
import type { UploadOutcome } from '../../upload/upload-artifact.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { fail, tell } from '../io.ts';
import type { Io } from '../io.ts';
import { openApi } from '../open-api.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';
import { renderBytes, showUpload } from './artifact/show-upload.ts';

export type ArtifactUploadFlags = StoreFlags & {
  readonly file: string;
  readonly region: Region;
  /** `null`: what the file is called. */
  readonly name: string | null;
  readonly again: boolean;
  readonly format: 'text' | 'json';
};

export async function runArtifactUpload(flags: ArtifactUploadFlags, io: Io): Promise<ExitCode> {
  const name = flags.name ?? basename(flags.file);
  if (!isArtifactName(name)) return fail(io, EXIT.wrong, describeName(name, flags.name !== null));
  return withStore({ ...flags, name: null, callsApi: true }, io, (store, settings) =>
    uploadUnlessKnown({ name, flags, store, settings }, io),
  );
}

function describeName(name: string, isTyped: boolean): string {
  const way = isTyped ? 'correct --name' : 'rename the file, or say --name';
  return `"${printable(name)}" cannot be an artifact's name: the API expects ${ARTIFACT_NAME_FORM}, such as 9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-L-x86_64.tar.gz; ${way}`;
}

type Work = {
  readonly name: string;
  readonly flags: ArtifactUploadFlags;
  readonly store: JournalStore;
  readonly settings: Settings;
};

async function uploadUnlessKnown(work: Work, io: Io): Promise<ExitCode> {
  const { flags, store } = work;
  const { file, region, again } = flags;
  const sum = openAnyFiles(io.cwd).sum(file);
  if (sum.kind === 'failed') return fail(io, EXIT.wrong, describeUnread(file, sum));
  if (sum.bytes === 0) return fail(io, EXIT.wrong, `${printable(file)} is empty`);
  const known = await store.readArtifacts();
  if (known.kind === 'problem') return fail(io, EXIT.environment, known.message);
  const found = findUploaded(known.value, { md5: sum.md5, region });
  if (found === null || again) return upload(sum, work, io);
  tell(
    io.stderr,
    `It was uploaded to ${region} already, at ${found.uploadedAt}; --again uploads it once more.\n`,
  );
  io.stdout.write(render(found, { isNew: false, format: flags.format }));
  return EXIT.done;
}

async function upload(sum: Summed, work: Work, io: Io): Promise<ExitCode> {
  const { name, flags, store, settings } = work;
  const { file, region } = flags;
  const opened = await openApi({ settings, region, clock: io.clock }, io);
  if (opened.kind === 'failed') return fail(io, opened.exit, opened.message);
  tell(
    io.stderr,
    `${name}: ${renderBytes(sum.bytes)}, MD5 ${sum.md5}, for ${region}
`,
  );
  const stop = new AbortController();
  const off = io.onStopSignal(() => {
    stop.abort();
  });
  const shown = showUpload(sum.bytes, io);
  try {
    const outcome = await uploadArtifact({
      file: { ...sum, name, pieces: () => readPieces(resolve(io.cwd, file), sum) },
      ...{ region, api: opened.api, records: store, clock: io.clock, stop: stop.signal },
      storage: await openStorage({ ...STORAGE_DEFAULTS, env: io.env }),
      ...{ newId: randomUUID, tell: shown.tell },
    });
    shown.end();
    return conclude(outcome, work, io);
  } catch (error) {
    shown.end();
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return fail(io, EXIT.environment, `${printable(file)} cannot be read: ${printable(error.message)}`);
  } finally {
    off();
    await opened.api.close();
  }
}

function conclude(outcome: UploadOutcome, { flags, store }: Work, io: Io): ExitCode {
  switch (outcome.kind) {
    case 'uploaded':
      tell(io.stderr, `Uploaded; on record in ${printable(store.location)}.\n`);
      io.stdout.write(render(outcome.record, { isNew: true, format: flags.format }));
      return EXIT.done;
    case 'refused':
      return fail(io, EXIT.environment, `${printable(outcome.message)}. Run it again to go on`);
    case 'changed':
      return fail(
        io,
        EXIT.wrong,
        `${printable(flags.file)} has changed since its checksum was taken; nothing of it was accepted. Run it again once nobody writes to it`,
      );
    case 'stopped':
      return fail(io, EXIT.unfinished, 'the upload was interrupted. Run it again to go on');
    case 'problem':
      return fail(io, EXIT.environment, outcome.message);
  }
}

const VERSION = 1;

type Rendering = { readonly isNew: boolean; readonly format: 'text' | 'json' };

function render(record: UploadedRecord, { isNew, format }: Rendering): string {
  const { uuid, name, md5, bytes, region, uploadedAt } = record;
  if (format === 'text') return `${uuid}\n`;
  const document = { version: VERSION, uuid, name, md5, bytes, region, uploadedAt, isNew };
  return `${renderJson(document, 2)}\n`;
}

function describeUnread(file: string, { problem, message }: FileFailure): string {
  const path = printable(file);
  switch (problem) {
    case 'missing':
      return `there is no file ${path}`;
    case 'directory':
      return `${path} is a folder, not a file`;
    case 'forbidden':
      return `${path} may not be read by this user`;
    case 'not-regular':
      return `${path} is a pipe, a socket or a device, not a regular file`;
    case 'outside':
    case 'too-large':
    case 'unreadable':
      return `${path} cannot be read: ${printable(message)}`;
  }
}
