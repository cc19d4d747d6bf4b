/** `breakwater plan --format json`: one document, described by `schemas/preview.schema.json`. */
import { renderJson } from '../../base/text.ts';
import { unknownIn } from '../../rollout/preflight.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import { ODDS_BREAKAGE } from '../../rollout/preview.ts';
import { onRecordFacts } from '../wording/describe-others.ts';
import { waitFacts } from './preview-phrases.ts';
import type { PreviewContext } from './preview-phrases.ts';
import type { Preview } from '../../rollout/preview.ts';

export function renderPreviewJson(preview: Preview, besides: PreviewContext): string {
  return `${renderJson(describePreview(preview, besides), 2)}\n`;
}

/** The same as a value. */
export function describePreview(
  { plan, devices, waves, limit, calls, callsAnHour, longestMs, odds }: Preview,
  { digest, preflight, records = null }: PreviewContext,
) {
  return {
    format: 'breakwater/preview',
    version: 1,
    digest,
    rollout: plan.name,
    region: plan.region,
    artifact: plan.artifact,
    devices,
    tolerated: limit?.tolerated ?? null,
    calls,
    callsAnHour,
    longestMs,
    minOnline: plan.preflight?.minOnline ?? null,
    online: preflight === null ? null : onlineFacts(preflight),
    ...(records === null ? {} : { records: onRecordFacts(records) }),
    odds: { breaks: { partsPerMillion: ODDS_BREAKAGE.partsPerMillion }, ...odds },
    rollback: plan.rollback ?? null,
    hooks: plan.hooks ?? {},
    waves: waves.map((preview) => ({
      name: preview.wave.name,
      devices: preview.wave.devices,
      arguments: preview.wave.arguments,
      deployments: preview.batches,
      parallel: preview.wave.batch.parallel,
      tolerated: preview.limit.tolerated,
      base: preview.limit.base,
      haltsAtFailure: preview.halt.atFailure,
      haltsBy: preview.halt.by,
      reachedByThen: preview.halt.reached,
      timeoutMs: preview.wave.timeoutMs,
      soakMs: preview.wave.soakMs ?? 0,
      ...waitFacts(preview.wave),
      calls: preview.calls,
      longestMs: preview.longestMs,
    })),
  } as const;
}

function onlineFacts(preflight: Preflight) {
  const { devices, online, offline, needed, partial } = preflight;
  const unknown = unknownIn(preflight);
  return { devices, online, offline, unknown, needed, ...(partial !== undefined && { partial }) };
}
