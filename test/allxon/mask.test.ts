import { expect, test } from 'vitest';
import { createMask } from '../../src/allxon/mask.ts';

const SECRET = 'ab/c+d"e==';

test.each([
  ['as it is', `before ${SECRET} after`],
  ['twice', `${SECRET}${SECRET}`],
  ['in JSON', JSON.stringify({ secret: SECRET })],
  ['in JSON with escaped slashes', JSON.stringify({ secret: SECRET }).replaceAll('/', '\\/')],
  ['in a URL', `https://host/?key=${encodeURIComponent(SECRET)}`],
])('a secret is masked %s', (_, text) => {
  const masked = createMask([SECRET])(text);
  expect(masked).toContain('***');
  expect(masked).not.toContain('c+d');
  expect(masked).not.toContain('c%2Bd');
});

test('text without a secret is left as it is', () => {
  expect(createMask([SECRET, 'signature'])('no such thing, abc')).toBe('no such thing, abc');
});

test('an empty secret masks nothing', () => {
  expect(createMask([''])('text')).toBe('text');
});
