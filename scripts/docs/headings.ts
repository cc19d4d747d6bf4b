/** The headings of a Markdown document, each with the anchor that GitHub gives it. */

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
