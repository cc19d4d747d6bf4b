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
import type { Place, Range, SourceFile } from './source-place.ts';
import { renderExcerpt } from './excerpt.ts';
import { indexLines } from './line-index.ts';
import type { LineIndex } from './line-index.ts';
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

/** A file, ready to be quoted from. */
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
  if (range === null || sheet === null) return printable(path);
  const { line, column } = sheet.lines.positionOf(range.start);
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
