/** `breakwater validate`: findings are its result, so they go to stdout. */
import { count } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderDiagnosticsJson } from '../../diagnostics/render-json.ts';
import { renderDiagnostics } from '../../diagnostics/render-text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { fail, isColourful } from '../io.ts';
import type { Io } from '../io.ts';
import { readPlan } from '../../host/read-plan.ts';
import type { ReadPlan } from '../../host/read-plan.ts';

export type ValidateFlags = {
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  readonly color: boolean;
};

export async function runValidate({ paths, format, color }: ValidateFlags, io: Io): Promise<ExitCode> {
  const results = [];
  for (const path of paths) {
    results.push({ path, read: await readPlan({ path, state: null, isNeeded: false }, io) });
  }
  const diagnostics = results.flatMap(({ read }) => read.diagnostics);
  const sources = new Map(results.flatMap(({ read }) => [...read.sources]));
  if (format === 'json') {
    io.stdout.write(renderDiagnosticsJson(diagnostics, sources));
  } else {
    const colour = isColourful(io, io.stdout, color);
    if (diagnostics.length > 0) io.stdout.write(renderDiagnostics(diagnostics, sources, { colour }));
    for (const { path, read } of results) io.stdout.write(`${describeResult(path, read)}\n`);
  }
  const problems = new Set(results.flatMap(({ read }) => read.problem ?? []));
  for (const problem of problems) fail(io, EXIT.environment, problem);
  if (problems.size > 0) return EXIT.environment;
  return results.every(({ read }) => read.plan !== null) ? EXIT.done : EXIT.wrong;
}

function describeResult(path: string, { plan, diagnostics, problem }: ReadPlan): string {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const noted = warnings === 0 ? '' : `, with ${count(warnings, 'warning')}`;
  if (plan !== null) return `${path}: valid${noted}: ${describePlan(plan)}`;
  if (problem !== null) return `${path}: not checked to the end`;
  return `${path}: not valid: ${count(countErrors(diagnostics), 'error')}${noted}`;
}

function describePlan(plan: RolloutPlan): string {
  return `${plan.name}, ${count(plan.waves.length, 'wave')}, ${count(countDevices(plan), 'device')}`;
}

function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
