/** Faults of a file as YAML. Its keys are checked only if there are none. */
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
    message: `the key ${quote(key)} appears twice in one mapping`,
    help: 'keep one of them',
  }),
  /** `key` is `null` for a list or a mapping. `isTemplate`: it looks like `{{ name }}`. */
  'yaml-key-not-text': ({ key, quoted, isTemplate }: KeyFacts): Sentence => {
    if (isTemplate) {
      return {
        message: '`{{` starts a mapping here, not a template',
        help: 'fill in the template before Breakwater reads the file',
      };
    }
    const found = key === null ? 'a list or a mapping' : key === '' ? 'nothing' : quote(key);
    return {
      message: `expected text as a key, found ${found}`,
      help: quoted === null ? 'write a name before the colon' : `write ${quote(quoted)}`,
    };
  },
  'yaml-merge-key': (): Sentence => ({
    message: 'merge keys (`<<`) are not supported: they are not part of YAML 1.2',
    help: 'write the keys out; in a plan, put the keys that all waves share under `defaults`',
  }),
  'yaml-tag': ({ tag }: { readonly tag: string }): Sentence => ({
    message: `the tag ${quote(tag)} is not supported: values are plain text, numbers, lists and mappings`,
    help: 'remove the tag; to make a value text, put it in quotes',
  }),
  'yaml-multiple-documents': (): Sentence => ({
    message: 'expected one YAML document in the file, found a second one here',
    help: 'move it to its own file, or remove the `---`',
  }),
  'yaml-directive': ({ directive }: { readonly directive: string }): Sentence => ({
    message: `the directive ${quote(directive)} is not supported: files are YAML 1.2, without directives`,
    help: 'remove this line; `yes`, `no`, `on` and `off` are text in YAML 1.2',
  }),
  'yaml-control-character': ({ codePoint }: { readonly codePoint: number }): Sentence => ({
    message: `the control character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} is not allowed in YAML`,
    help: 'remove it, or write it as an escape inside double quotes',
  }),
  'yaml-too-deep': ({ max }: LimitFacts): Sentence => ({
    message: `lists and mappings are nested more than ${renderNumber(max)} levels deep`,
    help: null,
  }),
  'yaml-too-many-values': ({ max }: LimitFacts): Sentence => ({
    message: `the file contains more than ${renderNumber(max)} values and indicators`,
    help: 'in a plan, move the serials to device files: `devices: { file: … }`',
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
    message: `the alias ${quote(`*${name}`)} is inside its own anchor`,
    help: 'write the value out: it cannot contain itself',
  }),
  'yaml-alias-expansion': ({ name, max }: LimitFacts & { readonly name: string }): Sentence => ({
    message: `with the alias ${quote(`*${name}`)}, aliases expand to more than ${renderNumber(max)} values`,
    help: 'write the values out, or move serials to device files',
  }),
};
