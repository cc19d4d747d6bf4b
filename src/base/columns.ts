/**
 * Text in a terminal's columns: how wide it is, and how it is cut, padded and broken. Colour sequences take no room; a
 * cut text is uncoloured again at its end.
 */
import { renderNumber } from './text.ts';

const COLOUR = /\u001b\[[0-9;]*m/g;
const COLOUR_RESET = '\u001b[0m';

/** Characters that most terminals draw two columns wide: East Asian wide and fullwidth forms. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const WIDTHLESS = /^[\p{Mark}\p{Format}\p{Control}]+$/u;
const PLAIN_ASCII = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const COLUMNS_UNKNOWN = 80;

/** How wide a terminal is. Some say that they have no columns, as those of a serial line do, or nothing at all. */
export function terminalColumns({ columns }: { readonly columns?: number | undefined }): number {
  return columns === undefined || !(columns > 0) ? COLUMNS_UNKNOWN : columns;
}

/** Columns that `text` takes on one line. */
export function displayWidth(text: string): number {
  const bare = text.replace(COLOUR, '');
  if (PLAIN_ASCII.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemes.segment(bare)) width += widthOf(segment);
  return width;
}

/** `text` in at most `columns` columns; where it is longer, its end is replaced by `…`. */
export function fitTo(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  let fitted = '';
  let width = 0;
  for (const part of splitColours(text)) {
    if (part.isColour) {
      fitted += part.text;
      continue;
    }
    for (const { segment } of graphemes.segment(part.text)) {
      width += widthOf(segment);
      if (width > columns - 1) return `${fitted}…${fitted.includes('\u001b[') ? COLOUR_RESET : ''}`;
      fitted += segment;
    }
  }
  return fitted;
}

/** `text` with spaces after it up to `columns`; longer text stays as it is. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/**
 * `text` broken at spaces into lines of at most `columns`: the first indented as it is, each after it by `indent` spaces,
 * and none of them by more than half of a line. A word for which a line has no room stays whole, since it may be a serial that somebody
 * wants to copy: it stands on a line of its own, and that alone may be wider.
 */
export function wrapTo(text: string, columns: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  const half = Math.max(0, Math.floor(columns / 2));
  let margin = Math.min(/^ */.exec(text)?.[0].length ?? 0, half);
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    const width = displayWidth(word);
    const taken = displayWidth(line);
    const isFull = taken + 1 + width > columns;
    if (width === 0 && (isFull || taken === 0)) {
      // A space that the line is broken at, or the end of a colour.
      line += word;
    } else if (taken > 0 && !isFull) {
      line += ` ${word}`;
    } else {
      if (taken > 0) {
        lines.push(line.trimEnd());
        line = '';
        margin = Math.min(indent, half);
      }
      line += ' '.repeat(margin) + word;
    }
  }
  return [...lines, line.trimEnd()];
}

/** `a, b and 12 more`: as many of `items` as fit into `columns`, at least one; `total` is how many there are in all. */
export function listWithin(items: readonly string[], total: number, columns: number): string {
  for (let shown = items.length; shown > 1; shown--) {
    const text = listSome(items.slice(0, shown), total);
    if (displayWidth(text) <= columns) return text;
  }
  return fitTo(listSome(items.slice(0, 1), total), columns);
}

/** `items` and how many of `total` they leave out. */
function listSome(items: readonly string[], total: number): string {
  const rest = total - items.length;
  if (rest <= 0) return items.join(', ');
  return `${items.join(', ')} and ${renderNumber(rest)} more`;
}

function widthOf(grapheme: string): number {
  if (WIDTHLESS.test(grapheme)) return 0;
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1;
}

function splitColours(text: string): readonly { readonly text: string; readonly isColour: boolean }[] {
  const parts: { text: string; isColour: boolean }[] = [];
  let end = 0;
  for (const match of text.matchAll(COLOUR)) {
    parts.push({ text: text.slice(end, match.index), isColour: false }, { text: match[0], isColour: true });
    end = match.index + match[0].length;
  }
  parts.push({ text: text.slice(end), isColour: false });
  return parts;
}
