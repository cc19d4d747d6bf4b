/**
 * Device files with one serial a line. `#` starts a comment at the start of a line or after a space; spaces around a serial
 * and empty lines do not matter.
 *
 * A file of a hundred thousand bare serials takes little more time than splitting it into lines; places are found by going
 * through it again, when there is a finding.
 */
import type { Place, Range, SourceFile } from '../findings/source-place.ts';
import { FINDINGS_PER_CODE_MAX, noteLeftOut, makeError } from '../findings/findings.ts';
import type { Serial } from './identifiers.ts';
import { parseSerial, SERIAL_CHARS_MAX } from './identifiers.ts';
import type { ParsedDeviceFile } from './device-list.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export function parseDeviceText(source: SourceFile): ParsedDeviceFile {
  const serials = parsePlainLines(source.text) ?? parseLines(source.text);
  return serials === null
    ? { list: null, diagnostics: describeWrongLines(source) }
    : {
        list: { serials, columns: [], rows: [], placeOf: createPlaceOf(source), file: source.path },
        diagnostics: [],
      };
}

/** Any character that is neither of a serial nor a line feed. */
const NOT_PLAIN = /[^A-Za-z0-9._:\n-]/;

/** A file that holds nothing but serials and line feeds, in one go; `null` for any other. */
function parsePlainLines(text: string): readonly Serial[] | null {
  if (NOT_PLAIN.test(text)) return null;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.some(({ length }) => length === 0 || length > SERIAL_CHARS_MAX) ? null : (lines as Serial[]);
}

/** `null` if some line holds something that is not a serial. */
function parseLines(text: string): readonly Serial[] | null {
  const serials: Serial[] = [];
  for (const line of text.split('\n')) {
    const serial = parseSerial(line) ?? parseSerial(withoutComment(line));
    if (serial !== null) serials.push(serial);
    else if (withoutComment(line) !== '') return null;
  }
  return serials;
}

function withoutComment(line: string): string {
  const comment = /(?:^|\s)#/.exec(line);
  return (comment === null ? line : line.slice(0, comment.index)).trim();
}

function describeWrongLines({ path, text }: SourceFile): readonly Diagnostic[] {
  const shown: Diagnostic[] = [];
  let found = 0;
  for (const { entry, range } of entriesOf(text)) {
    if (parseSerial(entry) !== null) continue;
    found++;
    if (found > FINDINGS_PER_CODE_MAX) continue;
    shown.push(makeError({ code: 'device-file-serial', place: { path, range }, facts: { text: entry } }));
  }
  return [...shown, ...noteLeftOut(shown.at(-1), found)];
}

function createPlaceOf({ path, text }: SourceFile): (index: number) => Place {
  let ranges: readonly Range[] | null = null;
  return (index) => {
    ranges ??= Array.from(entriesOf(text), ({ range }) => range);
    return { path, range: ranges[index] ?? null };
  };
}

/** What stands on the lines that are neither empty nor comments. */
function* entriesOf(text: string): Generator<{ readonly entry: string; readonly range: Range }> {
  for (let lineStart = 0; lineStart < text.length;) {
    const lineEnd = text.indexOf('\n', lineStart);
    const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
    const entry = withoutComment(line);
    if (entry !== '') {
      const start = lineStart + line.indexOf(entry);
      yield { entry, range: { start, end: start + entry.length } };
    }
    lineStart += line.length + 1;
  }
}
