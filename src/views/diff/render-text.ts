/** `breakwater diff`, for a person. */
import { list, printable, renderNumber } from '../../base/text.ts';
import type { PlanDigest } from '../../plan/identifiers.ts';
import {
  countChanges,
  describeCounts,
  describeSameness,
  nameChange,
  nameRollout,
  SERIALS_SHOWN,
  describeValue,
  describeWaves,
  describeWaveWorst,
  describeWorst,
} from './diff-phrases.ts';
import type { ChangePhrase } from './diff-phrases.ts';
import { isSamePlan } from './plan-diff.ts';
import type { PlanDiff, Sides } from './plan-diff.ts';
import type { DeviceChange } from './compare-devices.ts';

/** What the user called the plans, and their digests. */
export type DiffSource = { readonly label: string; readonly digest: PlanDigest };

/** How many changes are named. */
const CHANGES_SHOWN = 40;

export function renderDiffText(diff: PlanDiff, sources: Sides<DiffSource>): string {
  const head = [
    `Rollout ${printable(nameRollout(diff.names))}`,
    `  before  ${describeSource(sources.before)}`,
    `  after   ${describeSource(sources.after)}`,
  ];
  const sameness = describeSameness(diff);
  const sections = isSamePlan(diff) ? [] : listSections(diff);
  return [head, ...sections, ...(sameness === null ? [] : [[sameness]])]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function describeSource({ label, digest }: DiffSource): string {
  return `${printable(label)}  (digest ${digest.slice(0, DIGEST_CHARS)})`;
}

/** Enough of it to compare it by eye. */
const DIGEST_CHARS = 12;

function listSections(diff: PlanDiff): readonly (readonly string[])[] {
  return [
    section('Plan', diff.plan.map(describeValue).map(renderTold)),
    section(
      'Waves',
      describeWaves(diff.waves).map(([what, text]) => [what, printable(text)]),
    ),
    ...diff.waves.map(({ after, values }) =>
      section(`Wave ${printable(after?.name ?? '')}`, values.map(describeValue).map(renderTold)),
    ),
    devicesSection(diff.devices),
    section('Worst case', [...describeWorst(diff), ...describeWaveWorst(diff.waves)].map(renderTold)),
  ].filter((lines) => lines.length > 0);
}

function renderTold([what, before, after]: ChangePhrase): readonly [string, string] {
  return [printable(what), printable(before === after ? after : `${before} → ${after}`)];
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([what]) => what.length));
  return [title, ...rows.map(([what, text]) => `  ${what.padEnd(width)}  ${text}`)];
}

function devicesSection(changes: readonly DeviceChange[]): readonly string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, CHANGES_SHOWN)
    .map((change): readonly [string, string] => [
      printable(nameChange(change)),
      `${renderNumber(change.devices.length)}: ${printable(list(change.devices, SERIALS_SHOWN))}`,
    ]);
  const more = changes.length - rows.length;
  const rest = more === 0 ? [] : [`  and ${renderNumber(more)} more; all of them: --format json`];
  return [...section(`Devices: ${describeCounts(countChanges(changes))}`, rows), ...rest];
}
