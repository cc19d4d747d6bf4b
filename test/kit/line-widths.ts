/** What is promised of the width of lines that are printed for a person. */
import { displayWidth } from '../../src/base/columns.ts';
import fc from './fast-check.ts';

/** Terminals of any width that may be; most are no wider than a line of prose. */
export const ANY_COLUMNS = fc.oneof(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 130, max: 1_000 }));

/**
 * The lines of `text` that are wider than `columns` and may not be. Two things are never broken, and stand on a line of
 * their own where they do not fit into one: a command that is to be copied, and a word, such as a serial, an id or a URL,
 * where the indentation, which takes no more than half of a line, leaves no room for it.
 */
export function linesTooWide(text: string, columns: number): readonly string[] {
  return text
    .split('\n')
    .filter((line) => displayWidth(line) > columns && !isCommand(line) && !isWideWord(line, columns));
}

function isCommand(line: string): boolean {
  return /^ +breakwater /.test(withoutColours(line));
}

function isWideWord(line: string, columns: number): boolean {
  const [, indent = '', rest = ''] = /^( *)(.*)$/s.exec(withoutColours(line)) ?? [];
  return !rest.includes(' ') && indent.length <= columns / 2 && displayWidth(rest) > columns / 2;
}

function withoutColours(line: string): string {
  return line.replace(/\u001b\[\d*m/g, '');
}

/** What people, programs and the API may say, and call things: words of any length, some of them wide. */
export const anyText = fc
  .array(
    fc.string({ unit: fc.constantFrom('a', 'B', '7', '.', '/', '漢', '💥', 'e\u0301'), maxLength: 90 }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((words) => words.join(' '));
