import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readHeadings } from '../../scripts/docs/headings.ts';
import { ROOT } from '../kit/command.ts';
import { PAGES } from '../../scripts/docs/documents.ts';

const DOCUMENTS = [...PAGES, 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'src/ARCHITECTURE.md'];

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

test('the README leads to every page', () => {
  const targets = linksIn(read('README.md'));
  expect(PAGES.filter((page) => page !== 'README.md' && !targets.includes(page))).toEqual([]);
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
