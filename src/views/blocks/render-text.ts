/** Blocks as plain text. Each block with a title, and each note, has an empty line above it. */
import { printable } from '../../base/text.ts';
import { fillIn } from './block.ts';
import type { Block, Inline } from './block.ts';

export function renderText(blocks: readonly Block[]): string {
  return `${blocks.flatMap(renderBlock).join('\n').replace(/^\n/, '')}\n`;
}

function renderBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading': {
      const { text, about = null } = block;
      return ['', renderInline(text), ...(about === null ? [] : [`  ${printable(about)}`])];
    }
    case 'note':
      return ['', ...block.lines.map(renderInline)];
    case 'list':
      return titled(
        block.title,
        block.items.map((item) => `    ${renderInline(item)}`),
      );
    case 'facts': {
      const { title, rows, labelColumns, rest = null } = block;
      return titled(title, [...pad(rows, labelColumns), ...(rest === null ? [] : [`  ${printable(rest)}`])]);
    }
    case 'changes':
      return titled(
        block.title,
        pad(
          block.rows.map(([what, before, after]) => [
            what,
            before === after ? after : `${before} → ${after}`,
          ]),
        ),
      );
    case 'table':
      return titled(block.title, pad(block.rows));
  }
}

function titled(title: Inline | undefined, lines: readonly string[]): readonly string[] {
  return title === undefined || lines.length === 0 ? lines : ['', renderInline(title), ...lines];
}

/** Rows of cells, all but the last as wide as the widest of its column. */
function pad(rows: readonly (readonly Inline[])[], columnsMin = 0): readonly string[] {
  const texts = rows.map((cells) => cells.map(renderInline));
  const widthOf = (column: number): number =>
    texts.reduce((most, cells) => Math.max(most, cells[column]?.length ?? 0), columnsMin);
  const widths = (texts[0] ?? []).map((_, column) => widthOf(column));
  return texts.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
    );
    return `  ${padded.join('  ')}`;
  });
}

function renderInline(inline: Inline): string {
  if (typeof inline === 'string') return printable(inline);
  return inline.kind === 'phrase' ? fillIn(inline, renderInline) : printable(inline.text);
}
