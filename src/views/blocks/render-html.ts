/** Blocks as HTML, for the parts of the report's page that are documents. */
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { renderNumber } from '../../base/text.ts';
import { isCommand, left, phrase, plainText } from './block.ts';
import type { Block, Column, Inline, Labelled, Row, TableBlock } from './block.ts';

export function renderHtmlBlocks(blocks: readonly Block[]): Html {
  return markup`${blocks.map(renderBlock)}`;
}

function renderBlock(block: Block): Html {
  switch (block.kind) {
    case 'heading':
      return markup`<h1>${renderInline(block.text)}</h1>`;
    case 'note':
      return markup`${block.lines.map((line) => markup`<p>${renderInline(line)}</p>`)}`;
    case 'labelled':
      return markup`${block.parts.map(renderLabelled)}`;
    case 'list':
      return markup`<ul>
        ${block.items.map((item) => markup`<li>${renderInline(item)}</li>`)}
      </ul>`;
    case 'facts':
      return markup`<dl class="facts">
        ${block.rows.map(
          ([label, value]) =>
            markup`<div>
              <dt>${capitalise(label)}</dt>
              <dd>${renderInline(value)}</dd>
            </div>`,
        )}
      </dl>`;
    case 'changes':
      return renderTable({ ...block, kind: 'table', columns: left('', 'before', 'after') });
    case 'table':
      return renderTable(block);
    case 'tables':
      return markup`${block.tables.map((table) => renderTable({ ...table, title: phrase`${block.title}: ${table.title}` }))}`;
  }
}

/** Sentences; a command has its own line and is never cut, so that it can be copied. */
function renderLabelled({ label, lines }: Labelled): Html {
  if (lines.length === 0) return NOTHING;
  const content = lines.map((line, index) => {
    if (isCommand(line)) return markup`<pre><code>${plainText(line)}</code></pre>`;
    const next = lines[index + 1];
    const end = next !== undefined && isCommand(next) ? ':' : '.';
    return markup`<p>${capitalise(plainText(line))}${end}</p>`;
  });
  return markup`<section class="lines lines-${label.toLowerCase()}">
    <h2>${label}</h2>
    <div>${content}</div>
  </section>`;
}

function renderTable({ title, columns, rows, total = rows.length }: TableBlock): Html {
  if (rows.length === 0) return NOTHING;
  const more = total - rows.length;
  return markup`<p>${renderInline(title)}${more > 0 ? `, the first ${renderNumber(rows.length)}` : ''}:</p>
    <table>
      <thead>
        <tr>
          ${columns.map(({ title: text }) => markup`<th scope="col">${capitalise(text)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => renderRow(row, columns))}
      </tbody>
    </table>`;
}

function renderRow(row: Row, columns: readonly Column[]): Html {
  return 'leftOut' in row
    ? markup`<tr><td colspan="${columns.length}">${renderNumber(row.leftOut)} more</td></tr>`
    : markup`<tr>${row.map((cell) => markup`<td>${renderInline(cell)}</td>`)}</tr>`;
}

function renderInline(inline: Inline): Html {
  if (typeof inline === 'string') return markup`${inline}`;
  switch (inline.kind) {
    case 'text':
    case 'tinted':
      return markup`${inline.text}`;
    case 'code':
    case 'command':
      return markup`<code>${inline.text}</code>`;
    case 'strong':
      return markup`<b>${inline.text}</b>`;
    case 'phrase':
      return markup`${inline.values.map((value, index) => markup`${inline.fixed[index] ?? ''}${renderInline(value)}`)}${inline.fixed[inline.values.length] ?? ''}`;
  }
}

/** A word that is a name of the format's, such as `failures-exceeded`, is left as it is. */
function capitalise(text: string): string {
  return /^[a-z]+-[a-z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
