/** `breakwater artifact upload`: uploads a file as an artifact. Prints only its UUID on stdout. */
import { renderJson, printable } from '../../base/text.ts';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { openStorage, STORAGE_DEFAULTS } from '../../backend/allxon/storage.ts';
import type { JournalStore } from '../../store/journal.ts';
import { findUploaded } from '../../plan/artifact-record.ts';
import type { UploadedRecord } from '../../plan/artifact-record.ts';
import type { Region } from '../../plan/rollout-plan.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { Settings } from '../../settings/settings.ts';
import { readPieces } from '../../upload/read-pieces.ts';
import { uploadArtifact } from '../../upload/upload-artifact.ts';
import type { UploadOutcome, UploadNotice } from '../../upload/upload-artifact.ts';
import { canRepaint, fail, isColourful, print } from '../io.ts';
import type { Io } from '../io.ts';
import { openApi } from '../open-api.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';
import { checkOrReport, describeFindings, findingFacts, hasErrors, renderBytes } from './artifact-check.ts';
import type { NamedArtifact } from './artifact-check.ts';
import { renderElapsed } from '../../base/duration.ts';

export type ArtifactUploadFlags = StoreFlags & {
  readonly file: string;
  readonly region: Region;
  /** `null`: the name of the file. */
  readonly name: string | null;
  readonly again: boolean;
  /** Whether liftable errors become warnings. */
  readonly allowUnusual: boolean;
  readonly format: 'text' | 'json';
};

export async function runArtifactUpload(flags: ArtifactUploadFlags, io: Io): Promise<ExitCode> {
  const found = await checkOrReport(flags, io);
  if (typeof found === 'number') return found;
  return withStore({ ...flags, name: null, callsApi: true }, io, (store, settings) =>
    uploadUnlessKnown({ ...found, flags, store, settings }, io),
  );
}

type Work = NamedArtifact & {
  readonly flags: ArtifactUploadFlags;
  readonly store: JournalStore;
  readonly settings: Settings;
};

async function uploadUnlessKnown(work: Work, io: Io): Promise<ExitCode> {
  const { checked, flags, store } = work;
  const { file, region, again, allowUnusual, color } = flags;
  const known = await store.readArtifacts();
  if (known.kind === 'problem') return fail(io, EXIT.environment, known.message);
  const found = findUploaded(known.value, { md5: checked.md5, region });
  if (found === null || again) {
    print(
      io.stderr,
      describeFindings(checked.findings, { allowUnusual, colour: isColourful(io, io.stderr, color) }),
    );
    if (!hasErrors(checked.findings, allowUnusual)) return upload(work, io);
    return fail(io, EXIT.refused, `${printable(file)} was not uploaded`);
  }
  print(
    io.stderr,
    `Already uploaded to ${region} at ${found.uploadedAt}. To upload it again, pass --again.\n`,
  );
  io.stdout.write(render(found, { isNew: false, work }));
  return EXIT.completed;
}

async function upload(work: Work, io: Io): Promise<ExitCode> {
  const { name, checked, flags, store, settings } = work;
  const sum = { md5: checked.md5, bytes: checked.bytes };
  const { file, region } = flags;
  const opened = await openApi({ settings, region, clock: io.clock }, io);
  if (opened.kind === 'failed') return fail(io, opened.exit, opened.message);
  print(
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
      region,
      api: opened.api,
      records: store,
      clock: io.clock,
      stop: stop.signal,
      storage: await openStorage({ ...STORAGE_DEFAULTS, env: io.env }),
      newId: randomUUID,
      notify: shown.tell,
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

function conclude(outcome: UploadOutcome, work: Work, io: Io): ExitCode {
  const { flags, store } = work;
  switch (outcome.kind) {
    case 'uploaded':
      print(io.stderr, `Uploaded and recorded in ${printable(store.location)}.\n`);
      io.stdout.write(render(outcome.record, { isNew: true, work }));
      return EXIT.completed;
    case 'refused':
      return fail(io, EXIT.environment, `${printable(outcome.message)}. Run the command again to continue.`);
    case 'changed':
      return fail(
        io,
        EXIT.refused,
        `${printable(flags.file)} changed during the upload; nothing was accepted. Run the command again when the file is complete.`,
      );
    case 'stopped':
      return fail(io, EXIT.unfinished, 'the upload was interrupted. Run the command again to continue.');
    case 'problem':
      return fail(io, EXIT.environment, outcome.message);
  }
}

const VERSION = 1;

type Rendering = { readonly isNew: boolean; readonly work: Work };

function render(record: UploadedRecord, { isNew, work }: Rendering): string {
  const { uuid, name, md5, bytes, region, uploadedAt } = record;
  const { checked, flags } = work;
  if (flags.format === 'text') return `${uuid}\n`;
  const findings = findingFacts(checked.findings, flags.allowUnusual);
  const document = { version: VERSION, uuid, name, md5, bytes, region, uploadedAt, isNew, findings };
  return `${renderJson(document, 2)}\n`;
}

const PAINTED_EVERY_MS = 100;
const TOLD_EVERY_MS = 30_000;

type ShownUpload = {
  readonly tell: (notice: UploadNotice) => void;
  /** Erases the progress line. */
  readonly end: () => void;
};

/** One line that is painted over on a terminal, and else a line now and then. */
function showUpload(bytes: number, io: Pick<Io, 'env' | 'stderr' | 'clock'>): ShownUpload {
  const { stderr, clock } = io;
  const isPainted = canRepaint(io, stderr);
  const times = { begunAt: clock.now(), toldAt: clock.now() };
  const wipe = () => {
    if (isPainted) stderr.write('\r\u001b[K');
  };
  const say = (line: string) => {
    wipe();
    print(stderr, `${line}\n`);
  };
  const printSent = (sent: number) => {
    const now = clock.now();
    if (now < times.toldAt + (isPainted ? PAINTED_EVERY_MS : TOLD_EVERY_MS)) return;
    times.toldAt = now;
    const line = describeSent(sent, bytes, now - times.begunAt);
    stderr.write(isPainted ? `\r\u001b[K${line}` : `${line}\n`);
  };
  return {
    tell(notice) {
      if (notice.kind === 'sent') printSent(notice.bytes);
      else if (notice.kind === 'sending') Object.assign(times, { begunAt: clock.now(), toldAt: clock.now() });
      else say(describeNotice(notice, clock.now()));
    },
    end: wipe,
  };
}

function describeNotice(
  notice: Exclude<UploadNotice, { readonly kind: 'sent' | 'sending' }>,
  now: number,
): string {
  switch (notice.kind) {
    case 'going-on':
      return `Continuing with artifact ${notice.uuid}, which an earlier upload created.`;
    case 'maybe-made': {
      const why =
        notice.failure === null
          ? 'An earlier upload ended before it received its artifact'
          : `The answer was lost: ${printable(notice.failure)}`;
      return `${why}. The Allxon portal may show an artifact without a file. It does no harm; you can delete it there.`;
    }
    case 'trying-again':
      return `${printable(notice.why)}; retrying in ${renderElapsed(Math.max(0, notice.until - now))}.`;
  }
}

/** `45% of 1.2 GB, 12.3 MB/s`. */
function describeSent(sent: number, bytes: number, tookMs: number): string {
  const percent = Math.floor((sent * 100) / bytes);
  const speed = tookMs === 0 ? '' : `, ${renderBytes(Math.round((sent * 1000) / tookMs))}/s`;
  return `${percent}% of ${renderBytes(bytes)}${speed}`;
}
