/** `breakwater validate`: prints findings on stdout, because they are its result. */
import { resolve } from 'node:path';
import { guardLog, count, printable } from '../../base/text.ts';
import { countFindings } from '../../findings/findings.ts';
import { renderDiagnosticsJson } from '../../findings/render-json.ts';
import { renderDiagnostics } from '../../findings/render-text.ts';
import { isFolderAt, realPathOf } from '../../files/repository.ts';
import { checkRolloutNames } from '../../plan/rules/names.ts';
import type { NamedPlan } from '../../plan/rules/names.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { pointToExplanation, readPlan } from '../read-plan.ts';
import { fail, isColourful, remark } from '../io.ts';
import type { Io } from '../io.ts';
import { checkStateVariable } from '../../settings/check-settings.ts';
import type { ReadPlan } from '../../host/read-plan.ts';
import type { Validated } from './validate-for-review.ts';
import type { Inputs } from './validate-inputs.ts';

export type ValidateFlags = {
  /** Files, folders, and `-` for standard input. */
  readonly paths: readonly string[];
  /** What standard input is called in findings; `null` for its usual name. */
  readonly stdinName: string | null;
  readonly format: 'text' | 'json' | 'github' | 'gitlab' | 'sarif';
  readonly strict: boolean;
  readonly allowOutside: boolean;
  readonly color: boolean;
};

export async function runValidate(flags: ValidateFlags, io: Io): Promise<ExitCode> {
  const { format, color, stdinName } = flags;
  if (stdinName !== null && !flags.paths.includes(STDIN)) {
    return fail(io, EXIT.refused, '--stdin-name is the name of standard input: give `-` as a plan too');
  }
  const inputs = await findInputs(flags, io);
  const results = judgeTogether(await readInputs(inputs.paths, flags, io), io);
  const problems = [...new Set([...inputs.problems, ...results.flatMap(({ read }) => read.problem ?? [])])];
  const validated: Validated = {
    diagnostics: [
      ...results.flatMap(({ read }) => read.diagnostics),
      ...checkStateVariable(io.env, { record: false }),
    ],
    sources: new Map(results.flatMap(({ read }) => [...read.sources])),
    results: [
      ...results.map(({ path, read }) => describeResult(path, read)),
      ...inputs.remarks.map(printable),
    ],
    problems: [...inputs.refusals, ...problems],
  };
  io.stdout.write(await render(validated, { format, colour: isColourful(io, io.stdout, color) }, io));
  if (format === 'json' || format === 'gitlab' || format === 'sarif') {
    for (const line of inputs.remarks) remark(io, line);
  }
  for (const refusal of inputs.refusals) remark(io, refusal);
  for (const problem of problems) remark(io, problem);
  if (problems.length > 0) return EXIT.environment;
  const isRefused = inputs.refusals.length > 0 || results.some(({ read }) => read.plan === null);
  const warnings = countFindings(validated.diagnostics, 'warning');
  if (isRefused || warnings === 0 || !flags.strict) return isRefused ? EXIT.refused : EXIT.completed;
  return fail(io, EXIT.refused, `${count(warnings, 'warning')}, and --strict fails for a warning`);
}

const STDIN = '-';

/** Folders and standard input need code of their own. */
async function findInputs(flags: ValidateFlags, io: Io): Promise<Inputs> {
  const { paths } = flags;
  const isPlain = paths.every((path) => !isFolderAt(resolve(io.cwd, path)));
  if (isPlain) return { paths, remarks: [], refusals: [], problems: [] };
  const { openFolders } = await import('./validate-inputs.ts');
  return openFolders(flags, io);
}

async function readInputs(
  paths: readonly string[],
  { allowOutside, stdinName }: ValidateFlags,
  io: Io,
): Promise<readonly Result[]> {
  const wanted = { state: null, isNeeded: false, isStoreOpened: false, allowOutside };
  const results: Result[] = [];
  for (const path of new Set(paths)) {
    if (path === STDIN) {
      const { openStdin, renameStdin, STDIN_NAME } = await import('./validate-inputs.ts');
      const read = await readPlan({ path: STDIN_NAME, ...wanted }, io, await openStdin(allowOutside, io));
      const name = stdinName ?? STDIN_NAME;
      results.push({ path: name, read: renameStdin(read, name) });
    } else {
      results.push({ path, read: await readPlan({ path, ...wanted }, io) });
    }
  }
  return results;
}

type Result = { readonly path: string; readonly read: ReadPlan };

function judgeTogether(results: readonly Result[], io: Io): readonly Result[] {
  const duplicates = checkRolloutNames(listPlans(results, io));
  return results.map(({ path, read }) => {
    const own = duplicates.filter(({ place }) => place.path === path);
    const diagnostics = [...read.diagnostics, ...own];
    return { path, read: own.length === 0 ? read : { ...read, plan: null, diagnostics } };
  });
}

/** Each file once, even if it was given by several paths. */
function listPlans(results: readonly Result[], { cwd }: Io): readonly NamedPlan[] {
  const byFile = new Map<string, NamedPlan>();
  for (const { path, read } of results) {
    const source = read.sources.get(path);
    // A plan that may not be read has no source.
    if (read.plan === null || source === undefined) continue;
    const file = realPathOf(resolve(cwd, path));
    if (!byFile.has(file)) byFile.set(file, { plan: read.plan, source });
  }
  return [...byFile.values()];
}

async function render(
  validated: Validated,
  { format, colour }: { readonly format: ValidateFlags['format']; readonly colour: boolean },
  io: Io,
): Promise<string> {
  const { diagnostics, sources, results } = validated;
  switch (format) {
    case 'text':
      return guardLog(
        [
          renderDiagnostics(diagnostics, sources, { colour }),
          ...results.map((line) => `${line}\n`),
          pointToExplanation(diagnostics),
        ].join(''),
      );
    case 'json':
      return renderDiagnosticsJson(diagnostics, sources);
    case 'github':
    case 'gitlab':
    case 'sarif': {
      const { renderForReview } = await import('./validate-for-review.ts');
      return renderForReview(validated, format, io);
    }
  }
}

function describeResult(path: string, { plan, diagnostics, problem }: ReadPlan): string {
  const shown = printable(path);
  const warnings = countFindings(diagnostics, 'warning');
  const noted = warnings === 0 ? '' : `, with ${count(warnings, 'warning')}`;
  if (plan !== null) return `${shown}: valid${noted}: ${describePlan(plan)}`;
  if (problem !== null) return `${shown}: not checked completely`;
  return `${shown}: not valid: ${count(countFindings(diagnostics, 'error'), 'error')}${noted}`;
}

function describePlan(plan: RolloutPlan): string {
  return `${plan.name}, ${count(plan.waves.length, 'wave')}, ${count(countDevices(plan), 'device')}`;
}
