/** `breakwater diff`: what changes from one plan to another. Writes nothing; runs nothing but git, and that only reads. */
import { guardLog, printable } from '../../base/text.ts';
import { readPlan, printDiagnostics } from '../read-plan.ts';
import type { ReadPlan, PlanWanted } from '../../host/read-plan.ts';
import { readRevision, parseSide } from './diff-sides.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { diffPlans, isSamePlan } from '../../views/diff/plan-diff.ts';
import type { PlanDiff, Sides } from '../../views/diff/plan-diff.ts';
import { renderDiffJson } from '../../views/diff/render-json.ts';
import { renderDiffMarkdown, renderDiffText } from '../../views/diff/diff-document.ts';
import type { DiffSource } from '../../views/diff/diff-document.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { previewRollout } from '../../rollout/preview.ts';
import { SETTINGS_DEFAULTS } from '../../settings/settings.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../write-output.ts';

export type DiffFlags = {
  readonly before: string;
  readonly after: string;
  readonly format: 'text' | 'json' | 'markdown';
  /** Whether a difference has an exit code of its own. */
  readonly exitCode: boolean;
  readonly allowOutside: boolean;
  readonly color: boolean;
};

export async function runDiff(flags: DiffFlags, io: Io): Promise<ExitCode> {
  const before = await readSide(flags.before, flags, io);
  const after = await readSide(flags.after, flags, io);
  if (typeof before === 'number' || typeof after === 'number')
    return [before, after].includes(EXIT.environment) ? EXIT.environment : EXIT.refused;
  // What is compared does not depend on how often the API is asked.
  const preview = (plan: RolloutPlan) => previewRollout(plan, SETTINGS_DEFAULTS);
  const diff = diffPlans({ before: preview(before), after: preview(after) });
  const sources = {
    before: { label: flags.before, digest: digestPlan(before) },
    after: { label: flags.after, digest: digestPlan(after) },
  };
  await writeOutput([render(diff, sources, flags.format)], null, io);
  return flags.exitCode && !isSamePlan(diff) ? EXIT.different : EXIT.completed;
}

function render(diff: PlanDiff, sources: Sides<DiffSource>, format: DiffFlags['format']): string {
  switch (format) {
    case 'text':
      return guardLog(renderDiffText(diff, sources));
    case 'json':
      return renderDiffJson(diff, sources);
    case 'markdown':
      return renderDiffMarkdown(diff, sources);
  }
}

/** The plan; or, having told what is wrong with it, the exit code. Warnings are `validate`'s to tell. */
async function readSide(text: string, flags: DiffFlags, io: Io): Promise<RolloutPlan | ExitCode> {
  const side = parseSide(text, io.cwd);
  switch (side.kind) {
    case 'wrong':
      return fail(io, EXIT.refused, printable(side.message));
    case 'path':
      return planOf(await readPlan({ path: side.path, ...wantedOf(flags) }, io), flags, io);
    case 'revision': {
      const outcome = await readRevision(side, io);
      if (outcome.kind === 'read') return planOf(outcome.read, flags, io);
      return fail(io, outcome.kind === 'wrong' ? EXIT.refused : EXIT.environment, printable(outcome.message));
    }
  }
}

function wantedOf({ allowOutside }: DiffFlags): Omit<PlanWanted, 'path'> {
  return { state: null, isNeeded: false, isStoreOpened: false, allowOutside };
}

function planOf(read: ReadPlan, { color }: DiffFlags, io: Io): RolloutPlan | ExitCode {
  const { plan, problem } = read;
  if (plan !== null) return plan;
  printDiagnostics(read, io, color);
  return problem === null ? EXIT.refused : fail(io, EXIT.environment, problem);
}
