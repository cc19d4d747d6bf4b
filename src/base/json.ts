/** JSON for programs that people look at too. */
import { guardLog } from './log-commands.ts';
import { escapeCharacter } from './text.ts';

/** What JSON lets stand and a terminal would obey. It can only be within strings. */
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A document, or a line of one; a reader gets back the very value. `indent` is in spaces. */
export function renderJson(value: unknown, indent = 0): string {
  return guardLog(JSON.stringify(value, null, indent).replace(OBEYED, escapeCharacter));
}
