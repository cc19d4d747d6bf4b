/** `breakwater diff` for people: in text, and in Markdown for a comment on a pull request or a job's summary. */
import { list, renderNumber } from '../../base/text.ts';
import type { PlanDigest } from '../../plan/identifiers.ts';
import { code, left, phrase, right } from '../blocks/block.ts';
import type { Block, Change } from '../blocks/block.ts';
import { renderMarkdown } from '../blocks/render-markdown.ts';
import { renderText } from '../blocks/render-text.ts';
import {
  countChanges,
  describeCounts,
  describeSameness,
  describeValue,
  describeWaves,
  describeWaveWorst,
  describeWorst,
  nameChange,
  nameRollout,
} from './diff-phrases.ts';
import { isSamePlan } from './plan-diff.ts';
import type { DeviceChange } from './match-waves.ts';
import type { PlanDiff, Sides } from './plan-diff.ts';

/** What the user called the plans, and their digests. */
export type DiffSource = { readonly label: string; readonly digest: PlanDigest };

export function renderDiffText(diff: PlanDiff, sources: Sides<DiffSource>): string {
  const sameness = describeSameness(diff);
  const { plan, waves, worst } = blocksOf(diff);
  const settings = diff.waves.map(({ after, values }): Block => {
    return { kind: 'changes', title: phrase`Wave ${after?.name ?? ''}`, rows: values.map(describeValue) };
  });
  return renderText([
    { kind: 'heading', text: phrase`Rollout ${nameRollout(diff.names)}` },
    {
      kind: 'facts',
      rows: [
        ['before', describeSource(sources.before)],
        ['after', describeSource(sources.after)],
      ],
    },
    ...(isSamePlan(diff) ? [] : [plan, waves, ...settings, devicesFacts(diff.devices), worst]),
    ...(sameness === null ? [] : [{ kind: 'note', lines: [sameness] } as const]),
  ]);
}

export function renderDiffMarkdown(diff: PlanDiff, sources: Sides<DiffSource>): string {
  const { plan, waves, worst } = blocksOf(diff);
  const settings: Block = {
    kind: 'changes',
    title: 'Wave settings',
    rows: diff.waves.flatMap(({ after, values }) =>
      values.map(describeValue).map(([key, ...sides]): Change => [`${after?.name ?? ''}: ${key}`, ...sides]),
    ),
    charsMax: 18_000,
  };
  const isSame = isSamePlan(diff);
  const summary = [
    ...(isSame ? [] : [`${describeCounts(countChanges(diff.devices))}.`]),
    describeSameness(diff) ?? [],
  ].flat();
  return renderMarkdown(
    [
      { kind: 'heading', text: phrase`Rollout ${nameRollout(diff.names)}: changes` },
      {
        kind: 'note',
        lines: [
          phrase`From ${code(sources.before.label)} to ${code(sources.after.label)}: ${summary.join(' ')}`,
        ],
      },
      ...(isSame ? [] : [worst, plan, waves, settings, devicesTable(diff.devices)]),
    ],
    code('breakwater diff --format json'),
  );
}

function blocksOf(diff: PlanDiff): Readonly<Record<'plan' | 'waves' | 'worst', Block>> {
  return {
    plan: { kind: 'changes', title: 'Plan', rows: diff.plan.map(describeValue), charsMax: 8_000 },
    waves: {
      kind: 'table',
      title: 'Waves',
      columns: left('', 'wave'),
      rows: describeWaves(diff.waves),
      charsMax: 8_000,
    },
    worst: {
      kind: 'changes',
      title: 'Worst case',
      rows: [...describeWorst(diff), ...describeWaveWorst(diff.waves)],
      charsMax: 12_000,
    },
  };
}

/** Enough of a digest to compare it by eye. */
const DIGEST_CHARS = 12;

function describeSource({ label, digest }: DiffSource): string {
  return `${label}  (digest ${digest.slice(0, DIGEST_CHARS)})`;
}

/** How many changes are named in text. */
const CHANGES_SHOWN = 40;

/** How many devices of a change are named. */
const SERIALS_SHOWN = 5;

function devicesFacts(changes: readonly DeviceChange[]): Block {
  const more = changes.length - CHANGES_SHOWN;
  return {
    kind: 'facts',
    title: `Devices: ${describeCounts(countChanges(changes))}`,
    rows: changes
      .slice(0, CHANGES_SHOWN)
      .map((change) => [
        nameChange(change),
        `${renderNumber(change.devices.length)}: ${nameDevices(change)}`,
      ]),
    rest: more <= 0 ? null : `and ${renderNumber(more)} more; full list: --format json`,
  };
}

function devicesTable(changes: readonly DeviceChange[]): Block {
  return {
    kind: 'table',
    title: 'Devices',
    columns: [...left('wave'), ...right('devices'), ...left('which')],
    rows: changes.map((change) => [
      nameChange(change),
      renderNumber(change.devices.length),
      nameDevices(change),
    ]),
    charsMax: 14_000,
  };
}

function nameDevices({ devices }: DeviceChange): string {
  return list(devices, SERIALS_SHOWN);
}
