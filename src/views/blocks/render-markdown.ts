/** Blocks as Markdown, for a comment on a pull request or a job's summary: each is no longer than it may be. */
import { escapeMarkdown, markdownCode, renderMarkdownTable } from '../../base/markdown.ts';
import { renderNumber } from '../../base/text.ts';
import { fillIn, left } from './block.ts';
import type { Block, Inline } from './block.ts';

type Part = {
  readonly text: string;
  /** Whether something was left out. */
  readonly isCut: boolean;
};

/** `seeAll`: where all of it is shown, if something is left out here. */
export function renderMarkdown(blocks: readonly Block[], seeAll: Inline): string {
  const parts = blocks.flatMap((block) => renderBlock(block) ?? []);
  return [
    ...parts.map(({ text }) => text),
    ...(parts.some(({ isCut }) => isCut) ? [`All of it: ${renderInline(seeAll)}\n`] : []),
  ].join('\n');
}

function renderBlock(block: Block): Part | null {
  switch (block.kind) {
    case 'heading': {
      const { text, about = null } = block;
      const below = about === null ? '' : `\n${renderInline(about)}\n`;
      return { text: `## ${renderInline(text, Infinity)}\n${below}`, isCut: false };
    }
    case 'note':
      return { text: block.lines.map((line) => `${renderInline(line)}\n`).join(''), isCut: false };
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
          before === after ? 'the same' : { kind: 'strong', text: after },
        ]),
      });
    case 'table':
      return renderTable(block);
  }
}

/** A command stands below the sentence that it belongs to. */
function renderItem(item: Inline): string {
  const isCommand = typeof item === 'object' && item.kind === 'command';
  return `${isCommand ? '  ' : ''}- ${renderInline(item)}\n`;
}

/** As many of the items as fit, each with its line end. */
function renderItems(
  { title, charsMax = Infinity }: Extract<Block, { readonly kind: 'facts' | 'list' }>,
  items: readonly string[],
): Part | null {
  if (items.length === 0) return null;
  let text = '';
  for (const item of items) {
    if (text.length + item.length > charsMax) {
      text += '- …\n';
      break;
    }
    text += item;
  }
  return { text: `${title === undefined ? '' : `**${renderInline(title)}**\n\n`}${text}`, isCut: false };
}

/** Around a cell. */
const CELL_CHARS = 3;

/** As many of the rows as fit, and how many do not. */
function renderTable(table: Extract<Block, { readonly kind: 'table' }>): Part | null {
  const { title, columns, rows, total = rows.length, isAbridged = false, charsMax = Infinity } = table;
  if (rows.length === 0) return null;
  const shown: (readonly string[])[] = [];
  let room = charsMax;
  for (const row of rows) {
    const cells = row.map((cell) => renderInline(cell));
    room -= cells.reduce((sum, cell) => sum + cell.length + CELL_CHARS, CELL_CHARS);
    if (room < 0) break;
    shown.push(cells);
  }
  const more = total - shown.length;
  const rest = more === 0 ? '' : `\nand ${renderNumber(more)} more\n`;
  return {
    text: `### ${renderInline(title)}\n\n${renderMarkdownTable(columns, shown)}${rest}`,
    isCut: more > 0 || isAbridged,
  };
}

/** Of one sentence, or of a cell. */
const CHARS_MAX = 500;

function renderInline(inline: Inline, most = CHARS_MAX): string {
  if (typeof inline === 'string') return escapeMarkdown(clip(inline, most));
  switch (inline.kind) {
    case 'text':
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
