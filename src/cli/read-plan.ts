/** Reads a plan that the user names, from a plan file or a saved plan. Prints findings on stderr. */
import { renderDiagnostics } from '../findings/render-text.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { fail, isColourful, print } from './io.ts';
import type { Io } from './io.ts';
import type { PlanWanted, ReadPlan, PlanContext } from '../host/read-plan.ts';
import type { Files } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { readPlanWith } from '../host/read-plan.ts';
import { composeExplain } from '../views/wording/commands.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

/** Like `readPlan`, and prints the findings on stderr. Resolves to the exit code if there is no plan. */
export async function loadPlanOrReport(
  wanted: PlanWanted,
  io: Io,
  color: boolean,
): Promise<RolloutPlan | ExitCode> {
  return (await loadOrReport(wanted, io, color)).outcome;
}

/** The same, for callers that also need the findings. */
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

/** Prints findings on stderr. */
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

/** `files`: where the plan and the files that it names are read. */
export function readPlan(
  wanted: PlanWanted,
  context: PlanContext,
  files: Files = openFilesFor(wanted, context),
): Promise<ReadPlan> {
  const lookUp = async () => {
    // Loaded only for plans that name an artifact by its file.
    const { lookUpArtifacts } = await import('../host/look-up-artifacts.ts');
    return lookUpArtifacts(wanted, { ...context, files });
  };
  return readPlanWith(lookUp, { ...wanted, cwd: context.cwd, files });
}

function openFilesFor({ path: planPath, allowOutside }: PlanWanted, { cwd }: PlanContext): Files {
  return openPlanFiles({ planPath, cwd, allowOutside });
}

/** Ends with a line feed; empty if there are no findings. */
export function pointToExplanation(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return first === undefined ? '' : `For more about a finding: ${composeExplain(first.code)}\n`;
}
