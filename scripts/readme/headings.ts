/** The headings of a Markdown document, each with the anchor that GitHub gives it, and a table of contents of them. */

export type Heading = { readonly level: number; readonly title: string; readonly anchor: string };

export function readHeadings(markdown: string): readonly Heading[] {
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, hashes = '', title = '']) => {
    const plain = anchorOf(title);
    const times = seen.get(plain) ?? 0;
    seen.set(plain, times + 1);
    return { level: hashes.length, title, anchor: times === 0 ? plain : `${plain}-${times}` };
  });
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

const BEGIN = '<!-- contents -->\n';
const END = '<!-- end of contents -->\n';

/** Puts it between the two comments, where the document has them: the headings of the second and third level. */
export function rewriteContents(markdown: string): string {
  const begin = markdown.indexOf(BEGIN);
  const end = markdown.indexOf(END);
  if (begin === -1 || end === -1) return markdown;
  const lines = readHeadings(markdown)
    .filter(({ level, title }) => (level === 2 || level === 3) && title !== 'Contents')
    .map(({ level, title, anchor }) => `${'  '.repeat(level - 2)}- [${title}](#${anchor})\n`);
  return `${markdown.slice(0, begin)}${BEGIN}\n${lines.join('')}\n${markdown.slice(end)}`;
}
