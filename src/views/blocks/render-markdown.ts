/** Blocks as Markdown, for a comment on a pull request or a job's summary: each is no longer than it may be. */
import { escapeMarkdown, markdownCode, renderMarkdownTable } from '../../base/markdown.ts';
import { renderNumber } from '../../base/text.ts';
import { TONES } from '../tables/tones.ts';
import { fillIn, isCommand, left, phrase } from './block.ts';
import type { Block, Inline, TableBlock } from './block.ts';

type Part = {
  readonly text: string;
  /** Whether something was left out. */
  readonly isCut: boolean;
};

/** `seeAll`: the command for the full output, shown if something is left out. */
export function renderMarkdown(blocks: readonly Block[], seeAll: Inline): string {
  const parts = blocks.flatMap(renderBlock);
  return [
    ...parts.map(({ text }) => text),
    ...(parts.some(({ isCut }) => isCut) ? [`Full output: ${renderInline(seeAll)}\n`] : []),
  ].join('\n');
}

function renderBlock(block: Block): readonly Part[] {
  switch (block.kind) {
    case 'heading': {
      const { text, tone, about = null } = block;
      const emoji = tone === undefined ? '' : `${TONES[tone].emoji} `;
      const below = about === null ? '' : `\n${renderInline(about)}\n`;
      return [{ text: `## ${emoji}${renderInline(text, Infinity)}\n${below}`, isCut: false }];
    }
    case 'note':
      return [{ text: block.lines.map((line) => `${renderInline(line)}\n`).join(''), isCut: false }];
    case 'labelled':
      return block.parts.flatMap(({ label, lines }) =>
        renderItems({ title: label, charsMax: block.charsMax }, lines.map(renderItem)),
      );
    case 'facts':
      return renderItems(
        block,
        block.rows.map(([label, value]) => `- ${label}: ${renderInline(value)}\n`),
      );
    case 'list':
      return renderItems(block, block.items.map(renderItem));
    case 'changes':
      return renderTable({
        ...block,
        kind: 'table',
        columns: left('', 'before', 'after'),
        rows: block.rows.map(([what, before, after]) => [
          what,
          before,
          before === after ? 'unchanged' : { kind: 'strong', text: after },
        ]),
      });
    case 'table':
      return renderTable(block);
    case 'tables':
      return block.tables.flatMap((table) =>
        renderTable({ ...table, title: phrase`${block.title}: ${table.title}` }),
      );
  }
}

/** A command is below its sentence. */
function renderItem(item: Inline): string {
  return `${isCommand(item) ? '  ' : ''}- ${renderInline(item)}\n`;
}

/** As many of the items as fit, each with its line end. */
function renderItems(
  { title, charsMax = Infinity }: { readonly title?: Inline; readonly charsMax?: number | undefined },
  items: readonly string[],
): readonly Part[] {
  if (items.length === 0) return [];
  let text = '';
  for (const item of items) {
    if (text.length + item.length > charsMax) {
      text += '- …\n';
      break;
    }
    text += item;
  }
  return [{ text: `${title === undefined ? '' : `**${renderInline(title)}**\n\n`}${text}`, isCut: false }];
}

/** Around a cell. */
const CELL_CHARS = 3;

/** As many of the rows as fit, and how many do not. */
function renderTable(table: TableBlock): readonly Part[] {
  const { title, columns, rows, total, charsMax = Infinity } = table;
  if (rows.length === 0) return [];
  const shown: (readonly string[])[] = [];
  let room = charsMax;
  for (const row of rows) {
    const cells =
      'leftOut' in row ? ['…', `${renderNumber(row.leftOut)} more`] : row.map((cell) => renderInline(cell));
    room -= cells.reduce((sum, cell) => sum + cell.length + CELL_CHARS, CELL_CHARS);
    if (room < 0) break;
    shown.push(cells);
  }
  const more = (total ?? rows.length) - shown.length;
  const rest = more === 0 ? '' : `\nand ${renderNumber(more)} more\n`;
  const text = `### ${renderInline(title)}\n\n${renderMarkdownTable(columns, shown)}${rest}`;
  return [{ text, isCut: more > 0 || rows.some((row) => 'leftOut' in row) }];
}

/** Of one sentence, or of a cell. */
const CHARS_MAX = 500;

function renderInline(inline: Inline, most = CHARS_MAX): string {
  if (typeof inline === 'string') return escapeMarkdown(clip(inline, most));
  switch (inline.kind) {
    case 'text':
    case 'tinted':
      return renderInline(inline.text, most);
    case 'code':
      return markdownCode(clip(inline.text, most));
    case 'command':
      return markdownCode(inline.text);
    case 'strong':
      return `**${renderInline(inline.text, most)}**`;
    case 'phrase':
      return fillIn(inline, (value) => renderInline(value, most));
  }
}

/** `text`, or its beginning. It is text, not yet Markdown. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a pair is no character.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
