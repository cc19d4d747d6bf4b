/** What a Markdown document says, for tests that hold it to that. */

/** What stands below the heading with that title, up to the next one of its level or above. */
export function sectionOf(markdown: string, title: string): string {
  // A comment in a block of code looks like a heading.
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  const [, before = '', level = ''] = new RegExp(`^([^]*?^(#+) ${title}$)`, 'm').exec(prose) ?? [];
  if (before === '') throw new Error(`there is no heading ${title}`);
  return prose.slice(before.length).split(new RegExp(`^#{1,${level.length}} `, 'm'))[0] ?? '';
}

/** The first cell of each row, table by table. */
export function firstCells(markdown: string): readonly (readonly string[])[] {
  return [...markdown.matchAll(/\n\|(?: *:?-+:? *\|)+\n((?:\|.*(?:\n|$))*)/g)].map(([, rows = '']) =>
    [...rows.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell),
  );
}
