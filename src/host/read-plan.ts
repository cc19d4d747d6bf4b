/** A plan, from a plan file or from one that was saved: whichever the user names. */
import type { Clock } from '../base/clock.ts';
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts';
import type { ArtifactLookup } from '../plan/collect-artifacts.ts';
import { openPlan } from '../plan/load-plan.ts';
import type { OpenedPlan } from '../plan/load-plan.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { isSavedPlan, parseSavedPlan, SAVED_PLAN_BYTES_MAX } from '../plan/saved-plan.ts';
import { openPlanFiles } from '../files/plan-files.ts';

export type ReadPlan = {
  /** `null` where one of the diagnostics is an error, or there is a problem. */
  readonly plan: RolloutPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why the record of uploads cannot be read, where the plan names artifacts by their files. */
  readonly problem: string | null;
};

export type PlanWanted = {
  readonly path: string;
  /** `--state`: beside the records of rollouts is that of uploads. */
  readonly state: string | null;
  /** Whether what is to be done with it must know its artifacts. */
  readonly isNeeded: boolean;
  /** Whether the command opens the store that the settings name anyway. */
  readonly isStoreOpened: boolean;
  /** `--allow-outside`: whether it may name files outside its repository. */
  readonly allowOutside: boolean;
};

/** Where one stands who reads it: what is typed is relative to `cwd`, which is absolute. */
export type Standpoint = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
};

export async function readPlan(wanted: PlanWanted, standpoint: Standpoint): Promise<ReadPlan> {
  const { path, allowOutside } = wanted;
  const { readFile } = openPlanFiles({ planPath: path, cwd: standpoint.cwd, allowOutside });
  const reading = readFile(path, SAVED_PLAN_BYTES_MAX);
  if (reading.kind === 'failed') return readOpened(openPlan(path, readFile), wanted, standpoint);
  const { bytes } = reading;
  if (isSavedPlan(Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString())) {
    const source = { path, text: Buffer.from(bytes).toString() };
    return { ...parseSavedPlan(source), sources: new Map([[path, source]]), problem: null };
  }
  // What has been read once is not read again.
  const opened = openPlan(path, (other, bytesMax) =>
    other === path && bytes.length <= bytesMax ? reading : readFile(other, bytesMax),
  );
  return readOpened(opened, wanted, standpoint);
}

async function readOpened(opened: OpenedPlan, wanted: PlanWanted, standpoint: Standpoint): Promise<ReadPlan> {
  if (opened.artifactFiles.length === 0) return { ...opened.resolve(NOTHING_NAMED), problem: null };
  // Needed by the plan alone, and there only for those that name a file.
  const { lookUpArtifacts } = await import('./look-up-artifacts.ts');
  const found = await lookUpArtifacts(wanted, standpoint);
  const { plan, diagnostics, sources } = opened.resolve(found.lookup);
  // Whoever needs the artifacts reads the settings for other things too, and tells what is wrong with them.
  const inSettings = wanted.isNeeded ? [] : found.diagnostics;
  const refusals = found.refusal === null ? [] : [found.refusal];
  const isKnown = found.diagnostics.length + refusals.length === 0 && found.problem === null;
  return {
    plan: isKnown ? plan : null,
    diagnostics: [...diagnostics, ...refusals, ...inSettings],
    sources: new Map([...sources, ...found.sources]),
    problem: found.problem?.message ?? null,
  };
}

/** It is asked about nothing. */
const NOTHING_NAMED: ArtifactLookup = {
  sum: () => ({ kind: 'failed', problem: 'missing', message: '' }),
  ...{ records: null, state: null, isNeeded: false },
};

/** A saved plan says in so many bytes that it is one. */
const BEGINNING_BYTES = 4_000;
