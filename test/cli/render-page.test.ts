import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES, ROOT } from '../../scripts/docs/documents.ts';
import { COMMANDS } from '../../scripts/docs/program.ts';
import { colourOf } from '../../src/base/colour.ts';
import { displayWidth } from '../../src/base/columns.ts';
import { HELP } from '../../src/cli/help.ts';
import { renderPage } from '../../src/cli/commands/render-page.ts';

const PLAIN = { columns: 40, colours: colourOf(false) };

describe('a page as text', () => {
  test('has its paragraphs wrapped, its links by their text, and no comments', () => {
    const page =
      '# A title\n\n<!-- a marker -->\n\nSome words with **weight** and a [link](on-call.md#in-doubt), more than a line.\n';
    expect(renderPage(page, PLAIN)).toBe(
      'A title\n\nSome words with weight and a link, more\nthan a line.\n',
    );
  });

  test('keeps code as it is, comments of its own language too', () => {
    const page = '```sh\n# no title\nbreakwater run plan.yaml\n\nls\n```\n';
    expect(renderPage(page, PLAIN)).toBe('    # no title\n    breakwater run plan.yaml\n\n    ls\n');
  });

  test('has items of lists indented below their marks', () => {
    expect(renderPage('- one item that is longer than one line of it\n- two\n', PLAIN)).toBe(
      '  - one item that is longer than one\n    line of it\n  - two\n',
    );
  });

  test('has a row of a table as an entry, with the titles of further columns', () => {
    const page = '| key | meaning | default |\n|---|---|---|\n| `a` | one \\| two | `1` |\n| `bb` | b | |\n';
    expect(renderPage(page, PLAIN)).toBe('  `a`   one | two; default: `1`\n  `bb`  b\n');
  });
});

const OWN = PAGES.filter((path) => path.startsWith('docs/'));

test.each(OWN)('%s has no comment and no link in its text, and no line that is too wide', (path) => {
  const text = renderPage(readFileSync(join(ROOT, path), 'utf8'), { ...PLAIN, columns: 80 });
  expect(text).not.toMatch(/<!--|\]\(/);
  // Code is copied as it is, and a long word stays whole.
  const wide = text
    .split('\n')
    .filter((line) => displayWidth(line) > 80 && !line.startsWith('    ') && line.trim().includes(' '));
  expect(wide).toEqual([]);
});

test('the help names every page', () => {
  const { description } = HELP.help;
  const names = OWN.map((path) => path.replace(/^docs\/|\.md$/g, ''));
  expect(names.filter((name) => !description.includes(` ${name}`))).toEqual([]);
});

test('no page has the name of a command, whose help would be shown in its place', () => {
  const commands = COMMANDS.map(({ name }) => name.split(' ')[0]);
  expect(OWN.filter((path) => commands.includes(path.replace(/^docs\/|\.md$/g, '')))).toEqual([]);
});
