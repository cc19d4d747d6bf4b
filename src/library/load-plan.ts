/** A plan from a file or from text, and everything that is wrong with it. */
import { dirname, resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { describeDiagnostics } from '../findings/render-json.ts';
import type { Files } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { readPlanWith } from '../host/read-plan.ts';
import type { OpenedLookup } from '../host/read-plan.ts';
import { readUploads } from '../host/open-store.ts';
import { digestPlan } from '../plan/digest.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { OptionError, UploadsError } from './errors.ts';
import type { Finding } from './findings.ts';
import { registerPlan } from './known-plans.ts';
import { locateState } from './check-options.ts';
import type { FileText } from './run-options.ts';

export type LoadOptions = {
  /**
   * Where uploads are on record, as `state` of `runRollout`: needed for plans that name an artifact by its `file`, and not
   * looked at for others.
   */
  readonly state?: string;
  /**
   * Whether the plan may name files outside its repository (or outside its own folder, where there is none); `false`
   * unless given. Only for a plan that is trusted.
   */
  readonly allowOutside?: boolean;
};

export type LoadedPlan =
  | {
      /** Every default applied and every device named; frozen. */
      readonly plan: RolloutPlan;
      /** SHA-256 of what the plan resolved to, in lower-case hex: the same for the same rollout. */
      readonly digest: string;
      /** Warnings, in the order of the plan's text, then of each device file's. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly plan: null;
      readonly digest: null;
      /** Errors, at least one, and warnings, in the same order. */
      readonly findings: readonly Finding[];
    };

/**
 * Reads and checks a plan and the device files that it names, as `breakwater validate` does. Touches no network (but a
 * database, where `state` is one and the plan names an artifact by its file) and runs nothing.
 *
 * @param source - The plan's path, relative to the process's folder; or its path and text.
 * @returns The plan with its warnings; or `plan: null` and all that is wrong with it, a missing file included.
 * @throws {@link OptionError} where the plan names an artifact by its file and `state` is not given, or cannot be one.
 * @throws {@link UploadsError} where the record of uploads is needed and cannot be read.
 */
export async function loadPlan(source: string | FileText, options: LoadOptions = {}): Promise<LoadedPlan> {
  const given = typeof source === 'string' ? { path: source } : source;
  const { path } = given;
  const { state, allowOutside = false } = options;
  const cwd = process.cwd();
  const { plan, diagnostics, sources, problem } = await readPlanWith(
    () => lookUp(state, openPlanFiles({ planPath: path, cwd, allowOutside })),
    { ...given, cwd, allowOutside, isNeeded: true },
  );
  if (problem !== null) throw new UploadsError(problem);
  const findings = describeDiagnostics(diagnostics, sources);
  if (plan === null) return { plan, digest: null, findings };
  const folder = dirname(resolve(path));
  return { plan: registerPlan(plan, { path, folder }), digest: digestPlan(plan), findings };
}

async function lookUp(state: string | undefined, { sum }: Files): Promise<OpenedLookup> {
  if (state === undefined) {
    throw new OptionError(
      'state',
      'is needed: the plan names an artifact by its file, and there uploads are on record',
    );
  }
  const records = await readUploads(locateState(state), systemClock);
  const problem = 'problem' in records ? records : null;
  return {
    lookup: { sum, state, isNeeded: true, records: 'problem' in records ? null : records },
    diagnostics: [],
    sources: new Map(),
    refusal: null,
    problem,
  };
}
