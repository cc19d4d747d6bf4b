/** A plan, from a plan file or from one that was saved, whichever the user names; uploads are on record where the settings say. */
import type { Files } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { readPlanWith } from './read-plan-with.ts';
import type { ReadPlan, PlanWanted, PlanContext } from './read-plan-with.ts';

export type { ReadPlan };

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
