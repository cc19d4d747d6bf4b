/** `breakwater plan`, for a person. No time of day, no path and no width of a terminal: the same plan, the same bytes. */
import { renderDuration, renderElapsed } from '../../base/duration.ts';
import { count, list, printable, renderNumber } from '../../base/text.ts';
import type { OnRecord } from '../wording/describe-open.ts';
import type { PlanDigest } from '../../plan/identifiers.ts';
import type { Wave } from '../../plan/rollout-plan.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { Preview, WavePreview } from '../../rollout/preview.ts';
import { TYPICAL_DEVICE_MS } from '../../rollout/preview.ts';
import {
  describeArguments,
  describeBatches,
  describeHalt,
  describeHour,
  describeLimit,
  describeOdds,
  describeSoak,
  describeWaiting,
  listPlanFacts,
  renderCalls,
} from './preview-phrases.ts';
import { listWaits } from './preview-waits.ts';

/** How many serials are named for a wave. */
const SERIALS_SHOWN = 3;

export type PreviewOptions = {
  readonly digest: PlanDigest;
  /** Whether every serial is listed, a line each. */
  readonly withDevices: boolean;
  /** What the API tells of the devices; `null` where it was not asked. */
  readonly preflight: Preflight | null;
  /** What other rollouts on record have to do with the devices; left out where the records were not looked at. */
  readonly records?: OnRecord | null;
};

export function renderPreview(
  preview: Preview,
  { digest, withDevices, preflight, records = null }: PreviewOptions,
): string {
  const { plan, waves, devices } = preview;
  const facts = [
    ['artifact', plan.artifact.uuid] as const,
    ['digest', digest] as const,
    ...listPlanFacts(preview, preflight, records),
  ];
  return [
    `Rollout ${plan.name}: ${count(devices, 'device')} in ${count(waves.length, 'wave')}, region ${plan.region}`,
    ...(plan.description === null ? [] : [`  ${printable(plan.description)}`]),
    ...facts.map(([name, fact]) => `  ${name.padEnd(10)} ${fact}`),
    '',
    ...waves.flatMap((wave, index) => [
      ...renderWave(wave, index),
      ...(withDevices ? wave.wave.devices.map((serial) => `    ${serial}`) : []),
      '',
    ]),
    `Calls to the API: ${renderCalls(preview.calls)}; ${describeHour(preview.callsAnHour)}`,
    `  likely: every device ends within ${renderDuration(TYPICAL_DEVICE_MS)}; at most: one device of each deployment never ends`,
    `Time: at most ${renderElapsed(preview.longestMs)}, if every deployment needs its whole timeout${describeWaiting(plan)}`,
    `Odds: ${describeOdds(preview).join('\n  ')}`,
    '',
  ].join('\n');
}

/** Lines of one wave; `index` from 0. */
function renderWave(preview: WavePreview, index: number): readonly string[] {
  const { wave, batches, calls, longestMs } = preview;
  return [
    `Wave ${index + 1}: ${printable(wave.name)}`,
    `  devices    ${renderNumber(wave.devices.length)}: ${list(wave.devices, SERIALS_SHOWN)}`,
    ...renderArguments(wave),
    `  posted     ${describeBatches(wave, batches)}`,
    `  needs      ${describeLimit(preview)}`,
    `  halts      ${describeHalt(preview)}`,
    `  calls      ${renderCalls(calls)}`,
    `  time       timeout ${renderDuration(wave.timeoutMs)}${describeSoak(wave)}; at most ${renderElapsed(longestMs)}`,
    ...listWaits(wave).flatMap(({ label, lines }) =>
      lines.map(({ text }) => `  ${label.padEnd(10)} ${text}`),
    ),
  ];
}

function renderArguments({ arguments: values }: Wave): readonly string[] {
  return Object.keys(values).length === 0 ? [] : [`  arguments  ${describeArguments(values)}`];
}
