/** Characters that take no place on a screen, or look like a space without being one. */

export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\ufe00-\ufe0f\uffa0]|(?! )\p{Zs}/u;

const ALL_UNSEEN = new RegExp(UNSEEN, 'gu');

/** `text` with such characters as `\u200b`. */
export function revealUnseen(text: string): string {
  return text.replace(ALL_UNSEEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** `U+200B`. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
