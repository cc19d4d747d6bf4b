/** Serials that can be read, and are most likely not what the device has. */
import { present } from '../../base/assert.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import { FINDINGS_PER_CODE_MAX, makeWarning, noteLeftOut } from '../../findings/findings.ts';
import type { Place } from '../../findings/source-place.ts';
import type { DeviceList } from '../device-list.ts';

/** `lists` as they were read, each once. */
export function checkUnlikeSerials(lists: readonly DeviceList[]): readonly Diagnostic[] {
  const files = lists.filter(({ file }) => file !== null);
  return [...checkCase(lists), ...files.flatMap(checkLengths), ...files.flatMap(checkRounded)];
}

function checkCase(lists: readonly DeviceList[]): readonly Diagnostic[] {
  if (!mayDifferInCase(lists)) return [];
  const firsts = new Map<string, { readonly serial: string; readonly placeOf: () => Place }>();
  const seen = new Set<string>();
  const shown: Diagnostic[] = [];
  let found = 0;
  for (const { serials, placeOf } of lists) {
    for (const [index, serial] of serials.entries()) {
      if (seen.has(serial)) continue;
      seen.add(serial);
      const key = serial.toLowerCase();
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, { serial, placeOf: () => placeOf(index) });
      else if (++found <= FINDINGS_PER_CODE_MAX) {
        const facts = { serial, other: first.serial };
        const related = [{ ...first.placeOf(), label: 'the other is here' }];
        shown.push(makeWarning({ code: 'serials-differ-in-case', place: placeOf(index), facts, related }));
      }
    }
  }
  return [...shown, ...noteLeftOut(shown.at(-1), found)];
}

/** All that is done where none do, however many there are. Where one stands twice, it has to be looked at. */
function mayDifferInCase(lists: readonly DeviceList[]): boolean {
  const none: readonly string[] = [];
  const all = none.concat(...lists.map(({ serials }) => serials));
  // One long text takes much less time than many short ones.
  const text = all.join('\n');
  if (!/[A-Z]/.test(text) || !/[a-z]/.test(text)) return false;
  return new Set(text.toLowerCase().split('\n')).size < all.length;
}

/** Shorter names than these are chosen by people, and differ as they like. */
const USUAL_CHARS_MIN = 6;

function checkLengths({ serials, placeOf }: DeviceList): readonly Diagnostic[] {
  let shortest = -1;
  let least = Infinity;
  let others = Infinity;
  let index = 0;
  for (const { length } of serials) {
    if (length < least) {
      others = least;
      least = length;
      shortest = index;
    } else if (length < others) others = length;
    index++;
  }
  if (serials.length < 3 || others < USUAL_CHARS_MIN || least > others / 2) return [];
  const facts = { serial: present(serials[shortest], 'a serial'), others };
  return [makeWarning({ code: 'serial-much-shorter', place: placeOf(shortest), facts })];
}

/** Spreadsheets keep that many digits of a number. */
const DIGITS_KEPT = 15;

/** One such number may be right; several, and none that is not so, are not. */
function checkRounded({ serials, placeOf }: DeviceList): readonly Diagnostic[] {
  const long: number[] = [];
  let index = -1;
  for (const serial of serials) {
    index++;
    // Nearly always that is enough, and takes no time.
    if (serial.length <= DIGITS_KEPT || !isDigit(serial, 0) || !isDigit(serial, DIGITS_KEPT)) continue;
    if (!/^\d+$/.test(serial)) continue;
    if (!/^0+$/.test(serial.slice(DIGITS_KEPT))) return [];
    long.push(index);
  }
  if (long.length < 2) return [];
  const shown = long.slice(0, FINDINGS_PER_CODE_MAX).map((at) => {
    const facts = { text: present(serials[at], 'a serial'), digits: DIGITS_KEPT };
    return makeWarning({ code: 'device-file-rounded', place: placeOf(at), facts });
  });
  return [...shown, ...noteLeftOut(shown.at(-1), long.length)];
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
