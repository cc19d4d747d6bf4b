/** Characters that stand in a serial unseen, or look like another one. */
import { UNSEEN } from '../base/unseen.ts';

export type FalseCharacter = {
  readonly character: string;
  /** In a word or two: `zero width space`, `Cyrillic`. */
  readonly name: string;
  /** The character of a serial that it looks like; `null` for one that is not seen. */
  readonly looksLike: string | null;
};

/** Names of Unicode, shortened. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['\t', 'tab'],
  ['\u0085', 'next line'],
  ['\u00a0', 'no-break space'],
  ['\u00ad', 'soft hyphen'],
  ['\u034f', 'combining grapheme joiner'],
  ['\u061c', 'Arabic letter mark'],
  ['\u180e', 'Mongolian vowel separator'],
  ['\u200b', 'zero width space'],
  ['\u200c', 'zero width non-joiner'],
  ['\u200d', 'zero width joiner'],
  ['\u200e', 'left-to-right mark'],
  ['\u200f', 'right-to-left mark'],
  ['\u2028', 'line separator'],
  ['\u2029', 'paragraph separator'],
  ['\u202a', 'left-to-right embedding'],
  ['\u202b', 'right-to-left embedding'],
  ['\u202c', 'pop directional formatting'],
  ['\u202d', 'left-to-right override'],
  ['\u202e', 'right-to-left override'],
  ['\u2007', 'figure space'],
  ['\u2009', 'thin space'],
  ['\u202f', 'narrow no-break space'],
  ['\u2060', 'word joiner'],
  ['\u3000', 'ideographic space'],
  ['\u3164', 'Hangul filler'],
  ['\ufeff', 'byte order mark'],
]);

const LOOK_ALIKES = new Map(
  (
    [
      ['АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухһԁԛԝ', 'ABESIJKMHOPCTYXQWaesijopcyxhdqw'],
      ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορυ', 'ABEZHIKMNOPTYXayikvopu'],
      ['‐‑‒–—―−﹘·․։∶ıⅼ', '-------' + '-..::il'],
    ] as const
  ).flatMap(([others, ours]) =>
    Array.from(others).map((other, index) => [other, ours[index] ?? ''] as const),
  ),
);

const SCRIPTS = [
  [/\p{Script=Cyrillic}/u, 'Cyrillic'],
  [/\p{Script=Greek}/u, 'Greek'],
  [/[\uff01-\uff5e]/u, 'full-width'],
  [/\p{Pd}|\u2212/u, 'a dash'],
] as const;

/** The first that is not seen, or else the first that looks like another; `at` and `length` in UTF-16 units. */
export function findFalseCharacter(
  text: string,
): (FalseCharacter & { readonly at: number; readonly length: number }) | null {
  const unseen = UNSEEN.exec(text);
  if (unseen !== null) {
    const [character] = unseen;
    const name = NAMES.get(character) ?? (/\p{Cc}/u.test(character) ? 'control character' : 'invisible');
    return { character, name, looksLike: null, at: unseen.index, length: character.length };
  }
  // What is written in another script altogether is no slip of the keyboard.
  if (!/[A-Za-z0-9]/.test(text) && !/[\uff01-\uff5e]/.test(text)) return null;
  let at = 0;
  for (const character of text) {
    const looksLike = character > '~' ? findLike(character) : null;
    if (looksLike !== null)
      return { character, name: nameOf(character), looksLike, at, length: character.length };
    at += character.length;
  }
  return null;
}

function findLike(character: string): string | null {
  const like = LOOK_ALIKES.get(character) ?? character.normalize('NFKC');
  return /^[A-Za-z0-9._:-]$/.test(like) ? like : null;
}

function nameOf(character: string): string {
  return SCRIPTS.find(([script]) => script.test(character))?.[1] ?? 'another character';
}
