import { expect, test } from 'vitest';
import { renderJson, guardLog } from '../../src/base/text.ts';

test.each([
  ['::error::x', '\\u003a:error::x'],
  ['a\n \t::error::x\n', 'a\n \t\\u003a:error::x\n'],
  ['a ##[group]b', 'a \\u0023#[group]b'],
  ['##VSO[task.complete]', '\\u0023#VSO[task.complete]'],
  ['##teamcity[x]', '\\u0023#teamcity[x]'],
  ['###[x]', '#\\u0023#[x]'],
])('a log finds no command in %j', (text, guarded) => {
  expect(guardLog(text)).toBe(guarded);
  expect(guardLog(guarded)).toBe(guarded);
});

test.each(['a::b', 'fe80::1', '# ## [x]', '## title', ': :', 'x\n: y'])('%j is left as it is', (text) => {
  expect(guardLog(text)).toBe(text);
});

test('JSON that was guarded is the value that it was', () => {
  const value = { '##[a]': ['::b', '\u009b\u202e\u2028\ufeff\u007f', 'plain é 漢'], c: null };
  for (const indent of [0, 2]) {
    expect(JSON.parse(renderJson(value, indent))).toEqual(value);
    expect(renderJson(value, indent)).not.toMatch(/[\u007f-\u009f\u2028-\u202e\ufeff]|##\[/);
  }
});
