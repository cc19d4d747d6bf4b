/**
 * `breakwater diff --format markdown`: for a comment on a pull request or a job's summary. What comes from the plans is
 * shown as it is, whatever it holds. Each part has a bound, so that the whole fits into a comment.
 */
import { escapeMarkdown, markdownCode } from '../../base/markdown.ts';
import type { MarkdownColumn } from '../../base/markdown.ts';
import { list, renderNumber } from '../../base/text.ts';
import { clip, tableWithin } from '../report/markdown-parts.ts';
import type { MarkdownPart } from '../report/markdown-parts.ts';
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
import type { PlanDiff, Sides, WaveDiff } from './plan-diff.ts';
import type { DiffSource } from './render-text.ts';
import type { DeviceChange } from './compare-devices.ts';

export function renderDiffMarkdown(diff: PlanDiff, sources: Sides<DiffSource>): string {
  const parts = isSamePlan(diff) ? [] : listParts(diff);
  const sameness = describeSameness(diff);
  const summary = [
    ...(isSamePlan(diff) ? [] : [`${describeCounts(countChanges(diff.devices))}.`]),
    ...(sameness === null ? [] : [sameness]),
  ].join(' ');
  return [
    `## Rollout ${escapeMarkdown(nameRollout(diff.names))}: what changes\n`,
    `From ${markdownCode(clip(sources.before.label))} to ${markdownCode(clip(sources.after.label))}: ${summary}\n`,
    ...parts.map(({ text }) => text),
    ...(parts.some(({ isCut }) => isCut)
      ? [`All of it: ${markdownCode('breakwater diff --format json')}\n`]
      : []),
  ].join('\n');
}

function listParts(diff: PlanDiff): readonly MarkdownPart[] {
  return [
    changesTable('Worst case', 12_000, [...describeWorst(diff), ...describeWaveWorst(diff.waves)]),
    changesTable('Plan', 8_000, diff.plan.map(describeValue)),
    wavesTable(diff.waves),
    changesTable('Settings of waves', 18_000, listWaveValues(diff.waves)),
    devicesTable(diff.devices),
  ].flatMap((part) => part ?? []);
}

function listWaveValues(waves: readonly WaveDiff[]): readonly ChangePhrase[] {
  return waves.flatMap(({ after, values }) =>
    values
      .map(describeValue)
      .map(([key, before, is]): ChangePhrase => [`${after?.name ?? ''}: ${key}`, before, is]),
  );
}

function changesTable(title: string, chars: number, rows: readonly ChangePhrase[]): MarkdownPart | null {
  if (rows.length === 0) return null;
  return tableWithin({
    title,
    columns: leftAligned('', 'before', 'after'),
    rows: rows.map(([what, before, after]) => [
      escapeMarkdown(clip(what)),
      escapeMarkdown(clip(before)),
      before === after ? 'the same' : `**${escapeMarkdown(clip(after))}**`,
    ]),
    chars,
  });
}

function wavesTable(waves: readonly WaveDiff[]): MarkdownPart | null {
  const rows = describeWaves(waves).map(([what, text]) => [what, escapeMarkdown(clip(text))]);
  if (rows.length === 0) return null;
  return tableWithin({ title: 'Waves', columns: leftAligned('', 'wave'), rows, chars: 8_000 });
}

function devicesTable(changes: readonly DeviceChange[]): MarkdownPart | null {
  if (changes.length === 0) return null;
  return tableWithin({
    title: 'Devices',
    columns: [...leftAligned('wave'), { title: 'devices', align: 'right' }, ...leftAligned('which')],
    rows: changes.map((change) => [
      escapeMarkdown(clip(nameChange(change))),
      renderNumber(change.devices.length),
      escapeMarkdown(clip(list(change.devices, SERIALS_SHOWN))),
    ]),
    chars: 14_000,
  });
}

function leftAligned(...titles: readonly string[]): readonly MarkdownColumn[] {
  return titles.map((title) => ({ title, align: 'left' }));
}
