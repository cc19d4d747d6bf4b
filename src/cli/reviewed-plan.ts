/**
 * A record is data. Others may be able to write it in CI, or in a database. Such a writer must not be able to choose programs
 * or artifacts: the plan file in this repository that the record names must say the same.
 */
import { isAbsolute } from 'node:path';
import { locatePlanFile } from '../host/plan-file.ts';
import type { LocatedPlan } from '../host/plan-file.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { RolloutState } from '../rollout/state.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';
import { loadPlanOrReport } from './read-plan.ts';

/** Finds the plan file of a rollout that is on record at `location`; `null` if it is not found. */
export function locateRecorded(
  { planFile }: Pick<RolloutState, 'planFile'>,
  location: string,
  io: Io,
): LocatedPlan | null {
  return planFile === null ? null : locatePlanFile(planFile, io, isAbsolute(location) ? [location] : []);
}

export type Reviewing = {
  readonly state: Pick<RolloutState, 'plan' | 'planFile'>;
  readonly located: LocatedPlan | null;
  /** How to continue without trust in the record: a sentence that ends in a command. */
  readonly wayOn: string;
  readonly flags: { readonly state: string | null; readonly allowOutside: boolean; readonly color: boolean };
  /** Whether the UUIDs of artifacts that the plan names by file are required. */
  readonly isNeeded: boolean;
};

/** Reads the plan at the recorded path in this repository. The caller compares it with the record. */
export async function readReviewed(
  { state: { plan: recorded, planFile }, located, wayOn, flags, isNeeded }: Reviewing,
  io: Io,
): Promise<RolloutPlan | ExitCode> {
  const refuse = (why: string): ExitCode =>
    fail(
      io,
      EXIT.refused,
      `${why}. In CI, and with a record that others can write, ${recorded.name} needs its plan file in this repository. ${wayOn}`,
    );
  if (located === null) return refuse(describeMissing(planFile));
  if (!located.isInside)
    return refuse(`the record names ${planFile ?? ''}, which is outside this repository`);
  const { state, allowOutside, color } = flags;
  const wanted = { path: located.path, state, isNeeded, isStoreOpened: isNeeded, allowOutside };
  const plan = await loadPlanOrReport(wanted, io, color);
  if (typeof plan === 'number' || plan.name === recorded.name) return plan;
  return refuse(`${located.path} is the plan of ${plan.name}`);
}

export function describeMissing(planFile: string | null): string {
  return planFile === null
    ? 'the record does not name the plan file'
    : `the plan file ${planFile} is not found from here`;
}
