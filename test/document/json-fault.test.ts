import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { findJsonFault } from '../../src/document/json-fault.ts';

test.each([
  ['{"a": 1,}', 7],
  ['[1,]', 2],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{"a": 1', 7],
  ['{a: 1}', 1],
  ['{"a": 01}', 6],
  ['{"a": [1}', 8],
  ["{'a': 1}", 1],
  ['{} {}', 3],
  ['"a\nb"', 0],
  ['nul', 0],
  ['trueish', 0],
  [',', 0],
  ['', 0],
])('%j stops being JSON at %i', (text, at) => {
  expect(findJsonFault(text)).toBe(at);
});

test('a text has a fault exactly when the engine cannot parse it', () => {
  const whole = fc.json();
  const damaged = fc
    .tuple(whole, fc.nat(), fc.constantFrom(',', '}', ']', '"', ':', '', '1', '-', 'e', '\\'))
    .map(([text, at, mark]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + mark + text.slice(cut + (mark === '' ? 1 : 0));
    });
  fc.assert(
    fc.property(fc.oneof(whole, damaged), (text) => {
      expect(findJsonFault(text) === null).toBe(isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
