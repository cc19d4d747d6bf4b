import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { LOG_COMMAND, OBEYED } from './obeyed.ts';

/** The elements that Markdown of ours becomes. */
const OURS = new Set([
  'h2',
  'h3',
  'p',
  'strong',
  'ul',
  'li',
  'code',
  'details',
  'summary',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
]);

/** Rendered as GitHub does it: no element that is not ours, and in a table as many cells in each row as in its heading. */
export function expectHarmlessMarkdown(markdown: string): void {
  expect(markdown).not.toMatch(OBEYED);
  expect(markdown).not.toMatch(LOG_COMMAND);
  const args = ['--unsafe', '-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tagfilter'];
  const { status, stdout: html } = spawnSync('cmark-gfm', args, { input: markdown, encoding: 'utf8' });
  expect(status).toBe(0);
  const tags = new Set([...html.matchAll(/<\/?([a-z0-9-]+)/gi)].map(([, tag = '']) => tag));
  expect([...tags].filter((tag) => !OURS.has(tag))).toEqual([]);
  for (const [table] of html.matchAll(/<table>[^]*?<\/table>/g)) {
    const rows = [...table.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) => row.split(/<t[hd]/).length);
    expect(new Set(rows).size).toBe(1);
  }
}
