import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readHeadings, rewriteContents } from '../../scripts/readme/headings.ts';
import { ROOT } from '../kit/command.ts';
import { README } from './document.ts';

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'RELIABILITY.md',
  'SECURITY.md',
  'src/ARCHITECTURE.md',
];

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function linksIn(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

function leadsSomewhere(document: string, target: string): boolean {
  if (/^https?:/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || readHeadings(read(file)).some((heading) => heading.anchor === anchor);
}

test.each(DOCUMENTS)('every link in %s leads somewhere', (document) => {
  const lost = linksIn(read(document)).filter((target) => !leadsSomewhere(document, target));
  expect(lost).toEqual([]);
});

test('CONTRIBUTING.md names only files and folders that exist', () => {
  const named = [
    ...read('CONTRIBUTING.md').matchAll(/(?<![\w./-])(?:src|test|schemas|scripts|examples)\/[\w./-]*/g),
  ];
  expect(named.length).toBeGreaterThan(40);
  expect(named.map(([path]) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('the README has links, and headings that they lead to', () => {
  expect(linksIn(README).filter((target) => target.startsWith('#')).length).toBeGreaterThan(10);
});

test("the README's table of contents is that of its headings", () => {
  expect(README.includes('<!-- contents -->')).toBe(true);
  expect(rewriteContents(README), '`npm run readme` makes it anew').toBe(README);
});

test('anchors are those that GitHub gives', () => {
  const document =
    "# A title\n\n## Run it: `--out FILE`, and *more*\n\n```sh\n# no heading\n```\n\n## It's here\n\n## It's here\n";
  expect(readHeadings(document).map(({ anchor }) => anchor)).toEqual([
    'a-title',
    'run-it---out-file-and-more',
    'its-here',
    'its-here-1',
  ]);
});
