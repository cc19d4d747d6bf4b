/** Parts of a Markdown document that are no longer than they may be. */
import { renderMarkdownTable } from '../../base/markdown.ts';
import type { MarkdownColumn } from '../../base/markdown.ts';
import { renderNumber } from '../../base/text.ts';

export type MarkdownPart = {
  readonly text: string;
  /** Whether something was left out. */
  readonly isCut: boolean;
};

/** Of one sentence, or of a cell. */
const CHARS_MAX = 500;

/** `text`, or its beginning. It is text, not yet Markdown. */
export function clip(text: string): string {
  if (text.length <= CHARS_MAX) return text;
  // Half of a pair is no character.
  return `${text.slice(0, CHARS_MAX - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

export type BoundedTable = {
  readonly title: string;
  readonly columns: readonly MarkdownColumn[];
  /** Cells of Markdown. */
  readonly rows: readonly (readonly string[])[];
  /** How many rows there are in all, where `rows` are not all. */
  readonly total?: number;
  /** How long the rows may be together. */
  readonly chars: number;
};

/** As many of the rows as fit, and how many do not. */
export function tableWithin({
  title,
  columns,
  rows,
  total = rows.length,
  chars,
}: BoundedTable): MarkdownPart {
  const shown: (readonly string[])[] = [];
  let left = chars;
  for (const row of rows) {
    left -= row.reduce((sum, cell) => sum + cell.length + CELL_CHARS, CELL_CHARS);
    if (left < 0) break;
    shown.push(row);
  }
  const more = total - shown.length;
  const rest = more === 0 ? '' : `\nand ${renderNumber(more)} more\n`;
  return { text: `### ${title}\n\n${renderMarkdownTable(columns, shown)}${rest}`, isCut: more > 0 };
}

/** As many of the items of a list as fit, each with its line end. */
export function listWithin(items: readonly string[], chars: number): string {
  let text = '';
  for (const item of items) {
    if (text.length + item.length > chars) return `${text}- …\n`;
    text += item;
  }
  return text;
}

/** Around a cell. */
const CELL_CHARS = 3;
