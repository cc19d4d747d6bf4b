import { execFileSync } from 'node:child_process';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { escapeMarkdown, markdownCode, renderMarkdownTable } from '../../src/base/markdown.ts';
import { printable } from '../../src/base/text.ts';

describe('text in Markdown', () => {
  test.each([
    ['wave canary: 4 of 4 success (100%), 1m51s', 'wave canary: 4 of 4 success (100%), 1m51s'],
    ['error-rate.sh', 'error-rate.sh'],
    ['error_rate', 'error\\_rate'],
    ['a | b', 'a &#124; b'],
    ['@ana', '@&#8203;ana'],
    ['see #12', 'see \\#&#8203;12'],
    ['https://example.com', 'https\\://example.com'],
    ['/approve', '\\/approve'],
    ['1. one', '1\\. one'],
    ['- one', '\\- one'],
    ['a\u001b[2J\n# b', 'a\\\\u001b\\[2J\\\\u000a\\#&#8203; b'],
  ])('%j is written %s', (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  test.each([
    ['a5ae26cf', '`a5ae26cf`'],
    ['@ana #12', '`@ana #12`'],
    ['a|b', '<code>a&#124;b</code>'],
    ['a`b', '<code>a&#96;b</code>'],
    [' ', '<code>&#32;</code>'],
    ['', ''],
    ['\u202eb', '<code>&#92;u202eb</code>'],
  ])('%j as code is written %s', (text, markdown) => {
    expect(markdownCode(text)).toBe(markdown);
  });

  test('a table has a rule below its head', () => {
    const columns = [
      { title: 'wave', align: 'left' },
      { title: 'devices', align: 'right' },
    ] as const;
    expect(renderMarkdownTable(columns, [['canary', '4']])).toBe(
      '| wave | devices |\n| --- | --: |\n| canary | 4 |\n',
    );
  });
});

describe("in GitHub's own renderer", () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          ...['#', '##', '-', '+', '1.', '1)', '>', '`', '``', '```', '~~', '*', '**', '_', '|', '\\', '!['],
          ...[
            '](',
            '[',
            ']',
            '(',
            ')',
            '<b>',
            '</td>',
            '<!--',
            '-->',
            '&amp;',
            '&#35;',
            'a@b.com',
            '@ana',
            '#1',
          ],
          ...[
            'http://a.b',
            'www.a.b',
            'ftp://a.b',
            ' ',
            '    ',
            '\n',
            '\r\n',
            '\t',
            'a',
            '[x]',
            '---',
            '===',
            ':',
          ],
          ...['[^1]', '[^1]:', '$x$', '\u001b[31m', '\u202e', '/close'],
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  );
  const texts = fc.sample(hostile, { numRuns: 2_000, seed: 5 });

  /** What stands between the tags of each cell. */
  function renderCells(write: (text: string) => string): readonly string[] {
    const columns = [
      { title: 'text', align: 'left' },
      { title: 'end', align: 'left' },
    ] as const;
    const table = renderMarkdownTable(
      columns,
      texts.map((text) => [write(text), 'end']),
    );
    const html = renderHtml(table);
    return Array.from(html.matchAll(/<tr>\n<td>(.*)<\/td>\n<td>end<\/td>\n<\/tr>/g), ([, cell = '']) => cell);
  }

  test('a cell of any text is one cell, of that text and without an element', () => {
    expect(renderCells(escapeMarkdown)).toEqual(texts.map((text) => escapeHtml(printable(text), '\u200b')));
  });

  test('a cell of any code is one cell, of one element of code', () => {
    const shown = (text: string) => (text === '' ? '' : `<code>${escapeHtml(printable(text))}</code>`);
    const cells = renderCells(markdownCode).map((cell) => cell.replaceAll('@<!-- -->', '@'));
    expect(cells).toEqual(texts.map(shown));
  });

  test('a paragraph of any text is one paragraph', () => {
    const markdown = texts.filter((text) => text !== '').map((text) => `${escapeMarkdown(text)}\n\n`);
    const html = renderHtml(markdown.join(''));
    const paragraphs = html.split('\n').slice(0, -1);
    expect(paragraphs).toEqual(
      texts.filter((text) => text !== '').map((text) => `<p>${escapeHtml(printable(text), '\u200b')}</p>`),
    );
  });

  function renderHtml(markdown: string): string {
    const extensions = ['table', 'strikethrough', 'autolink', 'tasklist', 'footnotes'];
    return execFileSync('cmark-gfm', ['--unsafe', ...extensions.flatMap((name) => ['--extension', name])], {
      input: markdown,
      encoding: 'utf8',
    });
  }

  /** `mark` stands behind each `@` and `#`. */
  function escapeHtml(text: string, mark = ''): string {
    return text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replace(/[@#]/g, `$&${mark}`);
  }
});
