/**
 * Where the header of a table stands, and what separates its columns: what the plan says, else the line `sep=` that
 * spreadsheets write, else whatever makes one of the columns that of the serials.
 */
import { nearest } from '../base/text.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import { makeError, makeWarning } from '../findings/findings.ts';
import type { Range, SourceFile } from '../findings/source-place.ts';
import { placeRecords } from './csv-records.ts';
import type { CsvPart, Delimiter, PlacedRecord } from './csv-records.ts';
import { chooseSerialColumn, namesOf } from './serial-column.ts';
import type { ColumnChoice } from './serial-column.ts';

/** What the plan says of a table. */
export type CsvWish = {
  readonly serialColumn: string | null;
  readonly delimiter: Delimiter | null;
};

export type Header = {
  readonly columns: readonly string[];
  /** The column of the serials. */
  readonly column: number;
  readonly range: Range;
  /** The rows below it. */
  readonly rows: CsvPart;
  readonly warnings: readonly Diagnostic[];
};

export type ReadHeader =
  | { readonly kind: 'found'; readonly header: Header }
  /** There is nothing but comments and empty rows. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic }
  /** A quote is never closed. */
  | { readonly kind: 'unreadable'; readonly part: CsvPart };

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
const DELIMITER_WORDS: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars (`|`)',
};

/** How far a header is looked for. */
const HEAD_CHARS_MAX = 65_536;
const HEAD_ROWS_MAX = 20;

const SEPARATOR_LINE = /^(?:[ \t]*(?:\r\n|\n|\r))*"?sep=([,;\t|])"?[^\S\r\n]*(?:\r\n|\n|\r|$)/i;

/** `text` is that of the source, with offsets alike. */
export function readHeader(source: SourceFile, text: string, wish: CsvWish): ReadHeader {
  const separator = SEPARATOR_LINE.exec(text);
  const from = separator?.[0].length ?? 0;
  const said = wish.delimiter ?? (separator?.[1] as Delimiter | undefined) ?? null;
  const readings = orderDelimiters(source.path, said).map((delimiter) =>
    readHead({ text, from, delimiter }, wish.serialColumn),
  );
  const [usual] = readings;
  if (usual === undefined) return { kind: 'empty' };
  const choices = said === null ? readings : [usual];
  const best = choices
    .filter(({ at }) => at !== -1)
    .reduce<Head | null>((known, head) => (known === null || head.at < known.at ? head : known), null);
  if (best !== null) return takeHead(source, best);
  if (usual.rows.length === 0) {
    return text.length === usual.next ? { kind: 'empty' } : { kind: 'unreadable', part: usual.part };
  }
  const other = readings.find((head) => head !== usual && head.at === 0);
  return { kind: 'refused', diagnostic: describeMissing(source, { usual, other, choices }, wish) };
}

function orderDelimiters(path: string, said: Delimiter | null): readonly Delimiter[] {
  const first = said ?? (path.toLowerCase().endsWith('.tsv') ? '\t' : ',');
  return [first, ...DELIMITERS.filter((delimiter) => delimiter !== first)];
}

type Head = {
  readonly part: CsvPart;
  /** Those with something in them. */
  readonly rows: readonly PlacedRecord[];
  readonly next: number;
  /** Which row has a column of serials; -1 for none. */
  readonly at: number;
  readonly choice: ColumnChoice;
};

function readHead(part: CsvPart, wanted: string | null): Head {
  const { records, next } = placeRecords(
    { ...part, to: part.from + HEAD_CHARS_MAX, relaxed: true },
    HEAD_ROWS_MAX,
  );
  const rows = records.filter(({ record }) => record.some((field) => field.trim() !== ''));
  const choices = rows.map(({ record }) => chooseSerialColumn(record, wanted));
  const at = choices.findIndex(({ kind }) => kind !== 'none');
  return { part, rows, next, at, choice: choices[at] ?? { kind: 'none' } };
}

function takeHead({ path }: SourceFile, { part, rows, at, choice }: Head): ReadHeader {
  const [first, row] = [rows[0], rows[at]];
  if (first === undefined || row === undefined) return { kind: 'empty' };
  const place = { path, range: row.range };
  const columns = row.record.map((name) => name.trim());
  if (at > 0) {
    const facts = { text: textOf(part, first.range), below: lineOf(part.text, row.range.start) };
    const code = 'csv-title-line';
    return { kind: 'refused', diagnostic: makeError({ code, place: { path, range: first.range }, facts }) };
  }
  switch (choice.kind) {
    case 'none':
      return { kind: 'empty' };
    case 'repeated':
      return {
        kind: 'refused',
        diagnostic: makeError({ code: 'csv-duplicate-column', place, facts: { column: choice.name } }),
      };
    case 'several':
      return {
        kind: 'refused',
        diagnostic: makeError({
          code: 'csv-several-columns',
          place,
          facts: { names: choice.names, columns },
        }),
      };
    case 'found':
      return {
        kind: 'found',
        header: {
          columns,
          column: choice.index,
          range: row.range,
          rows: { ...part, from: row.range.end },
          warnings: [
            ...new Set(columns.filter((name, index) => columns.indexOf(name) !== index && name !== '')),
          ].map((column) => makeWarning({ code: 'csv-duplicate-column', place, facts: { column } })),
        },
      };
  }
}

type Missing = {
  readonly usual: Head;
  /** With a delimiter that the plan, or the line `sep=`, does not say. */
  readonly other: Head | undefined;
  readonly choices: readonly Head[];
};

function describeMissing(
  { path }: SourceFile,
  { usual, other, choices }: Missing,
  { serialColumn, delimiter }: CsvWish,
): Diagnostic {
  const rangeOf = ({ rows }: Head): Range | null => rows[0]?.range ?? null;
  if (other !== undefined) {
    const facts = {
      delimiter: DELIMITER_WORDS[other.part.delimiter],
      said: DELIMITER_WORDS[usual.part.delimiter],
      by: delimiter === null ? 'the line `sep=`' : 'the plan',
    };
    return makeError({ code: 'csv-delimiter', place: { path, range: rangeOf(other) }, facts });
  }
  // Columns are best told apart by what makes most of them.
  const columnsOf = ({ rows }: Head) => rows[0]?.record ?? [];
  const head = choices.reduce((best, each) =>
    columnsOf(each).length > columnsOf(best).length ? each : best,
  );
  const columns = columnsOf(head).map((name) => name.trim());
  const wanted = namesOf(serialColumn);
  const candidates = columns.slice(0, COLUMNS_COMPARED_MAX).filter(({ length }) => length <= NAME_CHARS_MAX);
  const near = wanted.flatMap((candidate) => nearest(candidate, candidates) ?? []);
  return makeError({
    code: 'csv-no-column',
    place: { path, range: rangeOf(head) },
    facts: {
      wanted,
      columns,
      nearest: near[0] ?? null,
      isNamed: serialColumn !== null,
      commented: findCommented(head, serialColumn),
    },
  });
}

/** The line of a header that begins with `#`, and so is a comment. */
function findCommented({ part, rows }: Head, wanted: string | null): number | null {
  const until = rows[0]?.range.start ?? part.text.length;
  for (const { 0: line, index } of part.text.slice(part.from, until).matchAll(/^#.*$/gm)) {
    const { kind } = chooseSerialColumn(line.replace(/^#+/, '').split(part.delimiter), wanted);
    if (kind !== 'none') return lineOf(part.text, part.from + index);
  }
  return null;
}

/** Finding the nearest name takes time with the names' length and number. */
const NAME_CHARS_MAX = 64;
const COLUMNS_COMPARED_MAX = 200;

function textOf({ text }: CsvPart, { start, end }: Range): string {
  return text.slice(start, end);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}
