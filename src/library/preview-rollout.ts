/** What a run of a plan would do, as numbers. */
import { digestPlan } from '../plan/digest.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { describePreview } from '../views/preview/preview-json.ts';
import { previewRollout as preview } from '../rollout/preview.ts';
import { copyDocument } from './copy-document.ts';
import type { RolloutPreview } from './generated/preview.d.ts';
import { originOf } from './known-plans.ts';
import { resolvePolling } from './check-options.ts';
import type { PollingOptions } from './run-options.ts';

export type PreviewOptions = {
  /** As the run will have it: it decides how many calls are made. */
  readonly polling?: PollingOptions;
};

/**
 * Tells what a run of the plan would do: waves and their devices, thresholds as counts, where each wave halts and how many
 * devices it could reach by then, calls to the API and the bound on time. Made by the functions that judge and batch a
 * real run, from nothing but its arguments: the same plan gives the same preview. Posts nothing, asks nobody.
 *
 * @param plan - As `loadPlan` gave it.
 * @returns The document of `breakwater plan --format json`; `online` is `null`.
 * @throws {@link OptionError} for a plan that `loadPlan` did not give, or polling bounds that cannot be kept.
 */
export function previewRollout(plan: RolloutPlan, options: PreviewOptions = {}): RolloutPreview {
  originOf(plan);
  const previewed = preview(plan, resolvePolling(options.polling));
  return copyDocument<RolloutPreview>(
    describePreview(previewed, { digest: digestPlan(plan), preflight: null }),
  );
}
