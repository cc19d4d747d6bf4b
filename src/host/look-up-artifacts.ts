/** Looks up artifacts that a plan names by file: their checksums, and the record of uploads. */
import { join } from 'node:path';
import type { FileFailure } from '../document/file-reader.ts';
import { describeFailure } from '../document/read-text.ts';
import type { Files } from '../files/files.ts';
import { OUTSIDE } from '../files/find-in-tree.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { ARTIFACTS_FILE } from '../plan/artifact-record.ts';
import type { ArtifactRecord } from '../plan/artifact-record.ts';
import { resolveSettings } from '../settings/resolve-settings.ts';
import type { SourcedSettings, StateLocation } from '../settings/settings.ts';
import { nameState } from '../settings/state-location.ts';
import type { OpenedLookup, PlanWanted, PlanContext } from './read-plan.ts';
import { readUploads } from './open-store.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

/** `files`: where the plan is read. */
export async function lookUpArtifacts(
  wanted: PlanWanted,
  standpoint: PlanContext & { readonly files: Files },
): Promise<OpenedLookup> {
  const { path: planPath, state, isNeeded, allowOutside } = wanted;
  const { cwd, env, files } = standpoint;
  const { sourced, diagnostics, sources } = await resolveSettings({
    planPath,
    cwd,
    env,
    allowOutside,
    flags: { state, progress: null },
    uses: { record: isNeeded, api: false },
  });
  const ownFiles = openPlanFiles({ planPath, cwd, allowOutside });
  const refusal = sourced === null ? null : checkRecord(sourced, ownFiles, wanted);
  // With a warning, the named place is unknown.
  const isPlaceKnown = sourced !== null && diagnostics.length === 0 && refusal === null;
  const isAsked = isPlaceKnown && (isNeeded || sourced.state.value.kind === 'files');
  const outcome = isAsked ? await readUploads(sourced.state.value, standpoint.clock) : null;
  const records = Array.isArray(outcome) ? (outcome as readonly ArtifactRecord[]) : null;
  return {
    lookup: { sum: files.sum, records, state, isNeeded },
    diagnostics,
    sources,
    refusal: isNeeded ? refusal : null,
    problem: outcome !== null && 'problem' in outcome ? outcome : null,
  };
}

/** A settings file beside a plan may not point to a record outside the repository. A flag or a variable may. */
function checkRecord(
  { state: { value: state, from } }: SourcedSettings,
  files: Files,
  { path: planPath, allowOutside, isStoreOpened }: PlanWanted,
): Diagnostic | null {
  if (allowOutside || isStoreOpened || from.kind === 'flag' || from.kind === 'environment') return null;
  const failure = checkPlace(state, files);
  if (failure?.problem !== 'outside' && failure?.problem !== 'not-regular') return null;
  const path = state.kind === 'files' ? join(state.directory, ARTIFACTS_FILE) : nameState(state);
  const namedAt = { path: planPath, range: null };
  return describeFailure(failure, { path, kind: 'record of uploads', bytesMax: 0, namedAt });
}

function checkPlace(state: StateLocation, files: Files): FileFailure | null {
  return state.kind === 'files' ? files.check(join(state.directory, ARTIFACTS_FILE)) : OUTSIDE;
}
