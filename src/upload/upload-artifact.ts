/**
 * Brings a file to the API as an artifact: asks for one, asks where its file is to be put, puts it there. Each step is on
 * record before the next, so that an upload that was cut short goes on with the artifact that it has.
 *
 *   record intent ─ POST artifact ─ record uuid ─ POST upload_url ─ PUT file ─ record uploaded
 *                      ▲ again, and said        └──────── again, with a new URL ───┘
 *
 * Unlike a deployment, a second artifact of the same file harms nobody. So a POST whose answer was lost is made again; that
 * an artifact without a file may be left in the account is said.
 */
import type { AllxonApi, ApiFailure, ArtifactApi } from '../backend/api.ts';
import type { PutOutcome, Storage } from '../backend/allxon/storage.ts';
import type { Clock } from '../base/clock.ts';
import type { JournalProblem, JournalStore } from '../store/journal.ts';
import { findUnfinished } from '../plan/artifact-record.ts';
import type { ArtifactRecord, UploadedRecord } from '../plan/artifact-record.ts';
import type { ArtifactUuid } from '../plan/identifiers.ts';
import type { Region } from '../plan/rollout-plan.ts';
import { FileChanged } from './read-pieces.ts';
import type { Summed } from './read-pieces.ts';

export type Uploading = {
  readonly file: Summed & { readonly name: string; readonly pieces: () => AsyncIterable<Buffer> };
  readonly region: Region;
  readonly api: ArtifactApi & Pick<AllxonApi, 'budget'>;
  readonly storage: Storage;
  readonly records: Pick<JournalStore, 'readArtifacts' | 'putArtifact'>;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly newId: () => string;
  readonly notify: (notice: UploadNotice) => void;
};

export type UploadNotice =
  /** With an artifact that an earlier upload has made. */
  | { readonly kind: 'going-on'; readonly uuid: ArtifactUuid }
  /** An artifact may have been made whose UUID nobody knows; `failure` is `null` where an earlier upload ended there. */
  | { readonly kind: 'maybe-made'; readonly failure: string | null }
  | { readonly kind: 'trying-again'; readonly why: string; readonly until: number }
  | { readonly kind: 'sending' }
  /** Of the whole file, in this attempt. */
  | { readonly kind: 'sent'; readonly bytes: number };

export type UploadOutcome =
  | { readonly kind: 'uploaded'; readonly record: UploadedRecord }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'changed' }
  | { readonly kind: 'stopped' }
  | JournalProblem;

/** Waits between attempts; after the last of them it is given up. */
const WAITS_MS = [1_000, 3_000, 9_000] as const;

/** Uploads, whatever has been uploaded before. Rejects only where the file cannot be read, with the system's error. */
export async function uploadArtifact(uploading: Uploading): Promise<UploadOutcome> {
  const { file, region, records, notify: tell } = uploading;
  const known = await records.readArtifacts();
  if (known.kind === 'problem') return known;
  const begun = findUnfinished(known.value, { md5: file.md5, region });
  const record = begun ?? beginRecord(uploading);
  if (isMade(record)) {
    tell({ kind: 'going-on', uuid: record.uuid });
    const outcome = await bring(record, uploading);
    // Somebody has deleted it meanwhile.
    if (outcome.kind !== 'gone') return outcome;
  } else if (begun !== null) tell({ kind: 'maybe-made', failure: null });
  const made = await makeArtifact({ ...record, uuid: null }, uploading);
  if (made.kind !== 'made') return made;
  const outcome = await bring(made.record, uploading);
  return outcome.kind === 'gone' ? { kind: 'refused', message: outcome.message } : outcome;
}

function beginRecord({ file, region, clock, newId }: Uploading): ArtifactRecord {
  const { name, md5, bytes } = file;
  return { id: newId(), name, md5, bytes, region, uuid: null, begunAt: isoOf(clock.now()), uploadedAt: null };
}

type MadeRecord = ArtifactRecord & { readonly uuid: ArtifactUuid };

function isMade(record: ArtifactRecord): record is MadeRecord {
  return record.uuid !== null;
}

type Made =
  { readonly kind: 'made'; readonly record: MadeRecord } | Exclude<UploadOutcome, { kind: 'uploaded' }>;

async function makeArtifact(intent: ArtifactRecord, uploading: Uploading): Promise<Made> {
  const { api, records, file, notify: tell } = uploading;
  const intended = await records.putArtifact(intent);
  if (intended.kind === 'problem') return intended;
  const { name, md5 } = file;
  const outcome = await tryAgain<ArtifactUuid>(uploading, async () => {
    const created = await api.createArtifact({ name, md5 });
    if (created.kind === 'created') return { kind: 'done', value: created.uuid };
    if (created.kind === 'in-doubt') tell({ kind: 'maybe-made', failure: created.failure.message });
    return judge(created.failure);
  });
  if (outcome.kind !== 'done') return endOf(outcome);
  const record: MadeRecord = { ...intent, uuid: outcome.value };
  const put = await records.putArtifact(record);
  return put.kind === 'problem' ? put : { kind: 'made', record };
}

type Brought = UploadOutcome | { readonly kind: 'gone'; readonly message: string };

/** Each attempt has a URL of its own: the last one may have expired. */
async function bring(record: MadeRecord, uploading: Uploading): Promise<Brought> {
  const { api, storage, file, stop, notify: tell, records, clock } = uploading;
  try {
    const outcome = await tryAgain(uploading, async () => {
      const asked = await api.requestUpload(record.uuid, file.md5);
      if (asked.kind === 'failed') return judge(asked.failure);
      tell({ kind: 'sending' });
      const onSent = (bytes: number) => {
        tell({ kind: 'sent', bytes });
      };
      const { bytes } = file;
      const pieces = file.pieces();
      return judgePut(await storage.put({ ticket: asked.value, bytes, pieces, onSent, stop }));
    });
    if (outcome.kind === 'over' && outcome.isNotFound) return { kind: 'gone', message: outcome.message };
    if (outcome.kind !== 'done') return endOf(outcome);
  } catch (error) {
    if (error instanceof FileChanged) return { kind: 'changed' };
    throw error;
  }
  const uploaded: UploadedRecord = { ...record, uploadedAt: isoOf(clock.now()) };
  const put = await records.putArtifact(uploaded);
  return put.kind === 'problem' ? put : { kind: 'uploaded', record: uploaded };
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'again'; readonly message: string; readonly isLimited: boolean }
  | { readonly kind: 'over'; readonly message: string; readonly isNotFound: boolean }
  | { readonly kind: 'stopped' };

type Ended = Exclude<Attempt<never>, { readonly kind: 'done' | 'again' }>;

/** A call that the rate limit held back was not made, and counts for none. */
async function tryAgain<T>(
  { api, clock, stop, notify: tell }: Uploading,
  attempt: () => Promise<Attempt<T>>,
): Promise<Extract<Attempt<T>, { readonly kind: 'done' }> | Ended> {
  for (let failures = 0; ;) {
    if (stop.aborted) return { kind: 'stopped' };
    const result = await attempt();
    if (result.kind !== 'again') return result;
    const waitMs = WAITS_MS[failures];
    if (!result.isLimited) failures++;
    if (waitMs === undefined) return { kind: 'over', message: result.message, isNotFound: false };
    const until = Math.max(clock.now() + waitMs, result.isLimited ? (api.budget().blockedUntil ?? 0) : 0);
    tell({ kind: 'trying-again', why: result.message, until });
    await clock.sleepUntil(until, stop);
  }
}

function endOf(ended: Ended): Extract<UploadOutcome, { readonly kind: 'refused' | 'stopped' }> {
  return ended.kind === 'over' ? { kind: 'refused', message: ended.message } : ended;
}

function judge({ kind, message }: ApiFailure): Attempt<never> {
  switch (kind) {
    case 'rate-limited':
      return { kind: 'again', message, isLimited: true };
    case 'unreachable':
    case 'connection-lost':
    case 'timed-out':
    case 'server-error':
    case 'unreadable':
      return { kind: 'again', message, isLimited: false };
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'invalid':
    case 'conflict':
    case 'unexpected-status':
      return { kind: 'over', message, isNotFound: kind === 'not-found' };
  }
}

/** A URL that has expired gets 403; a file that was damaged on its way gets 400; both are well the next time. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([400, 403, 408, 429]);

function judgePut(outcome: PutOutcome): Attempt<null> {
  switch (outcome.kind) {
    case 'stored':
      return { kind: 'done', value: null };
    case 'stopped':
      return outcome;
    case 'failed':
      return { kind: 'again', message: `the upload failed: ${outcome.message}`, isLimited: false };
    case 'refused': {
      const { status, code } = outcome;
      const message = `the storage answered with ${status}${code === null ? '' : ` (${code})`}`;
      if (status >= 300 && status <= 399) {
        return { kind: 'over', message: `${message}; redirects are not followed`, isNotFound: false };
      }
      return PASSING_STATUSES.has(status) || status >= 500
        ? { kind: 'again', message, isLimited: false }
        : { kind: 'over', message, isNotFound: false };
    }
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
