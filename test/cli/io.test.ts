import { expect, test } from 'vitest';
import { canRepaint, columnsOf, isColourful } from '../../src/cli/io.ts';

const TERMINAL = { isTTY: true, columns: 120 };
/** As Node makes it. */
const PIPE = {} as typeof TERMINAL;

test.each<[string, Readonly<Record<string, string>>, boolean, boolean, boolean]>([
  ['nothing', {}, true, true, false],
  ['NO_COLOR', { NO_COLOR: '1' }, true, false, false],
  ['an empty NO_COLOR', { NO_COLOR: '' }, true, true, false],
  ['TERM=dumb', { TERM: 'dumb' }, true, false, false],
  ['FORCE_COLOR', { FORCE_COLOR: '1' }, true, true, true],
  ['FORCE_COLOR=true', { FORCE_COLOR: 'true' }, true, true, true],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, true, false],
  ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, true, true, false],
  ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, true, true, false],
  ['FORCE_COLOR over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true, true],
  ['FORCE_COLOR over TERM=dumb', { FORCE_COLOR: '3', TERM: 'dumb' }, true, true, true],
  ['--no-color over FORCE_COLOR', { FORCE_COLOR: '1' }, false, false, false],
])('%s decides on colours', (_, env, isWanted, onTerminal, inPipe) => {
  expect(isColourful({ env }, TERMINAL, isWanted)).toBe(onTerminal);
  expect(isColourful({ env }, PIPE, isWanted)).toBe(inPipe);
});

test('only a terminal that is not dumb is painted over, whatever is said of colours', () => {
  expect(canRepaint({ env: {} }, TERMINAL)).toBe(true);
  expect(canRepaint({ env: { NO_COLOR: '1' } }, TERMINAL)).toBe(true);
  expect(canRepaint({ env: { TERM: 'dumb', FORCE_COLOR: '1' } }, TERMINAL)).toBe(false);
  expect(canRepaint({ env: { FORCE_COLOR: '1' } }, PIPE)).toBe(false);
});

test('a terminal without columns has 80, and a pipe 100', () => {
  expect(columnsOf(TERMINAL)).toBe(120);
  expect(columnsOf({ isTTY: true, columns: 0 })).toBe(80);
  expect(columnsOf({ isTTY: true, columns: undefined as never })).toBe(80);
  expect(columnsOf(PIPE)).toBe(100);
});
