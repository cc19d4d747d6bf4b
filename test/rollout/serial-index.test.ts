import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import type { Serial } from '../../src/plan/identifiers.ts';
import { SerialIndex } from '../../src/rollout/serial-index.ts';

test('finds what a search from the start finds, in whatever order it is asked', () => {
  const serials = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map((number) => `d-${number}` as Serial));
  fc.assert(
    fc.property(serials, fc.array(fc.integer({ min: 0, max: 60 })), (known, asked) => {
      const index = new SerialIndex(known);
      for (const number of asked) {
        const serial = `d-${number}` as Serial;
        const place = known.indexOf(serial);
        expect(index.find(serial)).toBe(place === -1 ? null : place);
        expect(index.has(serial)).toBe(place !== -1);
      }
    }),
  );
});
