/** Where findings are, in the lines and columns of their files. */
import type { Place, SourceFile } from './source-place.ts';
import { indexLines } from './line-index.ts';
import type { LineIndex } from './line-index.ts';

/** All four count from 1; columns count UTF-16 units. The end is exclusive. */
export type Span = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

/** `null` for a finding about a file as a whole, and in a file that could not be read. */
export type Locator = (place: Place) => Span | null;

/** Each file's lines are looked for once, and only if something was found in it. */
export function createLocator(sources: ReadonlyMap<string, SourceFile>): Locator {
  const indexes = new Map<string, LineIndex>();
  return ({ path, range }) => {
    const source = sources.get(path);
    if (source === undefined || range === null) return null;
    const index = indexes.get(path) ?? indexLines(source.text);
    indexes.set(path, index);
    const { line, column } = index.positionOf(range.start);
    const end = index.positionOf(range.end);
    return { line, column, endLine: end.line, endColumn: end.column };
  };
}
