/**
 * `breakwater plan --format markdown`: for a comment on a pull request or a job's summary. What comes from the plan is
 * shown as it is, whatever it holds. Each part has a bound, so that the whole fits into a comment, which takes 65,536
 * characters, however large the fleet.
 */
import { renderDuration, renderElapsed } from '../../base/duration.ts';
import { escapeMarkdown, markdownCode } from '../../base/markdown.ts';
import type { MarkdownColumn } from '../../base/markdown.ts';
import { count, renderNumber } from '../../base/text.ts';
import type { PlanDigest } from '../../plan/identifiers.ts';
import type { Wave } from '../../plan/rollout-plan.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { Preview, WavePreview } from '../../rollout/preview.ts';
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
import type { OnRecord } from '../wording/describe-open.ts';
import { clip, listWithin, tableWithin } from '../report/markdown-parts.ts';
import type { MarkdownPart } from '../report/markdown-parts.ts';

/** What is allowed in the plan, and is probably not what was meant. */
export type PlanWarning = {
  readonly code: string;
  /** `plans/a.yaml:12:5`. */
  readonly place: string;
  readonly message: string;
  readonly help: string | null;
};

export type PreviewMarkdownOptions = {
  readonly digest: PlanDigest;
  /** What the API tells of the devices; `null` where it was not asked. */
  readonly preflight: Preflight | null;
  /** What other rollouts on record have to do with the devices; left out where the records were not looked at. */
  readonly records?: OnRecord | null;
  readonly warnings: readonly PlanWarning[];
};

const FACTS_CHARS_MAX = 8_000;
const WARNINGS_CHARS_MAX = 7_000;
const WAVES_CHARS_MAX = 42_000;

export function renderPreviewMarkdown(preview: Preview, options: PreviewMarkdownOptions): string {
  const { plan, waves, devices } = preview;
  const parts = [
    `## Rollout ${escapeMarkdown(plan.name)}: ${count(devices, 'device')} in ${count(waves.length, 'wave')}, region ${plan.region}\n`,
    ...(plan.description === null ? [] : [`${escapeMarkdown(clip(plan.description))}\n`]),
    renderFacts(preview, options),
    ...warningsPart(options.warnings),
    wavesPart(waves),
  ];
  const isCut = parts.some((part) => typeof part === 'object' && part.isCut);
  return [
    ...parts.map((part) => (typeof part === 'string' ? part : part.text)),
    ...(isCut ? [`All of it: ${markdownCode('breakwater plan')}, in text or as \`--format json\`\n`] : []),
  ].join('\n');
}

function renderFacts(
  preview: Preview,
  { digest, preflight, records = null }: PreviewMarkdownOptions,
): string {
  const { plan } = preview;
  const facts = [
    ...listPlanFacts(preview, preflight, records),
    ['calls to the API', `${renderCalls(preview.calls)}; ${describeHour(preview.callsAnHour)}`] as const,
    [
      'time',
      `at most ${renderElapsed(preview.longestMs)}, if every deployment needs its whole timeout${describeWaiting(plan)}`,
    ] as const,
    ['odds', describeOdds(preview).join(' ')] as const,
  ];
  const items = [
    `- artifact: ${markdownCode(plan.artifact.uuid)}\n`,
    `- digest: ${markdownCode(digest)}\n`,
    ...facts.map(([name, fact]) => `- ${name}: ${escapeMarkdown(clip(fact))}\n`),
  ];
  return listWithin(items, FACTS_CHARS_MAX);
}

function warningsPart(warnings: readonly PlanWarning[]): readonly MarkdownPart[] {
  if (warnings.length === 0) return [];
  const rows = warnings.map(({ code, place, message, help }) => [
    markdownCode(clip(place)),
    markdownCode(code),
    escapeMarkdown(clip(help === null ? message : `${message}; ${help}`)),
  ]);
  return [
    tableWithin({
      title: `⚠️ ${count(warnings.length, 'warning')}`,
      columns: leftAligned('place', 'warning', 'what it says'),
      rows,
      chars: WARNINGS_CHARS_MAX,
    }),
  ];
}

function wavesPart(waves: readonly WavePreview[]): MarkdownPart {
  const hasArguments = waves.some(({ wave }) => Object.keys(wave.arguments).length > 0);
  const columns: readonly MarkdownColumn[] = [
    ...leftAligned('wave'),
    { title: 'devices', align: 'right' },
    ...leftAligned('posted', 'needs', 'halts', 'time', 'waits for'),
    ...(hasArguments ? leftAligned('arguments') : []),
  ];
  return tableWithin({
    title: 'Waves, in this order',
    columns,
    rows: waves.map((wave) => waveRow(wave, hasArguments)),
    chars: WAVES_CHARS_MAX,
  });
}

function waveRow(preview: WavePreview, hasArguments: boolean): readonly string[] {
  const { wave, batches, longestMs } = preview;
  const time = `timeout ${renderDuration(wave.timeoutMs)}${describeSoak(wave)}; at most ${renderElapsed(longestMs)}`;
  return [
    escapeMarkdown(wave.name),
    renderNumber(wave.devices.length),
    ...[describeBatches(wave, batches), describeLimit(preview), describeHalt(preview), time].map(
      escapeMarkdown,
    ),
    describeWaits(wave)
      .map((text) => escapeMarkdown(clip(text)))
      .join('; '),
    ...(hasArguments ? [markdownCode(clip(describeArguments(wave.arguments)))] : []),
  ];
}

/** How many of a kind are named in a cell. */
const WAITS_SHOWN = 5;

/** What a wave waits for, before it starts and after its soak. */
function describeWaits(wave: Wave): readonly string[] {
  return listWaits(wave).flatMap(({ label, lines }) => [
    ...lines.slice(0, WAITS_SHOWN).map(({ cell }) => cell),
    ...(lines.length > WAITS_SHOWN ? [`and ${count(lines.length - WAITS_SHOWN, `more ${label}`)}`] : []),
  ]);
}

function leftAligned(...titles: readonly string[]): readonly MarkdownColumn[] {
  return titles.map((title) => ({ title, align: 'left' }));
}
