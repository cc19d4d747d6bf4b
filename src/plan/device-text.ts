/**
 * Device files of bare serials, one a line. `#` starts a comment at the start of a line or after a space; spaces around a
 * serial and empty lines do not matter. A file of a hundred thousand of them takes little more time than splitting it into
 * lines; places are found by going through it again, when there is a finding.
 */
import type { Diagnostic } from '../findings/catalogue.ts';
import type { Place, Range, SourceFile } from '../findings/source-place.ts';
import type { ParsedDeviceFile } from './device-list.ts';
import { describeFaults } from './fault.ts';
import type { FoundFault } from './fault.ts';
import type { Serial } from './identifiers.ts';
import { SERIAL_CHARS_MAX } from './identifiers.ts';
import { isSerialName } from './serial-column.ts';
import { faultOf, findNoDevice, mayBeNoDevice, readSerial } from './serial-text.ts';

export function parseDeviceText(source: SourceFile): ParsedDeviceFile {
  const serials = parsePlainLines(source.text) ?? parseLines(source.text);
  return serials === null
    ? { list: null, diagnostics: describeWrongLines(source) }
    : {
        list: { serials, columns: [], rows: [], placeOf: createPlaceOf(source), file: source.path },
        diagnostics: [],
      };
}

/** Any character that is neither of a serial nor of a line end. */
const NOT_PLAIN = /[^A-Za-z0-9._:\n\r-]/;

/** A file that holds nothing but serials and line ends, in one go; `null` for any other. */
function parsePlainLines(text: string): readonly Serial[] | null {
  if (NOT_PLAIN.test(text)) return null;
  const lines = splitLines(text);
  if (lines.at(-1) === '') lines.pop();
  if (lines.some((line) => line.length > SERIAL_CHARS_MAX || mayBeNoDevice(line))) return null;
  return isSerialName(lines[0] ?? '') ? null : (lines as Serial[]);
}

function splitLines(text: string): string[] {
  return (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).split('\n');
}

/** `null` if some line holds something that is not a serial. */
function parseLines(text: string): readonly Serial[] | null {
  const serials: Serial[] = [];
  for (const line of splitLines(text)) {
    const entry = withoutComment(line);
    if (entry === '') continue;
    const serial = readSerial(entry);
    if (serial === null || (serials.length === 0 && isSerialName(serial))) return null;
    serials.push(serial);
  }
  return serials;
}

function withoutComment(line: string): string {
  const comment = line.includes('#') ? /(?:^|\s)#/.exec(line) : null;
  if (comment === null) return line.trim();
  // What a spreadsheet writes where a formula has failed.
  const whole = line.trim();
  return findNoDevice(whole) === 'error-value' ? whole : line.slice(0, comment.index).trim();
}

type Entry = { readonly entry: string; readonly range: Range };

function describeWrongLines({ path, text }: SourceFile): readonly Diagnostic[] {
  return describeFaults(findFaults(text), (shown) =>
    shown.map(({ item: { range }, fault: { within } }) => ({
      path,
      range: within === null ? range : { start: range.start + within.start, end: range.start + within.end },
    })),
  );
}

function* findFaults(text: string): Generator<FoundFault<Entry>> {
  let isFirst = true;
  for (const item of entriesOf(text)) {
    const { entry } = item;
    if (isFirst && isSerialName(entry)) {
      yield {
        item,
        fault: { code: 'device-file-row', facts: { text: entry, what: 'header' }, within: null },
      };
    } else if (readSerial(entry) === null) yield { item, fault: faultOf(entry, 'line') };
    isFirst = false;
  }
}

function createPlaceOf({ path, text }: SourceFile): (index: number) => Place {
  let ranges: readonly Range[] | null = null;
  return (index) => {
    ranges ??= Array.from(entriesOf(text), ({ range }) => range);
    return { path, range: ranges[index] ?? null };
  };
}

/** What stands on the lines that are neither empty nor comments. */
function* entriesOf(text: string): Generator<Entry> {
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const entry = withoutComment(line);
    if (entry === '') continue;
    const start = index + line.indexOf(entry);
    yield { entry, range: { start, end: start + entry.length } };
  }
}
