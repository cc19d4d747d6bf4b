/**
 * Diagnostics for a person to read:
 *
 *     plans/camera.yaml:12:5: error[schema-unknown-key]: `maxFailure` is not a key of wave 2
 *       12 |     maxFailure: 3
 *          |     ^^^^^^^^^^
 *       help: did you mean `maxFailures`?
 */
import { printable } from '../base/text.ts';
import { colourOf } from '../base/colour.ts';
import type { Colours } from '../base/colour.ts';
import { renderSentence } from './catalogue.ts';
import type { Place, Range, SourceFile, LineIndex } from './source-place.ts';
import { indexLines } from './source-place.ts';
import { findMasked } from './secrets.ts';
import type { Diagnostic } from './catalogue.ts';

/** One block for each diagnostic, in the order given, with an empty line between them; empty text for none. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  { colour }: { readonly colour: boolean },
): string {
  const paint = colourOf(colour);
  const sheets = new Map<string, Sheet | null>();
  const sheetOf = (path: string): Sheet | null => {
    const known = sheets.get(path);
    if (known !== undefined) return known;
    const sheet = openSheet(sources.get(path), diagnostics);
    sheets.set(path, sheet);
    return sheet;
  };
  return diagnostics.map((diagnostic) => renderBlock(diagnostic, sheetOf, paint)).join('\n');
}

/** A file with its line index, for excerpts. */
type Sheet = { readonly lines: LineIndex; readonly masked: readonly Range[] };

function openSheet(source: SourceFile | undefined, diagnostics: readonly Diagnostic[]): Sheet | null {
  if (source === undefined) return null;
  return { lines: indexLines(source.text), masked: findMasked(source, diagnostics) };
}

function renderBlock(
  diagnostic: Diagnostic,
  sheetOf: (path: string) => Sheet | null,
  paint: Colours,
): string {
  const { severity, code, place, related } = diagnostic;
  const { message, help } = renderSentence(diagnostic);
  const tone = severity === 'error' ? paint.red : paint.yellow;
  const header = `${paint.bold(renderPlace(place, sheetOf(place.path)))}: ${tone(paint.bold(`${severity}[${code}]`))}: ${message}`;
  const lines = [header, ...quoteLine(place, sheetOf(place.path), { paint, tone })];
  if (help !== null) lines.push(`  ${paint.cyan('help:')} ${help}`);
  for (const other of related) {
    lines.push(`  ${renderPlace(other, sheetOf(other.path))}: ${other.label}`);
    lines.push(...quoteLine(other, sheetOf(other.path), { paint, tone: paint.cyan }));
  }
  return `${lines.join('\n')}\n`;
}

function renderPlace({ path, range }: Place, sheet: Sheet | null): string {
  if (sheet === null) return printable(path);
  const { line, column } = sheet.lines.positionOf(range?.start ?? 0);
  return `${printable(path)}:${line}:${column}`;
}

function quoteLine(
  { range }: Place,
  sheet: Sheet | null,
  { paint, tone }: { readonly paint: Colours; readonly tone: (text: string) => string },
): readonly string[] {
  if (range === null || sheet === null) return [];
  const { line, text, underline } = renderExcerpt(sheet.lines, range, sheet.masked);
  const number = String(line).padStart(4);
  const gutter = (left: string): string => paint.dim(`${left} |`);
  return [`${gutter(number)} ${text}`.trimEnd(), `${gutter(' '.repeat(number.length))} ${tone(underline)}`];
}

// One line of a file with a caret below it. The output is short, printable and without secrets, and the caret is below the
// right character.

type Excerpt = { readonly line: number; readonly text: string; readonly underline: string };

/** The maximum width of an excerpt, in columns of a terminal. */
const COLUMNS_MAX = 96;
/** How many columns before the caret are shown if the line does not fit. */
const COLUMNS_BEFORE = 32;
const CUT = '…';
const MASK = '***';

function renderExcerpt(lines: LineIndex, range: Range, masked: readonly Range[]): Excerpt {
  const { line, column } = lines.positionOf(range.start);
  const lineStart = lines.startOf(line);
  const whole = lines.textOf(line);
  const caret = column - 1;
  const caretEnd = Math.max(caret + 1, Math.min(range.end - lineStart, whole.length));
  const from = Math.max(0, caret - COLUMNS_MAX);
  const to = Math.min(whole.length, caret + 2 * COLUMNS_MAX);
  const cells = toCells(whole.slice(from, to), lineStart + from, masked);
  return {
    line,
    ...cut(cells, {
      caret: caret - from,
      caretEnd: caretEnd - from,
      before: from > 0,
      after: to < whole.length,
    }),
  };
}

/** The output for one UTF-16 unit of the line, and its width in columns. */
type Cell = { readonly text: string; readonly width: number };

type Cut = {
  readonly caret: number;
  readonly caretEnd: number;
  /** Whether the line continues before and after the cells. */
  readonly before: boolean;
  readonly after: boolean;
};

/** The cells around the caret that fit, and their underline. */
function cut(
  cells: readonly Cell[],
  { caret, caretEnd, before, after }: Cut,
): Pick<Excerpt, 'text' | 'underline'> {
  let first = 0;
  if (before || widthOf(cells) > COLUMNS_MAX) {
    first = Math.min(caret, cells.length);
    for (let width = 0; first > 0 && width + (cells[first - 1]?.width ?? 0) <= COLUMNS_BEFORE; first--) {
      width += cells[first - 1]?.width ?? 0;
    }
  }
  let last = first;
  for (let width = 0; last < cells.length && width + (cells[last]?.width ?? 0) <= COLUMNS_MAX; last++) {
    width += cells[last]?.width ?? 0;
  }
  const head = before || first > 0 ? CUT : '';
  const tail = after || last < cells.length ? CUT : '';
  const shown = cells.slice(first, last);
  const indent = head.length + widthOf(shown.slice(0, caret - first));
  const marked = Math.max(1, widthOf(shown.slice(caret - first, Math.max(caret, caretEnd) - first)));
  return {
    text: `${head}${shown.map(({ text }) => text).join('')}${tail}`.trimEnd(),
    underline: `${' '.repeat(indent)}${'^'.repeat(marked)}`,
  };
}

function toCells(text: string, offset: number, masked: readonly Range[]): Cell[] {
  const near = masked.filter(({ start, end }) => start < offset + text.length && end > offset);
  const cells: Cell[] = [];
  let isMasked = false;
  for (let index = 0; index < text.length; index++) {
    const wasMasked = isMasked;
    isMasked = near.some(({ start, end }) => start <= offset + index && offset + index < end);
    if (isMasked) {
      cells.push(wasMasked ? { text: '', width: 0 } : { text: MASK, width: MASK.length });
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    cells.push(toCell(character));
    // The second half of a surrogate pair is printed with the first.
    if (character.length === 2) {
      cells.push({ text: '', width: 0 });
      index++;
    }
  }
  return cells;
}

function toCell(character: string): Cell {
  if (character === '\t') return { text: '→', width: 1 };
  const text = printable(character);
  return { text, width: text === character ? terminalWidth(character) : text.length };
}

const COMBINING = /^\p{Mark}$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Good enough for a caret: marks have width 0, East Asian characters and emoji have width 2. */
function terminalWidth(character: string): number {
  if (character <= '~') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
