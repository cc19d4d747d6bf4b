/** Pages are short: whoever looks for one answer at night finds it. */
import { expect, test } from 'vitest';
import { withoutGenerated } from '../../scripts/docs/generated.ts';
import { DOCUMENTS } from './document.ts';

const LINES_MAX = 300;

/** Five lines of a terminal that is 110 columns wide. */
const PARAGRAPH_CHARS_MAX = 550;

const PAGES = DOCUMENTS.map(({ path, text }) => [path, text] as const);

test('the README has 150 to 200 lines', () => {
  const [, text = ''] = PAGES.find(([path]) => path === 'README.md') ?? [];
  const lines = text.split('\n').length - 1;
  expect(lines).toBeGreaterThanOrEqual(150);
  expect(lines).toBeLessThanOrEqual(200);
});

test.each(PAGES)('%s has no more than 300 lines', (_, text) => {
  expect(text.split('\n').length - 1).toBeLessThanOrEqual(LINES_MAX);
});

test.each(PAGES)('%s has no paragraph that is too long', (_, text) => {
  const prose = withoutGenerated(text).replace(/^```[^]*?^```$/gm, '');
  const long = prose
    .split(/\n{2,}/)
    .filter((paragraph) => !/^[|<]/.test(paragraph))
    .flatMap((paragraph) => paragraph.split(/\n(?=\s*(?:-|\d+\.) )/))
    .filter((paragraph) => paragraph.length > PARAGRAPH_CHARS_MAX);
  expect(long).toEqual([]);
});
