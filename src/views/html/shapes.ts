/** SVG that grows with the page: along time, everything is placed in shares of the width. */
import { markup } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import type { TimeScale } from './time-scale.ts';

export type Along = { readonly from: number; readonly to: number };

/** So that what lasted but a moment can still be seen. */
const WIDTH_MIN = 0.15;

/** `61.8`: of the width, in per cent. */
export function percent(share: number): string {
  return String(Math.round(share * 100_000) / 1_000);
}

export function placeSpan(
  { place }: TimeScale,
  { from, to }: Along,
): { readonly x: string; readonly width: string } {
  const start = place(from);
  return { x: percent(start), width: String(Math.max(WIDTH_MIN, Number(percent(place(to) - start)))) };
}

export type Bar = Along & {
  readonly kind: string;
  readonly y: number;
  readonly height: number;
  /** What it is, for whoever points at it. */
  readonly title: string;
  /** The deployment that it leads to the devices of. */
  readonly deployment?: string;
};

export function drawBar(scale: TimeScale, { kind, y, height, title, deployment, ...span }: Bar): Html {
  const { x, width } = placeSpan(scale, span);
  const leads = deployment === undefined ? markup`` : markup` data-deployment="${deployment}"`;
  return markup`<rect class="${kind}" x="${x}%" width="${width}%" y="${y}" height="${height}" ${leads}><title>${title}</title></rect>`;
}

/** Text that begins at a point in time, or ends there where it would run out of the picture. */
export function drawText(
  share: number,
  { y, text, kind = '' }: { readonly y: number; readonly text: string; readonly kind?: string },
): Html {
  const isLast = share > 0.9;
  return markup`<text
    fill="currentColor"
    class="${kind}"
    x="${percent(share)}%"
    y="${y}"
    ${isLast ? markup`text-anchor="end" dx="-4"` : markup`dx="4"`}>${text}</text>`;
}
