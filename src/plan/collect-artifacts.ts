/** The plan's artifacts: by their UUIDs, or by files that were uploaded. Nothing is uploaded here. */
import type { Place } from '../findings/source-place.ts';
import { makeError, makeWarning } from '../findings/findings.ts';
import type { FileFailure, FileSummer } from '../document/file-reader.ts';
import type { Path, Places } from '../document/places.ts';
import { describeFailure } from '../document/read-text.ts';
import { findUnfinished, findUploaded } from './artifact-record.ts';
import type { ArtifactRecord } from './artifact-record.ts';
import type { ArtifactUuid } from './identifiers.ts';
import type { RolloutPlanDocument } from './plan-document.ts';
import { resolveDeviceFile } from './device-file.ts';
import type { Region } from './rollout-plan.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

/** What is known of artifacts that a plan names by their files. */
export type ArtifactLookup = {
  readonly sum: FileSummer;
  /** What is on record of uploads; `null` where it was not looked at, so that nothing can be said of them. */
  readonly records: readonly ArtifactRecord[] | null;
  /** What `--state` was given, for the command that uploads; `null` where the settings say it. */
  readonly state: string | null;
  /** Whether something is to be done with the plan that must know its artifacts. */
  readonly isNeeded: boolean;
};

/** The nil UUID stands for an artifact that is not known: in a plan that is only looked at, or rehearsed. */
export const UNKNOWN_ARTIFACT = '00000000-0000-0000-0000-000000000000' as ArtifactUuid;

export type ArtifactUuids = {
  readonly artifact: ArtifactUuid;
  /** Unknown where the plan has none. */
  readonly rollback: ArtifactUuid;
};

export type CollectedArtifacts = {
  readonly uuids: ArtifactUuids;
  readonly diagnostics: readonly Diagnostic[];
};

type ArtifactDocument = RolloutPlanDocument['artifact'];

type Named = { readonly written: ArtifactDocument; readonly path: Path };

/** The files that the plan names as artifacts, as they are written. */
export function listArtifactFiles({ artifact, rollback }: RolloutPlanDocument): readonly string[] {
  return [artifact, rollback?.artifact].flatMap((written) => written?.file ?? []);
}

export type ArtifactContext = Pick<Places, 'placeOf' | 'placeOfKey'> & {
  /** The plan's. */
  readonly path: string;
  readonly lookup: ArtifactLookup;
};

export function collectArtifacts(
  document: RolloutPlanDocument,
  context: ArtifactContext,
): CollectedArtifacts {
  const { artifact, rollback, region } = document;
  const own = resolve({ written: artifact, path: ['artifact'] }, region, context);
  const other =
    rollback === undefined
      ? UNKNOWN
      : resolve({ written: rollback.artifact, path: ['rollback', 'artifact'] }, region, context);
  return {
    uuids: { artifact: own.uuid, rollback: other.uuid },
    diagnostics: [...own.diagnostics, ...other.diagnostics],
  };
}

type Resolved = { readonly uuid: ArtifactUuid; readonly diagnostics: readonly Diagnostic[] };

const UNKNOWN: Resolved = { uuid: UNKNOWN_ARTIFACT, diagnostics: [] };

function resolve({ written, path }: Named, region: Region, context: ArtifactContext): Resolved {
  const { uuid, file } = written;
  const { placeOf, placeOfKey } = context;
  if (uuid !== undefined && file !== undefined) {
    return refuse(
      makeError({ code: 'artifact-uuid-and-file', place: placeOfKey([...path, 'file']), facts: null }),
    );
  }
  if (uuid !== undefined) return { uuid: uuid.toLowerCase() as ArtifactUuid, diagnostics: [] };
  if (file === undefined) {
    return refuse(makeError({ code: 'artifact-unnamed', place: placeOf(path), facts: null }));
  }
  return lookUp({ file, region, place: placeOf([...path, 'file']) }, context);
}

type FileAt = { readonly file: string; readonly region: Region; readonly place: Place };

function lookUp({ file: written, region, place }: FileAt, { path, lookup }: ArtifactContext): Resolved {
  const file = resolveDeviceFile(written, path);
  const sum = lookup.sum(file);
  if (sum.kind === 'failed') return refuse(describeUnread(sum, { file, place, lookup }));
  const { records, state, isNeeded } = lookup;
  if (records === null) return UNKNOWN;
  const found = findUploaded(records, { md5: sum.md5, region });
  if (found !== null) return { uuid: found.uuid, diagnostics: [] };
  const other = region === 'us' ? 'eu' : 'us';
  const name = file.split('/').at(-1) ?? '';
  const earlier = records.findLast((record) => record.name === name && record.md5 !== sum.md5);
  const finding = {
    code: 'artifact-not-uploaded',
    place,
    facts: {
      file,
      region,
      md5: sum.md5,
      state,
      elsewhere: findUploaded(records, { md5: sum.md5, region: other }) === null ? null : other,
      isBegun: findUnfinished(records, { md5: sum.md5, region }) !== null,
      earlierMd5: earlier?.md5 ?? null,
    },
  } as const;
  return refuse(isNeeded ? makeError(finding) : makeWarning(finding));
}

type Unread = { readonly file: string; readonly place: Place; readonly lookup: ArtifactLookup };

/** A file of gigabytes may be where it is built and deployed, and not where plans are checked. */
function describeUnread(failure: FileFailure, { file, place, lookup }: Unread): Diagnostic {
  return failure.problem === 'missing' && !lookup.isNeeded
    ? makeWarning({ code: 'artifact-file-absent', place, facts: { file } })
    : describeFailure(failure, { path: file, kind: 'artifact file', bytesMax: 0, namedAt: place });
}

function refuse(diagnostic: Diagnostic): Resolved {
  return { uuid: UNKNOWN_ARTIFACT, diagnostics: [diagnostic] };
}
