/**
 * Device files with columns: a header, then a row a device. The serial stands in the column that the plan names, or else in
 * one with a usual name. As with bare serials, places are found by reading the file again, when there is a finding.
 */
import type { Diagnostic } from '../findings/catalogue.ts';
import { FINDINGS_PER_CODE_MAX, makeError, makeWarning, noteLeftOut } from '../findings/findings.ts';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { readHeader } from './csv-header.ts';
import type { Header } from './csv-header.ts';
import { hasComment, placeField, placeRecords, readRecords } from './csv-records.ts';
import type { CsvPart, Delimiter, PlacedRecord } from './csv-records.ts';
import type { ParsedDeviceFile } from './device-list.ts';
import { describeFaults } from './fault.ts';
import type { Fault, FoundFault } from './fault.ts';
import type { Serial } from './identifiers.ts';
import { faultOf, findNoDevice, readSerial, unguard } from './serial-text.ts';

/** `serialColumn` and `delimiter` are what the plan says of them, or `null`. */
export function parseDeviceCsv(
  source: SourceFile,
  serialColumn: string | null,
  delimiter: Delimiter | null = null,
): ParsedDeviceFile {
  const text = openGuards(source.text);
  const found = readHeader(source, text, { serialColumn, delimiter });
  switch (found.kind) {
    case 'empty': {
      const nothing = { serials: [], columns: [], rows: [] };
      return { list: { ...nothing, placeOf: () => wholeOf(source), file: source.path }, diagnostics: [] };
    }
    case 'refused':
      return { list: null, diagnostics: [found.diagnostic] };
    case 'unreadable':
      return { list: null, diagnostics: [describeSyntax(source, found.part, true)] };
    case 'found':
      return parseRows(source, found.header);
  }
}

/** `="007"` without quotes around it, which no quote may stand within, as `  007 `. */
function openGuards(text: string): string {
  if (!text.includes('="')) return text;
  return text.replace(/(?<=^|[,;\t|])="([^",;\t|\r\n]+)"(?=[,;\t|\r\n]|$)/gm, '  $1 ');
}

type Table = { readonly source: SourceFile; readonly header: Header; readonly records: readonly string[][] };

function parseRows(source: SourceFile, header: Header): ParsedDeviceFile {
  const read = readRecords(header.rows);
  if (read.kind === 'failed') {
    return { list: null, diagnostics: [describeSyntax(source, header.rows, read.isOpen)] };
  }
  const { columns, column, rows: part } = header;
  const table: Table = { source, header, records: read.records };
  const title = columns[column];
  const serials: Serial[] = [];
  const devices: (readonly string[])[] = [];
  const indexes: number[] = [];
  let at = -1;
  for (const record of read.records) {
    at++;
    const serial = record.length > columns.length ? null : readSerial(record[column] ?? '');
    const row = serial !== null && serial !== title ? serial : readOddRow(record, header);
    if (row === null) continue;
    if (typeof row !== 'string') {
      return { list: null, diagnostics: [...header.warnings, ...describeRows(table)] };
    }
    serials.push(row);
    devices.push(record);
    indexes.push(at);
  }
  const commented = checkComments(table);
  const isWrong = commented.some(({ severity }) => severity === 'error');
  const diagnostics = [...header.warnings, ...commented];
  if (isWrong) return { list: null, diagnostics };
  const placeOf = createPlaceOf(source, { part, column, indexes });
  return { list: { serials, rows: devices, columns, placeOf, file: source.path }, diagnostics };
}

/** The serial of a row that is not quite as it should be; `null` for what is no row; or why it cannot be read. */
function readOddRow(record: readonly string[], { columns, column }: Header): Serial | Fault | null {
  const filled = record.filter((field) => field.trim() !== '');
  const [first = ''] = filled;
  if (filled.length === 0 || isComment(record, filled.length)) return null;
  const field = record[column] ?? '';
  const what =
    field === columns[column] ? 'header' : findNoDevice(unguard(field.trim() === '' ? first : field));
  const within = null;
  if (what !== null) {
    const text = unguard(field.trim() === '' ? first : field);
    return { code: 'device-file-row', facts: { text, what }, within };
  }
  if (record.slice(columns.length).some((more) => more.trim() !== '')) {
    const facts = { fields: record.length, columns: columns.length };
    return { code: 'csv-ragged-row', facts, within };
  }
  if (field.trim() === '') return { code: 'csv-no-serial', facts: { column: columns[column] ?? '' }, within };
  return readSerial(field) ?? faultOf(field.trim(), 'field');
}

/** One behind spaces, or that a spreadsheet has put into quotes. */
function isComment(record: readonly string[], filled: number): boolean {
  const first = record[0] ?? '';
  return (
    first.trimStart().startsWith('#') &&
    (first.startsWith(' ') || filled === 1) &&
    findNoDevice(first.trim()) === null
  );
}

/** All rows that are wrong. */
function describeRows(table: Table): readonly Diagnostic[] {
  const { source, header, records } = table;
  return [...describeFaults(findFaults(table), placesOf), ...checkComments(table)];

  function placesOf(shown: readonly FoundFault<number>[]): readonly Place[] {
    const last = shown.reduce((most, { item }) => Math.max(most, item), 0);
    const placed = placeRecords(header.rows, last + 1).records;
    return shown.map(({ item, fault: { code, within } }) => {
      const row = placed[item];
      if (row === undefined) return wholeOf(source);
      const isOfSerial = (records[item]?.[header.column] ?? '').trim() !== '' && code !== 'csv-ragged-row';
      const range = isOfSerial ? placeField(header.rows, row, header.column) : row.range;
      return { path: source.path, range: within === null ? range : narrow(range, within) };
    });
  }
}

function* findFaults({ header, records }: Table): Generator<FoundFault<number>> {
  for (const [item, record] of records.entries()) {
    const serial = record.length > header.columns.length ? null : readSerial(record[header.column] ?? '');
    if (serial !== null && serial !== header.columns[header.column]) continue;
    const fault = readOddRow(record, header);
    if (fault !== null && typeof fault !== 'string') yield { item, fault };
  }
}

/**
 * `#` begins a comment. Where it also begins the error values of spreadsheets, a row would be lost; and where the serial is
 * not in the first column, a row may have been meant.
 */
function checkComments({ source, header: { rows, column, columns } }: Table): readonly Diagnostic[] {
  const text = rows.text.slice(rows.from);
  if (!hasComment(text)) return [];
  const errors: FoundFault<Place>[] = [];
  const warnings: Diagnostic[] = [];
  let warned = 0;
  for (const { 0: line, index } of text.matchAll(/^#[^\r\n]*/gm)) {
    const fields = line.split(rows.delimiter);
    const [first = ''] = fields.map((field) => field.trim());
    const start = rows.from + index;
    const place = { path: source.path, range: { start, end: start + line.length } };
    if (column === 0 && findNoDevice(first) === 'error-value') {
      const facts = { text: first, what: 'error-value' } as const;
      errors.push({ item: place, fault: { code: 'device-file-row', facts, within: null } });
    } else if (column > 0 && fields.length === columns.length) {
      const serial = readSerial(fields[column] ?? '');
      if (serial === null || ++warned > FINDINGS_PER_CODE_MAX) continue;
      warnings.push(makeWarning({ code: 'csv-row-commented', place, facts: { serial } }));
    }
  }
  return [
    ...describeFaults(errors, (shown) => shown.map(({ item }) => item)),
    ...warnings,
    ...noteLeftOut(warnings.at(-1), warned),
  ];
}

function narrow(
  { start }: { readonly start: number },
  within: { readonly start: number; readonly end: number },
) {
  return { start: start + within.start, end: start + within.end };
}

function describeSyntax({ path }: SourceFile, part: CsvPart, isOpen: boolean): Diagnostic {
  const { next } = placeRecords(part, Number.MAX_SAFE_INTEGER);
  const line = /[^\r\n]*/y;
  line.lastIndex = next;
  const length = line.exec(part.text)?.[0].length ?? 0;
  return makeError({
    code: 'csv-syntax',
    place: { path, range: { start: next, end: next + Math.max(1, length) } },
    facts: {
      problem: isOpen ? 'a quote in this row is not closed' : 'this row has a quote inside an unquoted field',
    },
  });
}

type Rows = { readonly part: CsvPart; readonly column: number; readonly indexes: readonly number[] };

function createPlaceOf(source: SourceFile, { part, column, indexes }: Rows): (index: number) => Place {
  let placed: readonly PlacedRecord[] | null = null;
  return (index) => {
    placed ??= placeRecords(part, Number.MAX_SAFE_INTEGER).records;
    const row = placed[indexes[index] ?? -1];
    return row === undefined ? wholeOf(source) : { path: source.path, range: placeField(part, row, column) };
  };
}

function wholeOf({ path }: SourceFile): Place {
  return { path, range: null };
}
