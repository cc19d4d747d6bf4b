/**
 * Blocks as text for a terminal. Each block with a title, and each note, has an empty line above it. Lines are broken
 * where a terminal ends; what a block holds in its last column goes on below that column.
 */
import { colourOf } from '../../base/colour.ts';
import type { Colours } from '../../base/colour.ts';
import { displayWidth, padTo, wrapTo } from '../../base/columns.ts';
import { fitNames, nameColumns } from '../../base/fit-names.ts';
import { printable, renderNumber } from '../../base/text.ts';
import { TONES } from '../tables/tones.ts';
import { fillIn, isCommand } from './block.ts';
import type { Block, Column, Inline, Labelled, TableBlock } from './block.ts';

type Page = {
  /** Lines are no longer than this where words allow it. */
  readonly columns: number;
  readonly colours: Colours;
  /** It goes into a pipe or a file, where nothing is cut. */
  readonly isWhole: boolean;
  /** The command that shows what tables leave out. */
  readonly seeAll: string;
};

/** As it goes into a file: no colour, and no line is broken. */
const FILE: Page = { columns: Infinity, isWhole: true, colours: colourOf(false), seeAll: '--format json' };

const MARGIN = '  ';

export function renderText(blocks: readonly Block[], page = FILE): string {
  return `${blocks
    .flatMap((block) => renderBlock(block, page))
    .join('\n')
    .replace(/^\n/, '')}\n`;
}

function renderBlock(block: Block, page: Page): readonly string[] {
  const { colours, columns } = page;
  switch (block.kind) {
    case 'heading': {
      const { text, tone, about = null } = block;
      const mark = tone === undefined ? '' : `${colours[TONES[tone].colour](TONES[tone].mark)} `;
      return [
        '',
        ...wrapTo(`${mark}${colours.bold(renderInline(text, page))}`, columns, 2),
        ...(about === null ? [] : [`${MARGIN}${printable(about)}`]),
      ];
    }
    case 'note':
      return ['', ...block.lines.map((line) => renderInline(line, page))];
    case 'labelled':
      return ['', ...block.parts.flatMap((part) => renderLabelled(part, page))];
    case 'list':
      return titled(
        block,
        block.items.map((item) => `    ${renderInline(item, page)}`),
        page,
      );
    case 'facts': {
      const { rows, labelColumns, rest = null } = block;
      const lines = renderRows({ rows, columns: [{ ...PLAIN, columnsMin: labelColumns ?? 0 }, PLAIN] }, page);
      return titled(block, [...lines, ...(rest === null ? [] : [`${MARGIN}${printable(rest)}`])], page);
    }
    case 'changes': {
      const rows = block.rows.map(([what, before, after]) => [
        what,
        before === after ? after : `${before} → ${after}`,
      ]);
      return titled(block, renderRows({ rows, columns: [PLAIN, PLAIN] }, page), page);
    }
    case 'table':
      return titled(block, renderTable(block, page, MARGIN), page);
    case 'tables':
      return titled(
        block,
        block.tables.flatMap((table) => [
          ...wrapTo(`${MARGIN}${renderInline(table.title, page)}`, columns, 4),
          ...renderTable(table, page, `${MARGIN}${MARGIN}`),
        ]),
        page,
      );
  }
}

function titled(
  { title }: { readonly title?: Inline },
  lines: readonly string[],
  page: Page,
): readonly string[] {
  if (title === undefined || lines.length === 0) return lines;
  const text = renderInline(title, page);
  return [
    '',
    ...wrapTo(typeof title === 'string' ? page.colours.bold(text) : text, page.columns, 2),
    ...lines,
  ];
}

const LABEL_COLUMNS = 6;
const BULLET = '- ';

/** A command has its own line and is never cut, so that it can be copied. */
function renderLabelled({ label, lines }: Labelled, page: Page): readonly string[] {
  const isList = lines.filter((line) => !isCommand(line)).length > 1;
  const indent = MARGIN.length + LABEL_COLUMNS + (isList ? BULLET.length : 0);
  return lines.flatMap((line, index) => {
    const text = renderInline(line, page);
    if (isCommand(line)) return [`${' '.repeat(indent + 2)}${page.colours.bold(text)}`];
    const before = `${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}${isList ? BULLET : ''}`;
    const next = lines[index + 1];
    const follows = next !== undefined && isCommand(next) ? ':' : '';
    return wrapTo(`${MARGIN}${before}${text}${follows}`, page.columns, indent);
  });
}

const PLAIN: Column = { title: '', align: 'left' };

function renderTable({ columns, rows, total }: TableBlock, page: Page, margin: string): readonly string[] {
  const lines = renderRows({ rows, columns }, page, margin);
  const given = rows.reduce((sum, row) => sum + ('leftOut' in row ? row.leftOut : 1), 0);
  const more = (total ?? given) - given;
  return more <= 0 ? lines : [...lines, ...pointToAll(`${margin}and ${renderNumber(more)} more`, page)];
}

/** Of a row that has a single cell, the lines after the first are indented by this more. */
const HANGING_COLUMNS = 2;

/** All cells of a column but the last are as wide as the widest. */
function renderRows(
  { rows, columns }: Pick<TableBlock, 'rows' | 'columns'>,
  page: Page,
  margin = MARGIN,
): readonly string[] {
  const names = fitColumns({ rows, columns }, page);
  const texts = rows.map((row) =>
    'leftOut' in row
      ? row
      : row.map((cell, index) => {
          const text = renderInline(cell, page);
          return typeof cell === 'string' ? (names[index]?.get(text) ?? text) : text;
        }),
  );
  const widths = columns.slice(0, -1).map(({ columnsMin = 0, columnsMax = Infinity }, index) => {
    const widest = texts.reduce(
      (most, row) => ('leftOut' in row ? most : Math.max(most, displayWidth(row[index] ?? ''))),
      columnsMin,
    );
    return Math.min(columnsMax, widest);
  });
  const before = widths.reduce((sum, width) => sum + width + MARGIN.length, margin.length);
  const indent = widths.length === 0 ? before + HANGING_COLUMNS : before;
  return texts.flatMap((row, position) => {
    if ('leftOut' in row) {
      const n = renderNumber(row.leftOut);
      return pointToAll(`${margin}${position === 0 ? `${n} earlier` : `… ${n} more`}`, page);
    }
    const padded = row.map((cell, index) => (index < widths.length ? padTo(cell, widths[index] ?? 0) : cell));
    return wrapTo(`${margin}${padded.join(MARGIN)}`, page.columns, indent);
  });
}

/** What is shown of each name, for each column of names. */
function fitColumns(
  { rows, columns }: Pick<TableBlock, 'rows' | 'columns'>,
  page: Page,
): readonly (ReadonlyMap<string, string> | null)[] {
  return columns.map(({ isNames = false }, index) => {
    if (!isNames || page.isWhole) return null;
    const names = rows.flatMap((row) => {
      const cell = 'leftOut' in row ? undefined : row[index];
      return typeof cell === 'string' ? [printable(cell)] : [];
    });
    const fitted = fitNames(names, nameColumns(page.columns));
    return new Map(names.map((name, at) => [name, fitted[at] ?? name]));
  });
}

/** The number of omitted rows, and the command that shows them: never cut, and on its own line if both do not fit into one. */
function pointToAll(leftOut: string, { columns, seeAll }: Page): readonly string[] {
  const before = `${leftOut}; full list:`;
  const line = `${before} ${seeAll}`;
  return displayWidth(line) <= columns ? [line] : [...wrapTo(before, columns, 4), `      ${seeAll}`];
}

function renderInline(inline: Inline, page: Page): string {
  if (typeof inline === 'string') return printable(inline);
  switch (inline.kind) {
    case 'text':
    case 'code':
    case 'command':
      return printable(inline.text);
    case 'strong':
      return page.colours.bold(printable(inline.text));
    case 'tinted':
      return page.colours[inline.colour](printable(inline.text));
    case 'phrase':
      return fillIn(inline, (value) => renderInline(value, page));
  }
}
