/** What is known of the artifacts that a plan names by their files: their checksums, and the record of uploads. */
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts';
import type { JournalProblem } from '../journal/journal.ts';
import type { ArtifactRecord } from '../plan/artifact-record.ts';
import type { ArtifactLookup } from '../plan/collect-artifacts.ts';
import { resolveSettings } from '../settings/resolve-settings.ts';
import type { StateLocation } from '../settings/settings.ts';
import { openStore } from './open-store.ts';
import { createFileSummer } from './read-file.ts';
import type { Standpoint } from './read-plan.ts';

export type LookupWanted = {
  readonly planPath: string;
  /** `--state`. */
  readonly state: string | null;
  /** Whether what is to be done must know the artifacts; a plan that is only checked asks no database. */
  readonly isNeeded: boolean;
};

export type OpenedLookup = {
  readonly lookup: ArtifactLookup;
  /** What is wrong with the settings, without which the record cannot be found. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the record cannot be read. */
  readonly problem: JournalProblem | null;
};

export async function lookUpArtifacts(
  { planPath, state, isNeeded }: LookupWanted,
  standpoint: Standpoint,
): Promise<OpenedLookup> {
  const { cwd, env } = standpoint;
  const { settings, diagnostics, sources } = await resolveSettings({
    ...{ planPath, cwd, env, flags: { state, progress: null } },
  });
  const asked = settings !== null && (isNeeded || settings.state.kind === 'files');
  const outcome = asked ? await readRecords(settings.state, standpoint) : null;
  const records = Array.isArray(outcome) ? (outcome as readonly ArtifactRecord[]) : null;
  return {
    lookup: { sum: createFileSummer(cwd), records, state, isNeeded },
    ...{ diagnostics, sources },
    problem: outcome !== null && 'problem' in outcome ? outcome : null,
  };
}

async function readRecords(
  state: StateLocation,
  { clock }: Standpoint,
): Promise<readonly ArtifactRecord[] | JournalProblem> {
  const opened = await openStore(state, clock);
  if (opened.kind === 'problem') return opened;
  const store = opened.value;
  try {
    const outcome = await store.readArtifacts();
    return outcome.kind === 'problem' ? outcome : outcome.value;
  } finally {
    await store.close();
  }
}
