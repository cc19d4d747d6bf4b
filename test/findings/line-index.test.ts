import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { indexLines } from '../../src/findings/source-place.ts';

const texts = fc
  .array(fc.constantFrom('a', '\n', '\r\n', '\r', '頻', '😀'), { maxLength: 40 })
  .map((parts) => parts.join(''));

test('a position leads back to its offset', () => {
  fc.assert(
    fc.property(texts, fc.nat(60), (text, offset) => {
      const { positionOf, startOf } = indexLines(text);
      const { line, column } = positionOf(offset);
      expect(startOf(line) + column - 1).toBe(Math.min(offset, text.length));
      const isWithinEnd = text.slice(offset - 1, offset + 1) === '\r\n';
      expect(line).toBe(text.slice(0, isWithinEnd ? offset - 1 : offset).split(/\r\n?|\n/).length);
    }),
  );
});

test('the text of a line has no line end', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const lines = text.split(/\r\n?|\n/);
      const { textOf } = indexLines(text);
      expect(lines.map((_line, index) => textOf(index + 1))).toEqual(lines);
    }),
  );
});
