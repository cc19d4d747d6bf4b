/** A plan that the user names, and what is wrong with what they gave, told on stderr. */
import { renderDiagnostics } from '../findings/render-text.ts';
import { readPlan } from '../host/read-plan.ts';
import type { ReadPlan } from '../host/read-plan-with.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { pointToExplanation } from './explain/point-out.ts';
import { fail, isColourful, print } from './io.ts';
import type { Io } from './io.ts';
import type { PlanWanted } from '../host/read-plan-with.ts';

/** As `readPlan`, telling the findings on stderr. Without a plan, the exit code. */
export async function loadPlanOrReport(
  wanted: PlanWanted,
  io: Io,
  color: boolean,
): Promise<RolloutPlan | ExitCode> {
  return (await loadOrReport(wanted, io, color)).outcome;
}

/** The same, for whoever needs to know of the findings too. */
export async function loadOrReport(
  wanted: PlanWanted,
  io: Io,
  color: boolean,
): Promise<{ readonly read: ReadPlan; readonly outcome: RolloutPlan | ExitCode }> {
  const read = await readPlan(wanted, io);
  printDiagnostics(read, io, color);
  const { plan, problem } = read;
  if (problem !== null) return { read, outcome: fail(io, EXIT.environment, problem) };
  return { read, outcome: plan ?? EXIT.refused };
}

/** Findings, on stderr. */
export function printDiagnostics(
  { diagnostics, sources }: Pick<ReadPlan, 'diagnostics' | 'sources'>,
  io: Io,
  color: boolean,
): void {
  if (diagnostics.length === 0) return;
  const colour = isColourful(io, io.stderr, color);
  print(
    io.stderr,
    `${renderDiagnostics(diagnostics, sources, { colour })}${pointToExplanation(diagnostics)}`,
  );
}
