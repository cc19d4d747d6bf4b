/**
 * The record of uploads: which file is which artifact. A file is identified by its MD5 checksum, never only by its name,
 * because a changed file is another artifact.
 */
import { renderJson } from '../base/text.ts';
import type { Artifact, ArtifactsDocument } from '../document/generated/artifacts.d.ts';
import { validateArtifacts } from '../document/generated/validate-artifacts.js';
import type { ArtifactUuid } from './identifiers.ts';
import type { Region } from './rollout-plan.ts';

/** One upload, finished or not. */
export type ArtifactRecord = Readonly<Artifact>;

const VERSION = 1;

/** The name of the file of uploads, beside the records of rollouts. */
export const ARTIFACTS_FILE = 'artifacts.json';

/** The records, oldest first; or the fault of the text, as the rest of a sentence that begins with "it". */
export function parseArtifactRecords(text: string): readonly ArtifactRecord[] | string {
  const document = parseJson(text);
  if (document === undefined) return 'is not JSON';
  const version = versionOf(document);
  if (typeof version === 'number' && version > VERSION) {
    return `was written by a newer release of Breakwater (version ${version}; this release reads version ${VERSION})`;
  }
  if (validateArtifacts(document)) return (document as ArtifactsDocument).artifacts;
  const [error] = validateArtifacts.errors ?? [];
  const place = (error?.instancePath ?? '').slice(1).replaceAll('/', '.');
  return `does not match its schema: ${place === '' ? 'the whole file' : `\`${place}\``} breaks the rule \`${error?.keyword ?? 'type'}\``;
}

/** The same records give the same text, because the file may be in git. */
export function renderArtifactRecords(artifacts: readonly ArtifactRecord[]): string {
  return `${renderJson({ version: VERSION, artifacts }, 2)}\n`;
}

/** The records with `record` instead of the one with the same ID, or at the end. */
export function withArtifactRecord(
  records: readonly ArtifactRecord[],
  record: ArtifactRecord,
): readonly ArtifactRecord[] {
  return records.some(({ id }) => id === record.id)
    ? records.map((known) => (known.id === record.id ? record : known))
    : [...records, record];
}

export type Content = { readonly md5: string; readonly region: Region };

export type UploadedRecord = ArtifactRecord & { readonly uuid: ArtifactUuid; readonly uploadedAt: string };

/** The last finished upload of this content to the region. */
export function findUploaded(
  records: readonly ArtifactRecord[],
  { md5, region }: Content,
): UploadedRecord | null {
  const found = records.findLast(
    (record) =>
      record.md5 === md5 && record.region === region && record.uuid !== null && record.uploadedAt !== null,
  );
  return found === undefined ? null : (found as UploadedRecord);
}

/** The last upload of this content to the region, if it is not finished. */
export function findUnfinished(
  records: readonly ArtifactRecord[],
  { md5, region }: Content,
): ArtifactRecord | null {
  const found = records.findLast((record) => record.md5 === md5 && record.region === region);
  return found === undefined || found.uploadedAt !== null ? null : found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function versionOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'version' in document ? document.version : null;
}
