/**
 * A page of the documentation as text: paragraphs are wrapped, a table's rows become entries of a list, and comments are
 * left out. It takes the Markdown that pages are written in, and no other.
 */
import type { Colours } from '../../base/colour.ts';
import { displayWidth, padTo, wrapTo } from '../../base/columns.ts';

export type PageStyle = { readonly columns: number; readonly colours: Colours };

export function renderPage(markdown: string, style: PageStyle): string {
  const parts = splitParts(markdown.replace(/^<!--[^]*?-->\n?/gm, ''));
  return `${parts
    .map((part) => renderPart(part, style).join('\n'))
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}

/** Blocks of code whole, everything else from one empty line to the next. */
function splitParts(markdown: string): readonly string[] {
  return markdown
    .split(/(^```[^]*?^```$)/m)
    .flatMap((part) => (part.startsWith('```') ? [part] : part.split(/\n{2,}/)))
    .map((part) => part.replace(/^\n+|\s+$/g, ''))
    .filter((part) => part !== '');
}

function renderPart(part: string, style: PageStyle): readonly string[] {
  const { columns, colours } = style;
  const lines = part.split('\n');
  if (part.startsWith('```')) return lines.slice(1, -1).map((line) => `    ${line}`.trimEnd());
  const [, title] = /^#+ (.*)$/.exec(part) ?? [];
  if (title !== undefined) return [colours.bold(plain(title))];
  if (part.startsWith('|')) return renderTable(lines, style);
  if (/^(-|\d+\.) /.test(part)) {
    return part.split(/\n(?=\s*(?:-|\d+\.) )/).flatMap((item) => {
      const [, indent = '', mark = '', text = ''] = /^(\s*)(-|\d+\.) ([^]*)$/.exec(item) ?? [];
      const before = `  ${indent}${mark} `;
      return wrapTo(`${before}${plain(text)}`, columns, before.length);
    });
  }
  return wrapTo(plain(part), columns);
}

/** How wide the first column becomes. */
const NAME_COLUMNS_MAX = 30;

function renderTable(lines: readonly string[], { columns, colours }: PageStyle): readonly string[] {
  const [titles = [], , ...rows] = lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => plain(cell.trim())),
  );
  const widest = Math.max(...rows.map(([name = '']) => displayWidth(name)));
  const width = Math.min(widest, NAME_COLUMNS_MAX);
  return rows.flatMap(([name = '', ...cells]) => {
    const texts = cells.flatMap((cell, index) =>
      describeCell(cell, { index, title: titles[index + 1] ?? '' }),
    );
    const first = displayWidth(name) <= width ? [] : wrapTo(`  ${colours.bold(name)}`, columns, 2);
    const before = first.length === 0 ? colours.bold(padTo(name, width)) : ' '.repeat(width);
    return [...first, ...wrapTo(`  ${before}  ${texts.join('; ')}`, columns, width + 4)];
  });
}

/** What stands in a column after the second is named by its title. */
function describeCell(
  cell: string,
  { index, title }: { readonly index: number; readonly title: string },
): readonly string[] {
  if (cell === '') return [];
  return [index === 0 || title === '' ? cell : `${title}: ${cell}`];
}

/** Without the marks of Markdown, but for the quotes around code. */
function plain(markdown: string): string {
  return markdown
    .replace(/\n\s*/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll('&lt;', '<')
    .replace(/\\([|\\<])/g, '$1');
}
