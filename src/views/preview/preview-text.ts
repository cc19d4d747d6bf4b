/** `breakwater plan`, for a person. No time of day, no path and no width of a terminal: the same plan, the same bytes. */
import { renderDuration } from '../../base/duration.ts';
import { list, renderNumber } from '../../base/text.ts';
import { TYPICAL_DEVICE_MS } from '../../rollout/preview.ts';
import type { Preview, WavePreview } from '../../rollout/preview.ts';
import { phrase } from '../blocks/block.ts';
import type { Block, Fact } from '../blocks/block.ts';
import { renderText } from '../blocks/render-text.ts';
import {
  describeArguments,
  describeTotals,
  describeWave,
  headingOf,
  listFacts,
  listWaits,
} from './preview-phrases.ts';
import type { PreviewContext } from './preview-phrases.ts';

/** How many serials are named for a wave. */
const SERIALS_SHOWN = 3;

export type PreviewOptions = PreviewContext & {
  /** Whether every serial is listed, a line each. */
  readonly withDevices: boolean;
};

export function renderPreview(preview: Preview, { withDevices, ...context }: PreviewOptions): string {
  const { calls, time, odds } = describeTotals(preview);
  const typical = renderDuration(TYPICAL_DEVICE_MS);
  return renderText([
    headingOf(preview),
    { kind: 'facts', rows: listFacts(preview, context) },
    ...preview.waves.flatMap((wave, index): readonly Block[] => [
      waveFacts(wave, index),
      { kind: 'list', items: withDevices ? wave.wave.devices : [] },
    ]),
    {
      kind: 'note',
      lines: [
        `Calls to the API: ${calls}`,
        `  likely: every device ends within ${typical}; at most: one device of each deployment never ends`,
        `Time: ${time}`,
        `Odds: ${odds[0]}`,
        `  ${odds[1]}`,
      ],
    },
  ]);
}

/** `index` from 0. */
function waveFacts(preview: WavePreview, index: number): Block {
  const { name, devices, arguments: values } = preview.wave;
  const isGiven = Object.keys(values).length > 0;
  return {
    kind: 'facts',
    title: phrase`Wave ${String(index + 1)}: ${name}`,
    labelColumns: 'arguments'.length,
    rows: [
      ['devices', `${renderNumber(devices.length)}: ${list(devices, SERIALS_SHOWN)}`],
      ...(isGiven ? [['arguments', describeArguments(values)] as const] : []),
      ...Object.entries(describeWave(preview)),
      ...listWaits(preview.wave).flatMap(({ label, lines }) => lines.map(({ text }): Fact => [label, text])),
    ],
  };
}
