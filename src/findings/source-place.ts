/**
 * Places in files of the user (a plan, a device file, a settings file, a scenario), and severities. Lines and columns are
 * computed only for places that are shown, so a file without findings costs nothing.
 */

export type Severity = 'error' | 'warning';

/** A file of the user. `path` is relative to the current folder, as the user types it. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  /** The ranges that no excerpt may show. */
  readonly confidential?: readonly Range[];
};

/** Offsets are UTF-16 units into the file's text; `end` is exclusive. A range of `null` is the whole file. */
export type Range = { readonly start: number; readonly end: number };

export type Place = { readonly path: string; readonly range: Range | null };

export type RelatedPlace = Place & { readonly label: string };

/** Both count from 1; columns count UTF-16 units, as editors do. */
type Position = { readonly line: number; readonly column: number };

export type LineIndex = {
  readonly positionOf: (offset: number) => Position;
  /** Offset of the line's first character. */
  readonly startOf: (line: number) => number;
  /** The line's text, without its end. */
  readonly textOf: (line: number) => string;
};

/** Lines end with LF, CRLF or CR, as in editors. */
export function indexLines(text: string): LineIndex {
  const starts = findLineStarts(text);
  const startOf = (line: number): number => starts[line - 1] ?? text.length;
  return {
    startOf,
    positionOf(offset) {
      const line = lastAtOrBefore(starts, Math.min(offset, text.length)) + 1;
      return { line, column: Math.min(offset, text.length) - startOf(line) + 1 };
    },
    textOf(line) {
      return text.slice(startOf(line), starts[line] ?? text.length).replace(/\r?\n$|\r$/, '');
    },
  };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  if (text.includes('\r')) {
    for (const { 0: end, index } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  } else {
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  }
  return starts;
}

/** The index of the last of the ascending `numbers` that is not above `limit`. */
function lastAtOrBefore(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** All four count from 1; columns count UTF-16 units. The end is exclusive. */
export type Span = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

/** The start of the file for a finding about it as a whole; `null` in a file that could not be read. */
export type Locator = (place: Place) => Span | null;

/** Indexes the lines of each file once, and only if it has a finding. */
export function createLocator(sources: ReadonlyMap<string, SourceFile>): Locator {
  const indexes = new Map<string, LineIndex>();
  return ({ path, range }) => {
    const source = sources.get(path);
    if (source === undefined) return null;
    if (range === null) return { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const index = indexes.get(path) ?? indexLines(source.text);
    indexes.set(path, index);
    const { line, column } = index.positionOf(range.start);
    const end = index.positionOf(range.end);
    return { line, column, endLine: end.line, endColumn: end.column };
  };
}
