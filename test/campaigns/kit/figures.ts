/** What the long campaigns print. */
import type { StoreKind } from './stores.ts';

type Cell = string | number;

/** A Markdown table whose columns line up. */
export function sayTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const texts = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const [first = [], ...others] = texts.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  for (const row of [first, rule, ...others]) process.stdout.write(`| ${row.join(' | ')} |\n`);
}

export function parseStoreKind(text: string): StoreKind {
  if (text === 'file' || text === 'postgres') return text;
  throw new Error(`--store is file or postgres, not ${text}`);
}
