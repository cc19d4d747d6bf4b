import type { schemaSentences } from './schema.ts';
import type { Explanation } from '../explanation.ts';

const ALL_KEYS =
  '`docs/plan-reference.md` lists all keys, and `breakwater schema` prints the whole schema. An editor with the YAML language server completes them.';

export const schemaExplanations: Readonly<Record<keyof typeof schemaSentences, Explanation>> = {
  'schema-unknown-key': {
    meaning: 'A key is unknown at this place.',
    why: 'If Breakwater ignored a misspelled key, a threshold or a window would have no effect. So it is an error.',
    next: `Use the key that the finding suggests, or move the key to its place. ${ALL_KEYS}`,
  },
  'schema-missing-key': {
    meaning: 'A required key is missing.',
    why: 'No default is right for everybody, so Breakwater does not choose one.',
    next: `Add it. ${ALL_KEYS}`,
  },
  'schema-type': {
    meaning: 'A value has the wrong type, for example a number instead of text.',
    why: 'YAML reads `1.10` as the number 1.1 and `007` as 7. An argument must reach the device exactly as written, so Breakwater converts nothing.',
    next: 'Write the value as the finding shows it. Put text in quotes.',
  },
  'schema-pattern': {
    meaning: 'A text does not have the expected form.',
    why: 'Breakwater could misread a duration, a threshold, a serial or a name that is almost right.',
    next: 'Write it like the example in the finding.',
  },
  'schema-key-pattern': {
    meaning: 'A name that you chose for a key is not allowed.',
    why: "The name of an argument becomes a flag of the device's script, `--name='value'`. Other characters could have a meaning for a shell.",
    next: 'Use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit.',
  },
  'schema-enum': {
    meaning: 'A value is not one of the allowed values.',
    why: 'Each allowed value has its own meaning. Breakwater does not guess which one you mean, even if the word is similar.',
    next: 'Use one of the values that the finding lists.',
  },
  'schema-range': {
    meaning: 'A number is too small or too large.',
    why: 'Outside its limits it has no meaning, or the API does not accept it.',
    next: 'Use a number within the limits that the finding shows.',
  },
  'schema-empty': {
    meaning: 'A list, a mapping or a text is empty. It must not be.',
    why: 'A plan without waves, or a wave without devices, does nothing. Something is probably missing.',
    next: 'Add what is missing, or remove the key.',
  },
  'schema-too-many': {
    meaning: 'A list or a mapping has more entries than allowed.',
    why: 'The limit is higher than anybody needs. It keeps a file from causing endless work.',
    next: 'Remove some entries, or split the plan.',
  },
  'schema-too-long': {
    meaning: 'A text is longer than allowed.',
    why: 'Breakwater shows it in summaries and reports, or sends it to devices. There is no space for more.',
    next: 'Shorten it.',
  },
  'schema-other': {
    meaning: 'A value breaks another rule of the schema.',
    why: 'There is no special message for this rule. The finding shows its keyword in the JSON Schema.',
    next: 'Compare the value with the schema.',
    commands: ['breakwater schema'],
  },
  'secret-in-file': {
    meaning: 'The name of a key or an argument looks like the name of a secret.',
    why: 'Plans and settings files are in git and in reviews, and arguments reach every device. A secret that was in a file once is no longer secret.',
    next: 'Remove it, and replace the secret if the file was shared. Set API credentials in the environment (`ALLXON_API_KEY_ID` and `ALLXON_API_SECRET`), or print them by a program (`credentials.command`). Rename an argument that is not a secret.',
  },
  'findings-left-out': {
    meaning: 'There are more findings with this code than Breakwater shows.',
    why: 'A thousand equal lines hide the one that is different. This line has the same severity as the findings that it counts.',
    next: 'Fix the findings that are shown. The others probably have the same cause.',
  },
};
