/**
 * The last word on a device: what the API's latest list said of it, where that is not what its device status says. A device
 * that is listed as its device status has it has none.
 *
 * Kept as bytes, like device statuses: a code a device, and each word once. Nothing is allocated before there is a first one.
 */
import { present } from '../base/assert.ts';
import type { FailureRecord } from './failure.ts';

/** Devices of which the API said the same last. */
export type Finding = { readonly lastWord: LastWord; readonly devices: number };

export type LastWord =
  /** Listed with this word: undocumented, or another one than that of its outcome. */
  | { readonly kind: 'listed'; readonly word: string }
  /** Listed earlier, and not in the latest list. */
  | { readonly kind: 'not-listed' }
  /** The API answered that it knows no such deployment. */
  | { readonly kind: 'deployment-not-found' };

export type WordBook = {
  /** By index in the deployment: 0 for none, 1 for `not-listed`, from 2 on a place in `words`. Empty before the first. */
  readonly codes: Uint32Array;
  readonly words: readonly string[];
  /** How often a word was put on record, of all devices: what comes again and again is kept less often. */
  readonly noted: number;
};

export type NotFound = {
  readonly at: number;
  readonly failure: FailureRecord;
  /** Its wave had passed by then, or somebody has acknowledged it: it is asked about no more. */
  readonly isForgotten: boolean;
};

export const NO_WORDS: WordBook = { codes: new Uint32Array(0), words: [], noted: 0 };

const NONE = 0;
const NOT_LISTED = 1;
const FIRST_WORD = 2;

/** What the latest list said of the device with this index, or `null`. */
export function wordAt({ codes, words }: WordBook, index: number): LastWord | null {
  const code = codes[index] ?? NONE;
  if (code === NONE) return null;
  return code === NOT_LISTED
    ? { kind: 'not-listed' }
    : { kind: 'listed', word: present(words[code - FIRST_WORD], 'a word') };
}

export function hasWordAt({ codes }: WordBook, index: number): boolean {
  return (codes[index] ?? NONE) !== NONE;
}

export function copyOfBook(book: WordBook): WordBook {
  return book.codes.length === 0 ? book : { ...book, codes: book.codes.slice() };
}

/** The book with the word of these devices changed, `null` for none; changes `book.codes` in place. */
export function noteWord(
  book: WordBook,
  word: LastWord | null,
  { indexes, devices }: { readonly indexes: readonly number[]; readonly devices: number },
): WordBook {
  const isFirst = book.codes.length === 0;
  if (indexes.length === 0 || (isFirst && word === null)) return book;
  const codes = isFirst ? new Uint32Array(devices) : book.codes;
  const { code, words } = codeOf(word, book.words);
  for (const index of indexes) codes[index] = code;
  return { codes, words, noted: book.noted + indexes.length };
}

function codeOf(
  word: LastWord | null,
  words: readonly string[],
): { readonly code: number; readonly words: readonly string[] } {
  if (word === null) return { code: NONE, words };
  if (word.kind !== 'listed') return { code: NOT_LISTED, words };
  const known = words.indexOf(word.word);
  return known === -1
    ? { code: FIRST_WORD + words.length, words: [...words, word.word] }
    : { code: FIRST_WORD + known, words };
}
