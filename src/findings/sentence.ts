/** What a diagnostic says, and the few words that all sentences are made with. */
import { printable, renderNumber } from '../base/text.ts';

export type Sentence = {
  /** What is wrong, in one line without a full stop. */
  readonly message: string;
  /** What to do about it, in one line, or `null` where the message says it all. */
  readonly help: string | null;
};

/** The longest piece of the user's own text that a sentence repeats. */
const QUOTED_CHARS_MAX = 60;

/** The user's text between backticks: printable, on one line, and never longer than a line of a terminal. */
export function quote(text: string): string {
  const cut = text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
  return `\`${printable(cut)}\``;
}

/** `` `a`, `b` and 3 more ``. `most` bounds how many are named. */
export function quoteAll(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).map(quote).join(', ');
  return texts.length <= most ? shown : `${shown} and ${renderNumber(texts.length - most)} more`;
}

/** `did you mean …?`, or the other help where nothing is near. */
export function didYouMean(nearest: string | null, otherwise: string | null = null): string | null {
  return nearest === null ? otherwise : `did you mean ${quote(nearest)}?`;
}
