/** Reads a plan from a plan file or a saved plan, and looks up artifacts that it names by file. */
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

/** The context of the reader. Typed paths are relative to `cwd`, which is absolute. */
export type PlanContext = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
};

export type PlanWanted = Omit<PlanReading, 'cwd' | 'files'> & {
  /** `--state`: the place that also holds the record of uploads. */
  readonly state: string | null;
  /** Whether the command opens the store in any case. */
  readonly isStoreOpened: boolean;
};

export type ReadPlan = {
  /** `null` if a diagnostic is an error, or there is a problem. */
  readonly plan: RolloutPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the record of uploads cannot be read, for a plan that names artifacts by file. */
  readonly problem: string | null;
  /** Whether the plan needs the record of uploads: it names artifacts by file, and their UUIDs are required. */
  readonly needsRecord: boolean;
  /** The place of the record from a saved plan; otherwise `null`. */
  readonly state: SavedState | null;
};

export type PlanReading = {
  readonly path: string;
  /** Text of the plan; read from `path` if left out. */
  readonly text?: string;
  /** Absolute path that `path` is relative to. */
  readonly cwd: string;
  /** Whether the UUIDs of its artifacts are required. */
  readonly isNeeded: boolean;
  /** Whether it may name files outside its repository. */
  readonly allowOutside: boolean;
  /** Where the plan is read; the files of this machine if left out. */
  readonly files?: Files;
};

/** Result of looking up artifacts that a plan names by file. */
export type OpenedLookup = {
  readonly lookup: ArtifactLookup;
  /** Findings of the settings, which name the place of the record. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the required record may not be read. */
  readonly refusal: Diagnostic | null;
  /** Why the record cannot be read. */
  readonly problem: JournalProblem | null;
};

/** Calls `lookUp` only for a plan that names artifacts by file. */
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
  if (read.kind === 'failed') return resolve(openPlan(path, readFile, files.findProgram));
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
  const readOnce: typeof readFile = (other, bytesMax) =>
    other === path && bytes.length <= bytesMax ? read : readFile(other, bytesMax);
  const opened = openPlan(path, readOnce, files.findProgram);
  return resolve(opened);
}

function resolveWith(found: OpenedLookup, opened: OpenedPlan, isNeeded: boolean): ReadPlan {
  const { plan, diagnostics, sources } = opened.resolve(found.lookup);
  // Commands that need the artifacts also read the settings and print their findings.
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

/** For plans that name no artifact by file: never called. */
const NOTHING_NAMED: ArtifactLookup = {
  sum: () => ({ kind: 'failed', problem: 'missing', message: '' }),
  records: null,
  state: null,
  isNeeded: false,
};

/** A saved plan identifies itself within its first bytes. */
const BEGINNING_BYTES = 4_000;
