/** Records of a text in CSV: read fast, or with their places. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Info, Options } from 'csv-parse/sync';
import type { Range } from '../findings/source-place.ts';

export type Delimiter = ',' | ';' | '\t' | '|';

/** A text from an offset on, and how its fields are separated. */
export type CsvPart = { readonly text: string; readonly from: number; readonly delimiter: Delimiter };

/** Records of different lengths are allowed, and empty lines and comments are none. */
function optionsFor({ delimiter }: CsvPart, text: string) {
  return {
    delimiter,
    record_delimiter: text.includes('\r') ? ['\r\n', '\n', '\r'] : ['\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    ...(hasComment(text) ? { comment: '#', comment_no_infix: true } : {}),
    ...(text.includes('"') ? {} : { quote: null, escape: null }),
  } satisfies Options;
}

/** Whether a line begins with `#`; a regular expression would take longer than reading the file. */
export function hasComment(text: string): boolean {
  return text.startsWith('#') || text.includes('\n#') || text.includes('\r#');
}

export type ReadRecords =
  | { readonly kind: 'read'; readonly records: readonly string[][] }
  | { readonly kind: 'failed'; readonly isOpen: boolean };

/** `failed`: a quote is left open, or stands where none may be. */
export function readRecords(part: CsvPart): ReadRecords {
  const rest = part.text.slice(part.from);
  // Where quotes hold no line ends, all line ends may be alike; and what is ASCII takes less time as Latin-1.
  const text = rest.includes('\r') && !rest.includes('"') ? rest.replace(/\r\n?/g, '\n') : rest;
  const encoding = NOT_ASCII.test(text) ? 'utf8' : 'latin1';
  try {
    const records = parse(Buffer.from(text, encoding), { ...optionsFor(part, text), encoding });
    return { kind: 'read', records };
  } catch (error) {
    if (error instanceof CsvError) return { kind: 'failed', isOpen: error.code === 'CSV_QUOTE_NOT_CLOSED' };
    throw error;
  }
}

const NOT_ASCII = /[^\x00-\x7f]/;

export type PlacedRecord = {
  readonly record: readonly string[];
  /** From its first character to its last, without the line end. */
  readonly range: Range;
};

/** The first `count` records of the part, or those before the mistake. `next` is where the one after them begins. */
export function placeRecords(
  part: CsvPart & { readonly to?: number; readonly relaxed?: boolean },
  count: number,
): { readonly records: readonly PlacedRecord[]; readonly next: number } {
  const text = part.text.slice(part.from, part.to);
  const bytes = Buffer.from(text);
  const records: PlacedRecord[] = [];
  let at = 0;
  let read = 0;
  const addRecord = (record: readonly string[], info: Info): null => {
    const end = bytes.length === text.length ? info.bytes : at + lengthOf(bytes.subarray(read, info.bytes));
    const start = skipUnread(text, at);
    const length = text.slice(start, end).replace(LINE_END, '').length;
    records.push({ record, range: { start: part.from + start, end: part.from + start + length } });
    at = end;
    read = info.bytes;
    return null;
  };
  try {
    parse(bytes, {
      ...optionsFor(part, text),
      to: Math.max(1, count),
      relax_quotes: part.relaxed === true,
      on_record: (record: string[], info) => addRecord(record, info as unknown as Info),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return { records, next: part.from + skipUnread(text, at) };
}

function lengthOf(bytes: Buffer): number {
  return bytes.toString().length;
}

const LINE_END = /(?:\r\n|\n|\r)$/;

/** Empty lines and comments: from `at` on, to where a record begins. */
function skipUnread(text: string, at: number): number {
  UNREAD.lastIndex = at;
  UNREAD.exec(text);
  return Math.max(at, UNREAD.lastIndex);
}

const UNREAD = /(?:(?:#[^\r\n]*)?(?:\r\n|\n|\r))*/y;

/** The field of a record, within the text. */
export function placeField(part: CsvPart, { range }: PlacedRecord, column: number): Range {
  const text = part.text.slice(range.start, range.end);
  const bytes = Buffer.from(text);
  const ends: number[] = [];
  try {
    parse(bytes, {
      ...optionsFor(part, text),
      cast: (value, context) => {
        ends.push((context as unknown as Info).bytes);
        return value;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  const end = ends[column];
  if (end === undefined) return range;
  const before = column === 0 ? 0 : (ends[column - 1] ?? 0) + 1;
  const field = bytes.subarray(before, end).toString();
  const start = range.start + lengthOf(bytes.subarray(0, before));
  const [, around = '', content = ''] = /^(\s*"?\s*)(.*?)\s*"?\s*$/s.exec(field) ?? [];
  if (content === '') return range;
  return { start: start + around.length, end: start + around.length + content.length };
}
