/** Finds the UUIDs of the plan's artifacts, also for artifacts that are named by file. It uploads nothing. */
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

/** How to look up artifacts that a plan names by file. */
export type ArtifactLookup = {
  readonly sum: FileSummer;
  /** The record of uploads; `null` if it was not read, so that uploads are not checked. */
  readonly records: readonly ArtifactRecord[] | null;
  /** The value of `--state`, for the upload command; `null` if the settings name the place. */
  readonly state: string | null;
  /** Whether the command needs the UUIDs: then a missing upload is an error. */
  readonly isNeeded: boolean;
};

/** The nil UUID is an unknown artifact, in a plan that is only checked or rehearsed. */
export const UNKNOWN_ARTIFACT = '00000000-0000-0000-0000-000000000000' as ArtifactUuid;

export type ArtifactUuids = {
  readonly artifact: ArtifactUuid;
  /** `UNKNOWN_ARTIFACT` if the plan has no rollback. */
  readonly rollback: ArtifactUuid;
};

export type CollectedArtifacts = {
  readonly uuids: ArtifactUuids;
  readonly diagnostics: readonly Diagnostic[];
};

type ArtifactDocument = RolloutPlanDocument['artifact'];

type Named = { readonly written: ArtifactDocument; readonly path: Path };

/** The artifact files of the plan, as written in it. */
export function listArtifactFiles({ artifact, rollback }: RolloutPlanDocument): readonly string[] {
  return [artifact, rollback?.artifact].flatMap((written) => written?.file ?? []);
}

export type ArtifactContext = Pick<Places, 'placeOf' | 'placeOfKey'> & {
  /** The path of the plan. */
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

/** An artifact can have gigabytes, so it may not exist on a machine that only checks plans. */
function describeUnread(failure: FileFailure, { file, place, lookup }: Unread): Diagnostic {
  return failure.problem === 'missing' && !lookup.isNeeded
    ? makeWarning({ code: 'artifact-file-absent', place, facts: { file } })
    : describeFailure(failure, { path: file, kind: 'artifact file', bytesMax: 0, namedAt: place });
}

function refuse(diagnostic: Diagnostic): Resolved {
  return { uuid: UNKNOWN_ARTIFACT, diagnostics: [diagnostic] };
}
