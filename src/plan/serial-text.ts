/** Serials as files hold them: what stands around one, and what a text is that is none. */
import type { Fault } from './fault.ts';
import { findFalseCharacter } from './false-characters.ts';
import type { Serial } from './identifiers.ts';
import { parseSerial } from './identifiers.ts';
import { isSerialName } from './serial-column.ts';

/** With what a spreadsheet puts around a text, so that it stays one: spaces, `="…"`, an apostrophe. */
export function readSerial(text: string): Serial | null {
  const serial = parseSerial(text) ?? parseSerial(unguard(text));
  return serial !== null && mayBeNoDevice(serial) && findNoDevice(serial) !== null ? null : serial;
}

/** `'…` is what keeps a text from becoming a number or a formula, in the reports of Breakwater too. */
const GUARD = /^(?:="(.*)"|'(.*?)'?)$/s;

export function unguard(text: string): string {
  const bare = text.trim();
  const guarded = GUARD.exec(bare);
  return guarded === null ? bare : (guarded[1] ?? guarded[2] ?? '').trim();
}

/** What stands in a row that is of no device. */
export type NoDevice = 'placeholder' | 'error-value' | 'total' | 'header' | 'conflict';

/** Quickly, of a serial or an empty text: whether it needs a closer look. */
export function mayBeNoDevice(serial: string): boolean {
  return serial.length <= NO_DEVICE_CHARS_MAX && MAY_BE_NO_DEVICE.test(serial);
}

/** The longest serial that could be one of the words below. */
const NO_DEVICE_CHARS_MAX = 16;

const MAY_BE_NO_DEVICE =
  /^(?:[^a-z0-9]*|n(?:ull|one|il|an|a|\.a\.?)|undefined|empty|blank|missing|unknown|tbd|(?:(?:grand|sub)?[_-]?totals?|sum|count|summe|gesamt|insgesamt):?[\d.]*)$/i;

const ERROR_VALUE =
  /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|ERROR!|GETTING_DATA)$/i;
const PLACEHOLDER =
  /^(?:[-_.:?*–—]+|[(<]?(?:null|none|nil|nan|n\/?a|undefined|empty|blank|missing|unknown|tbd)[)>]?|n\.a\.?|\\n)$/i;
const TOTAL =
  /^(?:(?:grand|sub)?[ _-]?totals?(?: \p{L}+)?|sum|count|summe|gesamt|insgesamt|合計|總計|总计|小計|小计)[ \t]*[:=：]?[ \t]*[\d.,]*$|^\(?[\d.,]+ (?:rows?|records?|devices?)\b[^,;]*$/iu;
const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/;

export function findNoDevice(text: string): NoDevice | null {
  if (ERROR_VALUE.test(text)) return 'error-value';
  if (PLACEHOLDER.test(text)) return 'placeholder';
  if (CONFLICT.test(text)) return 'conflict';
  return TOTAL.test(text) ? 'total' : null;
}

/** A whole number as a spreadsheet shows it where its column is too narrow; its last digits are lost. */
const ROUNDED = /^[+-]?\d+(?:[.,]\d+)?E\+\d{1,3}$/i;

/** Why `text` is not a serial: a field of a table, or a whole line. */
export function faultOf(text: string, where: 'field' | 'line'): Fault {
  const bare = unguard(text);
  const what = findNoDevice(bare);
  if (what !== null) return { code: 'device-file-row', facts: { text: bare, what }, within: null };
  if (ROUNDED.test(bare)) {
    return { code: 'device-file-rounded', facts: { text: bare, digits: null }, within: null };
  }
  const several = findSeveral(bare, where);
  if (several !== null) return { code: 'device-file-serial', facts: { text, ...several }, within: null };
  const found = findFalseCharacter(text);
  if (found !== null) {
    const { at, length, ...character } = found;
    const within = { start: at, end: at + length };
    return { code: 'device-file-character', facts: { text, ...character }, within };
  }
  return { code: 'device-file-serial', facts: { text, ...problemOf(bare) }, within: null };
}

const SEPARATORS = [
  [',', 'commas'],
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars (`|`)'],
  [' ', 'spaces'],
] as const;

function findSeveral(text: string, where: 'field' | 'line') {
  for (const [sign, separator] of SEPARATORS) {
    if (sign === ' ' && where === 'field') continue;
    const parts = text
      .split(sign)
      .map(unguard)
      .filter((part) => part !== '');
    const isHeader = parts.some(isSerialName) && sign !== ' ';
    if (parts.length > 1 && (isHeader || parts.every((part) => parseSerial(part) !== null)))
      return { problem: 'several', separator, isHeader } as const;
  }
  return null;
}

function problemOf(text: string) {
  if (/^"[^"]*"$/.test(text)) return { problem: 'quoted' } as const;
  const [character] = /[^A-Za-z0-9._:-]/u.exec(text) ?? [];
  return character === undefined
    ? ({ problem: 'too-long' } as const)
    : ({ problem: 'character', character } as const);
}
