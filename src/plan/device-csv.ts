/**
 * Device files with columns: a header, then a row a device. The serial stands in the column that the plan names, or else in
 * the first of `serial`, `sn` and `device_sn` that the header has. As with bare serials, places are found by reading the
 * file again, when there is a finding.
 */
import { CsvError, parse } from 'csv-parse/sync';
import type { Info } from 'csv-parse/sync';
import { nearest } from '../base/text.ts';
import type { Place, Range, SourceFile } from '../findings/source-place.ts';
import { FINDINGS_PER_CODE_MAX, noteLeftOut, makeError } from '../findings/findings.ts';
import { indexLines } from '../findings/source-place.ts';
import type { Serial } from './identifiers.ts';
import { parseSerial } from './identifiers.ts';
import type { ParsedDeviceFile } from './device-list.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

const SERIAL_COLUMNS = ['serial', 'sn', 'device_sn'] as const;

/** `serialColumn` is the column that the plan names, or `null`. */
export function parseDeviceCsv(source: SourceFile, serialColumn: string | null): ParsedDeviceFile {
  const rows = parseRows(source, namesOf(serialColumn));
  if ('diagnostic' in rows) return { list: null, diagnostics: [rows.diagnostic] };
  const [header, ...records] = rows.records;
  if (header === undefined) {
    const nothing = { serials: [], columns: [], rows: [] };
    return { list: { ...nothing, placeOf: () => wholeOf(source), file: source.path }, diagnostics: [] };
  }
  const column = chooseColumn(source, header, serialColumn);
  if ('diagnostic' in column) return { list: null, diagnostics: [column.diagnostic] };
  const table = { source, header, column: column.index, records };
  const serials: Serial[] = [];
  const devices: (readonly string[])[] = [];
  for (const record of records) {
    const serial = readSerial(record, table);
    if (serial !== null) {
      serials.push(serial);
      devices.push(record);
    } else if (!isBlank(record)) return { list: null, diagnostics: describeWrongRows(table) };
  }
  return {
    list: {
      serials,
      rows: devices,
      columns: header.map((name) => name.trim()),
      placeOf: createPlaceOf(source, column.index),
      file: source.path,
    },
    diagnostics: [],
  };
}

/** Rows of another length than the header are found here, all at once, rather than thrown by the parser. */
const OPTIONS = { relax_column_count: true, skip_empty_lines: true } as const;

function parseRows(
  source: SourceFile,
  names: readonly string[],
): { readonly records: readonly string[][] } | { readonly diagnostic: Diagnostic } {
  try {
    return { records: parse(source.text, OPTIONS) };
  } catch (error) {
    if (error instanceof CsvError)
      return { diagnostic: describeDelimiter(source, names) ?? describeSyntax(source, error) };
    throw error;
  }
}

function describeSyntax(
  { path, text }: SourceFile,
  { code, records = 0 }: CsvError & { readonly records?: number },
): Diagnostic {
  // The parser says how many rows it has read whole: the one after them is the one that it could not read.
  const whole =
    records > 0 ? (parse(text, { ...OPTIONS, to: records, info: true }) as unknown as readonly Row[]) : [];
  const lines = indexLines(text);
  const line = (whole.at(-1)?.info.lines ?? 0) + 1;
  const start = lines.startOf(line);
  return makeError({
    code: 'csv-syntax',
    place: { path, range: { start, end: start + Math.max(1, lines.textOf(line).length) } },
    facts: {
      problem:
        code === 'CSV_QUOTE_NOT_CLOSED'
          ? 'a quote in this row is never closed'
          : 'a quote in this row stands inside a field',
    },
  });
}

type Column = { readonly index: number } | { readonly diagnostic: Diagnostic };

/** The columns that may hold the serials, the first that there is. */
function namesOf(wanted: string | null): readonly string[] {
  return wanted === null ? SERIAL_COLUMNS : [wanted];
}

function chooseColumn(source: SourceFile, header: readonly string[], wanted: string | null): Column {
  const columns = header.map((name) => name.trim());
  const place = placeOfHeader(source);
  const names = namesOf(wanted);
  const name = names.find((candidate) => columns.includes(candidate));
  if (name === undefined) {
    const diagnostic = describeDelimiter(source, columns.length === 1 ? null : names);
    if (diagnostic !== null) return { diagnostic };
    const candidates = columns
      .slice(0, COLUMNS_COMPARED_MAX)
      .filter(({ length }) => length <= NAME_CHARS_MAX);
    const near = names.flatMap((candidate) => nearest(candidate, candidates) ?? []);
    return {
      diagnostic: makeError({
        code: 'csv-no-column',
        place,
        facts: { wanted: names, columns, nearest: near[0] ?? null, isNamed: wanted !== null },
      }),
    };
  }
  if (columns.indexOf(name) === columns.lastIndexOf(name)) return { index: columns.indexOf(name) };
  return { diagnostic: makeError({ code: 'csv-duplicate-column', place, facts: { column: name } }) };
}

/** Finding the nearest name takes time with the names' length and number. */
const NAME_CHARS_MAX = 64;
const COLUMNS_COMPARED_MAX = 200;

function placeOfHeader({ path, text }: SourceFile): Place {
  const range: Range = { start: 0, end: Math.max(1, indexLines(text).textOf(1).length) };
  return { path, range };
}

const DELIMITERS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars (`|`)'],
] as const;

/** Whether something else than commas takes the header apart, so that one of `names` stands in it; `null` for any. */
function describeDelimiter(source: SourceFile, names: readonly string[] | null): Diagnostic | null {
  const header = indexLines(source.text).textOf(1);
  const delimiter = DELIMITERS.find(([sign]) => {
    const columns = header.split(sign).map((name) => name.replaceAll('"', '').trim());
    return columns.length > 1 && (names === null || names.some((name) => columns.includes(name)));
  });
  if (delimiter === undefined) return null;
  const facts = { delimiter: delimiter[1] };
  return makeError({ code: 'csv-delimiter', place: placeOfHeader(source), facts });
}

type Row = { readonly record: readonly string[]; readonly info: Info };

/** Where each row's field in the column stands; of a row over several lines, on its last. Blank rows have none. */
function* placesOfRows({ path, text }: SourceFile, column: number, rowsMax: number): Generator<Place> {
  const lines = indexLines(text);
  // The header is a row, too.
  const options = { ...OPTIONS, info: true, from: 2, to: rowsMax + 1 };
  for (const { record, info } of parse(text, options) as unknown as readonly Row[]) {
    if (isBlank(record)) continue;
    const line = lines.textOf(info.lines);
    const field = (record[column] ?? '').trim();
    const at = field === '' ? -1 : line.indexOf(field);
    const start = lines.startOf(info.lines) + Math.max(0, at);
    yield { path, range: { start, end: start + Math.max(1, at === -1 ? line.length : field.length) } };
  }
}

type Table = {
  readonly source: SourceFile;
  readonly header: readonly string[];
  readonly column: number;
  readonly records: readonly (readonly string[])[];
};

function describeWrongRows(table: Table): readonly Diagnostic[] {
  const rows = table.records.filter((record) => !isBlank(record));
  const wrong: number[] = [];
  for (const [index, record] of rows.entries()) if (readSerial(record, table) === null) wrong.push(index);
  const shown = wrong.slice(0, FINDINGS_PER_CODE_MAX);
  // Only as far as it is shown: placing rows takes much longer than reading them.
  const blanks = table.records.length - rows.length;
  const places = [...placesOfRows(table.source, table.column, (shown.at(-1) ?? 0) + 1 + blanks)];
  const diagnostics = shown.map((index) =>
    describeWrongRow(rows[index] ?? [], { ...table, place: places[index] ?? wholeOf(table.source) }),
  );
  return [...diagnostics, ...noteLeftOut(diagnostics.at(-1), wrong.length)];
}

function readSerial(
  record: readonly string[],
  { header, column }: Pick<Table, 'header' | 'column'>,
): Serial | null {
  return record.length === header.length ? parseSerial((record[column] ?? '').trim()) : null;
}

function describeWrongRow(
  record: readonly string[],
  { header, column, place }: Pick<Table, 'header' | 'column'> & { readonly place: Place },
): Diagnostic {
  if (record.length !== header.length) {
    return makeError({
      code: 'csv-ragged-row',
      place,
      facts: { fields: record.length, columns: header.length },
    });
  }
  const text = (record[column] ?? '').trim();
  return text === ''
    ? makeError({ code: 'csv-no-serial', place, facts: { column: (header[column] ?? '').trim() } })
    : makeError({ code: 'device-file-serial', place, facts: { text } });
}

function createPlaceOf(source: SourceFile, column: number): (index: number) => Place {
  let places: readonly Place[] | null = null;
  return (index) => {
    places ??= [...placesOfRows(source, column, Number.MAX_SAFE_INTEGER - 1)];
    return places[index] ?? wholeOf(source);
  };
}

function wholeOf({ path }: SourceFile): Place {
  return { path, range: null };
}

/** A line of nothing but spaces. */
function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0]?.trim() === '';
}
