/** Markdown as GitHub shows it. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** A comment on GitHub takes no more. */
export const COMMENT_CHARS_MAX = 65_536;

export function toHtml(markdown: string): string {
  const args = ['--unsafe', '-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tagfilter'];
  const { stdout, status } = spawnSync('cmark-gfm', args, { input: markdown, encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

/** Which HTML elements there are. */
export function listTags(markdown: string): readonly string[] {
  return [...new Set([...toHtml(markdown).matchAll(/<\/?([a-z0-9-]+)/gi)].map(([, tag = '']) => tag))];
}

/** How many cells each row has, of each table. */
export function tableWidths(markdown: string): readonly (readonly number[])[] {
  return [...toHtml(markdown).matchAll(/<table>[^]*?<\/table>/g)].map(([table]) =>
    [...table.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) => row.split(/<t[hd]/).length),
  );
}
