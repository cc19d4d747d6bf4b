/** The preview of a plan as numbers. */
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
  /** The polling of the run: it determines the number of calls. */
  readonly polling?: PollingOptions;
};

/**
 * Computes what a run of the plan would do: waves and their devices, thresholds as counts, the failure that halts each wave,
 * the devices that are reached by then, API calls and the longest time. It uses the functions of a real run, and only its
 * arguments: the same plan gives the same preview. It deploys nothing and calls no API.
 *
 * @param plan - The object that `loadPlan` returned.
 * @returns The document of `breakwater plan --format json`; `online` is `null`.
 * @throws {@link OptionError} if `loadPlan` did not return the plan, or the polling bounds are not valid.
 */
export function previewRollout(plan: RolloutPlan, options: PreviewOptions = {}): RolloutPreview {
  originOf(plan);
  const previewed = preview(plan, resolvePolling(options.polling));
  return copyDocument<RolloutPreview>(
    describePreview(previewed, { digest: digestPlan(plan), preflight: null }),
  );
}
