/** The sentence of a diagnostic, and helpers for all sentences. */
import { printable, renderNumber } from '../base/text.ts';

export type Sentence = {
  /** What is wrong, in one line without a full stop. */
  readonly message: string;
  /** What to do, in one line; `null` if the message is enough. */
  readonly help: string | null;
};

/** A sentence repeats at most this much of the user's text. */
const QUOTED_CHARS_MAX = 60;

/** The user's text in backticks: printable, on one line, and cut to fit a terminal. */
export function quote(text: string): string {
  const cut = text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
  return `\`${printable(cut)}\``;
}

/** `` `a`, `b` and 3 more ``. `most` is the maximum number of texts. */
export function quoteAll(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).map(quote).join(', ');
  return texts.length <= most ? shown : `${shown} and ${renderNumber(texts.length - most)} more`;
}

/** `did you mean …?`, or the other help if there is no similar name. */
export function didYouMean(nearest: string | null, otherwise: string | null = null): string | null {
  return nearest === null ? otherwise : `did you mean ${quote(nearest)}?`;
}
