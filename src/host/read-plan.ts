/** A plan, from a plan file or from one that was saved, whichever the user names; uploads are on record where the settings say. */
import type { Clock } from '../base/clock.ts';
import type { Files } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { readPlanWith } from './read-plan-with.ts';
import type { PlanReading, ReadPlan } from './read-plan-with.ts';

export type { ReadPlan };

export type PlanWanted = Omit<PlanReading, 'cwd' | 'files'> & {
  /** `--state`: beside the records of rollouts is that of uploads. */
  readonly state: string | null;
  /** Whether the command opens the store that the settings name anyway. */
  readonly isStoreOpened: boolean;
};

/** Where one stands who reads it: what is typed is relative to `cwd`, which is absolute. */
export type PlanContext = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
};

/** `files` are those that the plan is among: its path, and those that it names, are looked for there. */
export function readPlan(
  wanted: PlanWanted,
  standpoint: PlanContext,
  files: Files = openFilesFor(wanted, standpoint),
): Promise<ReadPlan> {
  const lookUp = async () => {
    // Needed by the plan alone, and there only for those that name a file.
    const { lookUpArtifacts } = await import('./look-up-artifacts.ts');
    return lookUpArtifacts(wanted, { ...standpoint, files });
  };
  return readPlanWith(lookUp, { ...wanted, cwd: standpoint.cwd, files });
}

function openFilesFor({ path: planPath, allowOutside }: PlanWanted, { cwd }: PlanContext): Files {
  return openPlanFiles({ planPath, cwd, allowOutside });
}
