/** Loads a plan from a file or from text, with all findings. */
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
   * Place of the record of uploads, as `state` of `runRollout`. Required for plans that name an artifact by `file`; ignored for
   * others.
   */
  readonly state?: string;
  /**
   * Whether the plan may name files outside its repository, or outside its folder if it is in no repository. Only for trusted
   * plans. Default: `false`.
   */
  readonly allowOutside?: boolean;
};

export type LoadedPlan =
  | {
      /** The plan with every default and every device. It is frozen. */
      readonly plan: RolloutPlan;
      /** SHA-256 of the resolved plan, in lower-case hex: equal for equal rollouts. */
      readonly digest: string;
      /** Warnings, in the order of the plan's text, then of each device file. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly plan: null;
      readonly digest: null;
      /** At least one error, and warnings, in the same order. */
      readonly findings: readonly Finding[];
    };

/**
 * Reads and checks a plan and its device files, like `breakwater validate`. Starts no program. Uses no network, except for a
 * database in `state` if the plan names an artifact by file.
 *
 * @param source - The plan's path, relative to the working folder; or its path and text.
 * @returns The plan with its warnings; or `plan: null` with all findings. A missing file is a finding too.
 * @throws {@link OptionError} if the plan names an artifact by file, and `state` is missing or not valid.
 * @throws {@link UploadsError} if the record of uploads is required and cannot be read.
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
      'is required: the plan names an artifact by file, and this place holds the record of uploads',
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
