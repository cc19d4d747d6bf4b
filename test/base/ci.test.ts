import { expect, test } from 'vitest';
import { isCi } from '../../src/base/ci.ts';

test.each(['true', '1', 'yes', 'woodpecker'])('CI=%s tells of a CI service', (CI) => {
  expect(isCi({ CI })).toBe(true);
});

test.each([undefined, '', '0', 'false'])('CI=%s tells of none', (CI) => {
  expect(isCi(CI === undefined ? {} : { CI })).toBe(false);
});
