/**
 * `breakwater plan --format markdown`: for a comment on a pull request or a job's summary. Each part has a bound, so that
 * the whole fits into a comment, which takes 65,536 characters, however large the fleet.
 */
import { count, renderNumber } from '../../base/text.ts';
import type { Wave } from '../../plan/rollout-plan.ts';
import type { Preview, WavePreview } from '../../rollout/preview.ts';
import { code, joined, left, phrase, right } from '../blocks/block.ts';
import type { Block } from '../blocks/block.ts';
import { renderMarkdown } from '../blocks/render-markdown.ts';
import {
  describeArguments,
  describeTotals,
  describeWave,
  headingOf,
  listFacts,
  listWaits,
} from './preview-phrases.ts';
import type { PreviewContext } from './preview-phrases.ts';

/** What the plan may contain, but is probably a mistake. */
export type PlanWarning = {
  readonly code: string;
  /** `plans/a.yaml:12:5`. */
  readonly place: string;
  readonly message: string;
  readonly help: string | null;
};

export type PreviewMarkdownOptions = PreviewContext & { readonly warnings: readonly PlanWarning[] };

export function renderPreviewMarkdown(
  preview: Preview,
  { warnings, ...context }: PreviewMarkdownOptions,
): string {
  const { calls, time, odds } = describeTotals(preview);
  return renderMarkdown(
    [
      headingOf(preview),
      {
        kind: 'facts',
        rows: [
          ...listFacts(preview, context),
          ['calls to the API', calls],
          ['time', time],
          ['odds', odds.join(' ')],
        ],
        charsMax: 8_000,
      },
      {
        kind: 'table',
        title: `⚠️ ${count(warnings.length, 'warning')}`,
        columns: left('place', 'warning', 'message'),
        rows: warnings.map((warning) => {
          const { place, message, help } = warning;
          return [code(place), code(warning.code), help === null ? message : `${message}; ${help}`];
        }),
        charsMax: 7_000,
      },
      wavesTable(preview.waves),
    ],
    phrase`${code('breakwater plan')}, as text or with ${code('--format json')}`,
  );
}

function wavesTable(waves: readonly WavePreview[]): Block {
  const hasArguments = waves.some(({ wave }) => Object.keys(wave.arguments).length > 0);
  return {
    kind: 'table',
    title: 'Waves, in this order',
    columns: [
      ...left('wave'),
      ...right('devices'),
      ...left('batches', 'limit', 'halts', 'time', 'waits for'),
      ...(hasArguments ? left('arguments') : []),
    ],
    rows: waves.map((preview) => {
      const { wave } = preview;
      const { batches, limit, halts, time } = describeWave(preview);
      return [
        wave.name,
        renderNumber(wave.devices.length),
        ...[batches, limit, halts, time],
        joined(describeWaits(wave), '; '),
        ...(hasArguments ? [code(describeArguments(wave.arguments))] : []),
      ];
    }),
    charsMax: 42_000,
  };
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
