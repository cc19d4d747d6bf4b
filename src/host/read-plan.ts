/** A plan, from a plan file or from one that was saved, with whatever is known of the artifacts that it names by their files. */
import type { SourceFile } from '../findings/source-place.ts';
import { withText } from '../files/files.ts';
import type { Files } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { decodeText } from '../document/read-text.ts';
import type { JournalProblem } from '../store/journal.ts';
import type { ArtifactLookup } from '../plan/collect-artifacts.ts';
import { isSavedPlan, SAVED_PLAN_BYTES_MAX } from '../plan/read-plan-document.ts';
import { openPlan } from '../plan/load-plan.ts';
import type { OpenedPlan } from '../plan/load-plan.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { ParsedSavedPlan, SavedState } from '../plan/saved-plan.ts';
import type { Clock } from '../base/clock.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

/** Where one stands who reads it: what is typed is relative to `cwd`, which is absolute. */
export type PlanContext = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
};

export type PlanWanted = Omit<PlanReading, 'cwd' | 'files'> & {
  /** `--state`: beside the records of rollouts is that of uploads. */
  readonly state: string | null;
  /** Whether the command opens the store that the settings name anyway. */
  readonly isStoreOpened: boolean;
};

export type ReadPlan = {
  /** `null` where one of the diagnostics is an error, or there is a problem. */
  readonly plan: RolloutPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the record of uploads cannot be read, where the plan names artifacts by their files. */
  readonly problem: string | null;
  /** Whether it names artifacts by their files, and they had to be known: the record of uploads is needed for it. */
  readonly needsRecord: boolean;
  /** What a saved plan carries of the place that its plan had; else `null`. */
  readonly state: SavedState | null;
};

export type PlanReading = {
  readonly path: string;
  /** What stands at `path`; read from there unless given. */
  readonly text?: string;
  /** An absolute path, which `path` is relative to. */
  readonly cwd: string;
  /** Whether what is to be done with it must know its artifacts. */
  readonly isNeeded: boolean;
  /** Whether it may name files outside its repository. */
  readonly allowOutside: boolean;
  /** Those that the plan is among; those of this machine unless given. */
  readonly files?: Files;
};

/** What is known of the artifacts that a plan names by their files. */
export type OpenedLookup = {
  readonly lookup: ArtifactLookup;
  /** What is wrong with the settings, without which the record cannot be found. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the record, which is needed, may not be read. */
  readonly refusal: Diagnostic | null;
  /** Why the record cannot be read. */
  readonly problem: JournalProblem | null;
};

/** `lookUp` is asked only for a plan that names artifacts by their files. */
export async function readPlanWith(
  lookUp: () => Promise<OpenedLookup>,
  reading: PlanReading,
): Promise<ReadPlan> {
  const { path, text, cwd, allowOutside, isNeeded } = reading;
  const files = reading.files ?? openPlanFiles({ planPath: path, cwd, allowOutside });
  const readFile = text === undefined ? files.readFile : withText({ path, text }, files.readFile);
  const resolve = async (opened: OpenedPlan): Promise<ReadPlan> =>
    opened.artifactFiles.length === 0
      ? { ...opened.resolve(NOTHING_NAMED), problem: null, needsRecord: false, state: null }
      : resolveWith(await lookUp(), opened, isNeeded);
  const read = readFile(path, SAVED_PLAN_BYTES_MAX);
  if (read.kind === 'failed') return resolve(openPlan(path, readFile));
  const { bytes } = read;
  if (isSavedPlan(Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString())) {
    const decoded = decodeText(path, bytes);
    const { source } = decoded;
    const { parseSavedPlan } = await import('../plan/saved-plan.ts');
    const parsed: ParsedSavedPlan =
      decoded.kind === 'decoded' ? parseSavedPlan(source) : { plan: null, diagnostics: [decoded.diagnostic] };
    const { plan, diagnostics, state = null } = parsed;
    const sources = new Map([[path, source]]);
    return { plan, diagnostics, sources, problem: null, needsRecord: false, state };
  }
  // What has been read once is not read again.
  const opened = openPlan(path, (other, bytesMax) =>
    other === path && bytes.length <= bytesMax ? read : readFile(other, bytesMax),
  );
  return resolve(opened);
}

function resolveWith(found: OpenedLookup, opened: OpenedPlan, isNeeded: boolean): ReadPlan {
  const { plan, diagnostics, sources } = opened.resolve(found.lookup);
  // Whoever needs the artifacts reads the settings for other things too, and tells what is wrong with them.
  const errors = found.diagnostics.filter(({ severity }) => severity === 'error');
  const inSettings = isNeeded ? [] : errors;
  const refusals = found.refusal === null ? [] : [found.refusal];
  const isKnown = errors.length + refusals.length === 0 && found.problem === null;
  return {
    plan: isKnown ? plan : null,
    diagnostics: [...diagnostics, ...refusals, ...inSettings],
    sources: new Map([...sources, ...found.sources]),
    problem: found.problem?.message ?? null,
    needsRecord: isNeeded,
    state: null,
  };
}

/** It is asked about nothing. */
const NOTHING_NAMED: ArtifactLookup = {
  sum: () => ({ kind: 'failed', problem: 'missing', message: '' }),
  records: null,
  state: null,
  isNeeded: false,
};

/** A saved plan says in so many bytes that it is one. */
const BEGINNING_BYTES = 4_000;
