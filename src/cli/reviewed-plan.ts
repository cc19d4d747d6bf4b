/**
 * A record is data. In CI, and where the record is not in a folder of this machine, whoever can write it must not be able
 * to name programs or artifacts: there the plan file that the record names, in this repository, has to say the same.
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

/** Where the plan of a rollout is that is on record at `location`, as it is seen from here; `null` where it is not found. */
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
  /** How it is done without the record's word: a sentence that ends in the command. */
  readonly wayOn: string;
  readonly flags: { readonly state: string | null; readonly allowOutside: boolean; readonly color: boolean };
  /** Whether the artifacts that it names by their files must be known. */
  readonly isNeeded: boolean;
};

/** The plan at the recorded path, in this repository; whether it says what the record says is for the caller to see. */
export async function readReviewed(
  { state: { plan: recorded, planFile }, located, wayOn, flags, isNeeded }: Reviewing,
  io: Io,
): Promise<RolloutPlan | ExitCode> {
  const refuse = (why: string): ExitCode =>
    fail(
      io,
      EXIT.refused,
      `in CI, and with a record that others can write, only a plan file of this repository may say what ${recorded.name} runs, and ${why}. ${wayOn}`,
    );
  if (located === null) return refuse(describeMissing(planFile));
  if (!located.isInside) return refuse(`the record names ${planFile ?? ''}, which is outside`);
  const { state, allowOutside, color } = flags;
  const wanted = { path: located.path, state, isNeeded, isStoreOpened: isNeeded, allowOutside };
  const plan = await loadPlanOrReport(wanted, io, color);
  if (typeof plan === 'number' || plan.name === recorded.name) return plan;
  return refuse(`${located.path} is the plan of ${plan.name}`);
}

export function describeMissing(planFile: string | null): string {
  return planFile === null
    ? 'the record does not say where its plan is'
    : `its plan ${planFile} is not found from here`;
}
