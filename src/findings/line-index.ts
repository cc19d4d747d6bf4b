/** From offsets to lines and columns, for the few places that are shown; nothing is computed for a file without findings. */

/** Both count from 1; columns count UTF-16 units, as editors do. */
type Position = { readonly line: number; readonly column: number };

export type LineIndex = {
  readonly positionOf: (offset: number) => Position;
  /** Offset of the line's first character. */
  readonly startOf: (line: number) => number;
  /** The line's text, without its end. */
  readonly textOf: (line: number) => string;
};

/** Lines end with LF or CRLF. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  const startOf = (line: number): number => starts[line - 1] ?? text.length;
  return {
    startOf,
    positionOf(offset) {
      const line = lastAtOrBefore(starts, Math.min(offset, text.length)) + 1;
      return { line, column: Math.min(offset, text.length) - startOf(line) + 1 };
    },
    textOf(line) {
      const next = starts[line];
      const content = text.slice(startOf(line), next === undefined ? text.length : next - 1);
      return content.endsWith('\r') ? content.slice(0, -1) : content;
    },
  };
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
