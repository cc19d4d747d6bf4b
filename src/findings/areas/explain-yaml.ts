import type { yamlSentences } from './yaml.ts';
import type { Explanation } from '../explanation.ts';

export const yamlExplanations: Readonly<Record<keyof typeof yamlSentences, Explanation>> = {
  'yaml-empty': {
    meaning: 'The file is empty, or contains only comments.',
    why: 'An empty plan deploys to no device, which is probably not intended. The file may have been cut off.',
    next: 'Write the plan, or restore it from git. `breakwater init` writes a first plan, and `examples/` contains plans.',
  },
  'yaml-syntax': {
    meaning: 'The file is not valid YAML at this place.',
    why: 'After a syntax error, the rest of the file can mean anything. So Breakwater uses nothing of the file.',
    next: 'The finding says what was found and what to write. Fix the first finding first: it often causes the others.',
  },
  'yaml-duplicate-key': {
    meaning: 'The same key appears twice in one mapping.',
    why: 'Other YAML readers silently take one of the two values, and not all of them take the same one.',
    next: 'Keep the key that you want, and remove the other one.',
  },
  'yaml-key-not-text': {
    meaning: 'A key is a number, a boolean, a list or empty. A name is expected.',
    why: 'Every key here is a name. A template such as `{{ name }}` that was not filled in also causes this finding.',
    next: 'Put the key in quotes, or write a name before the colon. Fill in a template before Breakwater reads the file.',
  },
  'yaml-merge-key': {
    meaning: 'The file uses `<<` to copy keys from elsewhere.',
    why: 'Merge keys are not part of YAML 1.2, and YAML readers handle them differently.',
    next: 'Write the keys out. In a plan, put the keys that all waves share under `defaults`.',
  },
  'yaml-tag': {
    meaning: 'A value has a tag such as `!!str` or `!vault`.',
    why: 'Tags call functions of the program that reads the file. Breakwater runs nothing that a file names this way.',
    next: 'Remove the tag. To make a value text, put it in quotes.',
  },
  'yaml-multiple-documents': {
    meaning: 'A second document starts in the same file, after `---`.',
    why: 'One file is one plan. If Breakwater read only the first document, it would ignore the second one.',
    next: 'Move the second document to its own file, or remove the `---`.',
  },
  'yaml-directive': {
    meaning: 'The file begins with a directive such as `%YAML 1.1`.',
    why: 'A directive asks for other rules, but Breakwater reads every file by the rules of YAML 1.2.',
    next: 'Remove the line. `yes`, `no`, `on` and `off` are text in YAML 1.2.',
  },
  'yaml-control-character': {
    meaning: 'The file contains a control character.',
    why: 'An editor does not show it, and it can change what a terminal shows. YAML does not allow it.',
    next: 'Remove it. If you need it, write it as an escape in double quotes.',
  },
  'yaml-too-deep': {
    meaning: 'Lists and mappings are nested deeper than any file needs.',
    why: 'A plan has 6 levels. The limit stops a file that was made to use up the memory of the machine.',
    next: 'Look for brackets or indentation that were repeated by mistake.',
  },
  'yaml-too-many-values': {
    meaning: 'The file contains more values than Breakwater reads from one YAML file.',
    why: 'Each value takes memory while Breakwater reads the file. Device files take much less.',
    next: 'Move serials to `.txt` or `.csv` files, and name these files: `devices: { file: … }`.',
  },
  'yaml-alias-unknown': {
    meaning: 'An alias such as `*canaries` has no anchor `&canaries` before it.',
    why: 'The alias stands for the value of its anchor, and there is no such value.',
    next: 'Check the spelling, or add the anchor to the value above the alias.',
  },
  'yaml-alias-cycle': {
    meaning: 'An alias is inside the value that it stands for.',
    why: 'Such a value has no end.',
    next: 'Write the value out.',
  },
  'yaml-alias-expansion': {
    meaning: 'Aliases of aliases expand to more values than Breakwater accepts.',
    why: 'A few lines can stand for millions of values, and use up the memory of the machine that reads them.',
    next: 'Write the values out, or move serials to device files.',
  },
};
