/** What is wrong in a file as YAML, before anyone asks what its keys mean. */
import { renderNumber } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote } from '../sentence.ts';

type KeyFacts = { readonly key: string | null; readonly quoted: string | null; readonly isTemplate: boolean };
type LimitFacts = { readonly max: number };

export const yamlSentences = {
  'yaml-empty': ({ kind }: { readonly kind: string }): Sentence => ({
    message: `the ${kind} is empty`,
    help: null,
  }),
  /** `problem` and `advice` are sentences of `document/syntax-findings.ts`, which knows the parser's own codes. */
  'yaml-syntax': ({
    problem,
    advice,
  }: {
    readonly problem: string;
    readonly advice: string | null;
  }): Sentence => ({
    message: problem,
    help: advice,
  }),
  'yaml-duplicate-key': ({ key }: { readonly key: string }): Sentence => ({
    message: `the key ${quote(key)} stands twice in one mapping`,
    help: 'keep one of them',
  }),
  /** `key` is `null` for a list or a mapping; `isTemplate`: it looks like `{{ name }}`. */
  'yaml-key-not-text': ({ key, quoted, isTemplate }: KeyFacts): Sentence => {
    if (isTemplate) {
      return {
        message: '`{{` starts a mapping here, not a template',
        help: 'fill the template in before the file is read',
      };
    }
    const found =
      key === null ? 'this is a list or a mapping' : key === '' ? 'there is none' : `${quote(key)} is not`;
    return {
      message: `a key must be text, and ${found}`,
      help: quoted === null ? 'write a name before the colon' : `write ${quote(quoted)}`,
    };
  },
  'yaml-merge-key': (): Sentence => ({
    message: 'merge keys (`<<`) are not read: they are not part of YAML 1.2',
    help: 'write the keys out; in a plan, what all waves share stands under `defaults`',
  }),
  'yaml-tag': ({ tag }: { readonly tag: string }): Sentence => ({
    message: `the tag ${quote(tag)} is not read: values here are plain text, numbers, lists and mappings`,
    help: 'remove the tag; to make a value text, put it in quotes',
  }),
  'yaml-multiple-documents': (): Sentence => ({
    message: 'a second YAML document starts here; a file holds one',
    help: 'put it into a file of its own, or remove the `---`',
  }),
  'yaml-directive': ({ directive }: { readonly directive: string }): Sentence => ({
    message: `the directive ${quote(directive)} is not read: files are YAML 1.2, without directives`,
    help: 'remove this line; `yes`, `no`, `on` and `off` are text in YAML 1.2',
  }),
  'yaml-control-character': ({ codePoint }: { readonly codePoint: number }): Sentence => ({
    message: `the control character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} may not stand in YAML`,
    help: 'remove it; inside double quotes it can be written as an escape',
  }),
  'yaml-too-deep': ({ max }: LimitFacts): Sentence => ({
    message: `lists and mappings are nested more than ${renderNumber(max)} deep`,
    help: null,
  }),
  'yaml-too-many-values': ({ max }: LimitFacts): Sentence => ({
    message: `the file holds more than ${renderNumber(max)} values and marks`,
    help: 'in a plan, put the serials into device files: `devices: { file: … }`',
  }),
  'yaml-alias-unknown': ({
    name,
    nearest,
  }: {
    readonly name: string;
    readonly nearest: string | null;
  }): Sentence => ({
    message: `the alias ${quote(`*${name}`)} has no anchor ${quote(`&${name}`)} before it`,
    help: didYouMean(nearest === null ? null : `*${nearest}`),
  }),
  'yaml-alias-cycle': ({ name }: { readonly name: string }): Sentence => ({
    message: `the alias ${quote(`*${name}`)} stands inside its own anchor`,
    help: 'a value cannot hold itself: write it out',
  }),
  'yaml-alias-expansion': ({ name, max }: LimitFacts & { readonly name: string }): Sentence => ({
    message: `with the alias ${quote(`*${name}`)}, aliases stand for more than ${renderNumber(max)} values`,
    help: 'write the values out, or put serials into device files',
  }),
};
