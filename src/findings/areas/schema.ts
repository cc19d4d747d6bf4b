/**
 * Faults of a file by its JSON Schema. `where` names a mapping or a list as a person does: `the plan`, `` `batch` ``,
 * `wave 2`.
 */
import { count, renderNumber } from '../../base/text.ts';
import type { Range } from '../source-place.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote, quoteAll } from '../sentence.ts';

type UnknownKeyFacts = {
  readonly key: string;
  readonly where: string;
  /** The known key that is most likely meant. */
  readonly nearest: string | null;
  /** Where the key is known, as a clause: `` `timeout` belongs in a wave or under `defaults` ``. */
  readonly belongs: string | null;
  readonly known: readonly string[];
};

type MissingKeyFacts = { readonly key: string; readonly where: string; readonly example: string | null };

type TypeFacts = {
  readonly expected: string;
  readonly found: string;
  /** The value, quoted so that YAML reads it as the expected text. */
  readonly quoted: string | null;
  /** Whether it is text like `-a`, which is not a list entry. */
  readonly isDashList: boolean;
};

type ChoiceFacts = {
  /** As in the file; `null` for an empty value. */
  readonly found: string | null;
  readonly allowed: readonly string[];
  readonly nearest: string | null;
};

type RangeFacts = {
  readonly found: number;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
};

export const schemaSentences = {
  'schema-unknown-key': ({ key, where, nearest, belongs, known }: UnknownKeyFacts): Sentence => ({
    message: `${quote(key)} is not a key of ${where}`,
    help: belongs ?? didYouMean(nearest, known.length === 0 ? null : `known keys: ${quoteAll(known, 20)}`),
  }),
  'schema-missing-key': ({ key, where, example }: MissingKeyFacts): Sentence => ({
    message: `${where} has no ${quote(key)}`,
    help: example === null ? null : `add ${quote(`${key}: ${example}`)}`,
  }),
  'schema-type': ({ expected, found, quoted, isDashList }: TypeFacts): Sentence => ({
    message: `expected ${expected}, found ${found}`,
    help: isDashList
      ? 'put a space after each `-` that starts a list entry'
      : quoted === null
        ? null
        : `to make it text, write ${quote(quoted)}`,
  }),
  'schema-pattern': ({
    expected,
    found,
  }: {
    readonly expected: string;
    readonly found: string;
  }): Sentence => ({
    message: `expected ${expected}, found ${found === '' ? 'empty text' : quote(found)}`,
    help: null,
  }),
  'schema-key-pattern': ({
    expected,
    key,
  }: {
    readonly expected: string;
    readonly key: string;
  }): Sentence => ({
    message: `the name ${quote(key)} is not allowed: expected ${expected}`,
    help: null,
  }),
  'schema-enum': ({ found, allowed, nearest }: ChoiceFacts): Sentence => ({
    message: `expected ${allowed.length === 1 ? '' : 'one of '}${quoteAll(allowed, 20)}, found ${found === null ? 'nothing' : quote(found)}`,
    help: didYouMean(nearest),
  }),
  'schema-range': ({ found, bound, limit }: RangeFacts): Sentence => ({
    message: `expected ${bound} ${renderNumber(limit)}, found ${renderNumber(found)}`,
    help: null,
  }),
  'schema-empty': ({ where, isText }: { readonly where: string; readonly isText: boolean }): Sentence => ({
    message: `${where} is empty`,
    help: isText ? null : 'add at least one entry',
  }),
  'schema-too-many': ({ where, max }: { readonly where: string; readonly max: number }): Sentence => ({
    message: `${where} has more than ${count(max, 'entry', 'entries')}`,
    help: null,
  }),
  'schema-too-long': ({ max, found }: { readonly max: number; readonly found: number }): Sentence => ({
    message: `the text has ${count(found, 'character')}, at most ${renderNumber(max)} are allowed`,
    help: null,
  }),
  /** Any other rule of a schema. */
  'schema-other': ({ where, keyword }: { readonly where: string; readonly keyword: string }): Sentence => ({
    message: `${where} breaks the rule \`${keyword}\` of the schema`,
    help: null,
  }),
  /** `masked`: what no excerpt may show. Neither the sentence nor the facts contain the value itself. */
  'secret-in-file': ({ key }: { readonly key: string; readonly masked: readonly Range[] }): Sentence => ({
    message: `${quote(key)} looks like a secret; this file must not contain secrets`,
    help: 'remove it, and replace the secret if the file was shared; set API credentials as ALLXON_API_KEY_ID and ALLXON_API_SECRET in the environment, or let `credentials.command` in the settings print them',
  }),
  'findings-left-out': ({ left, code }: { readonly left: number; readonly code: string }): Sentence => ({
    message: `${count(left, 'more finding')} of ${quote(code)} ${left === 1 ? 'is' : 'are'} not shown`,
    help: null,
  }),
};
