import type { yamlSentences } from './yaml.ts';
import type { Explanation } from '../explanation.ts';

export const yamlExplanations: Readonly<Record<keyof typeof yamlSentences, Explanation>> = {
  'yaml-empty': {
    meaning: 'The file holds nothing, or comments only.',
    why: 'An empty plan deploys to nobody, which is hardly meant: the file may have been cut short.',
    next: 'Write the plan, or restore it from git. The README and `examples/` have plans to begin with.',
  },
  'yaml-syntax': {
    meaning: 'The file is not YAML at this place.',
    why: 'What stands behind a fault of syntax can belong to anything, so nothing of the file is used.',
    next: 'The finding says what was read and what to write. Mend the first one first: the others often follow from it.',
  },
  'yaml-duplicate-key': {
    meaning: 'One mapping has the same key twice.',
    why: 'Other readers of YAML silently take one of the two values, and which one differs between them.',
    next: 'Keep the one that is meant, and remove the other.',
  },
  'yaml-key-not-text': {
    meaning: 'A key is a number, a truth value, a list or nothing, where a name is expected.',
    why: 'Every key here is a name. `{{ name }}` of a template that was not filled in looks like this too.',
    next: 'Put the key into quotes, write a name before the colon, or fill in the template before Breakwater reads the file.',
  },
  'yaml-merge-key': {
    meaning: 'The file uses `<<` to copy keys from elsewhere.',
    why: 'Merge keys are not part of YAML 1.2, and what they do differs between readers.',
    next: 'Write the keys out. In a plan, what waves have in common stands under `defaults`.',
  },
  'yaml-tag': {
    meaning: 'A value carries a tag such as `!!str` or `!vault`.',
    why: 'Tags call for functions of the program that reads the file. Breakwater runs nothing that a file names.',
    next: 'Remove the tag. To make a value text, put it into quotes.',
  },
  'yaml-multiple-documents': {
    meaning: 'A second document starts in the same file, after `---`.',
    why: 'A file is one plan. Reading the first document alone would leave out what the second one says.',
    next: 'Put the second document into a file of its own, or remove the `---`.',
  },
  'yaml-directive': {
    meaning: 'The file begins with a directive such as `%YAML 1.1`.',
    why: 'It asks for other rules than those of YAML 1.2, by which every file is read here.',
    next: 'Remove the line. `yes`, `no`, `on` and `off` are text in YAML 1.2.',
  },
  'yaml-control-character': {
    meaning: 'A control character stands in the file.',
    why: 'It cannot be seen in an editor, and could change what a terminal shows. YAML does not allow it.',
    next: 'Remove it. Where it is meant, write it as an escape in double quotes.',
  },
  'yaml-too-deep': {
    meaning: 'Lists and mappings are nested deeper than any file needs.',
    why: 'A plan nests 6 deep. The limit keeps a file that was made to do so from exhausting the machine.',
    next: 'Look for brackets or indentation that were repeated by mistake.',
  },
  'yaml-too-many-values': {
    meaning: 'The file holds more values than Breakwater reads from one YAML file.',
    why: 'Each value takes memory while the file is read. Device files take far less.',
    next: 'Put serials into `.txt` or `.csv` files, and name those: `devices: { file: … }`.',
  },
  'yaml-alias-unknown': {
    meaning: 'An alias such as `*canaries` has no anchor `&canaries` before it.',
    why: 'The alias stands for a value, and there is none.',
    next: 'Check the spelling, or put the anchor before the value that is meant, above the alias.',
  },
  'yaml-alias-cycle': {
    meaning: 'An alias stands inside the value that it stands for.',
    why: 'Such a value would have no end.',
    next: 'Write the value out.',
  },
  'yaml-alias-expansion': {
    meaning: 'Aliases of aliases come to more values than Breakwater takes.',
    why: 'A few lines can stand for millions of values this way, and exhaust the machine that reads them.',
    next: 'Write the values out, or put serials into device files.',
  },
};
