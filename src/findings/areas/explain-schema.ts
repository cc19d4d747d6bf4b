import type { schemaSentences } from './schema.ts';
import type { Explanation } from '../explanation.ts';

const ALL_KEYS =
  'The README lists every key, `breakwater schema` prints the whole schema, and an editor with the YAML language server completes them.';

export const schemaExplanations: Readonly<Record<keyof typeof schemaSentences, Explanation>> = {
  'schema-unknown-key': {
    meaning: 'A key is not one that is known at this place.',
    why: 'A key with a slip in it would be a threshold or a window that does not count. So it is an error, and not passed over.',
    next: `Take the key that the finding proposes, or move it where it belongs. ${ALL_KEYS}`,
  },
  'schema-missing-key': {
    meaning: 'A key that is required is not there.',
    why: 'There is no value that would be right for everybody, so Breakwater takes none by itself.',
    next: `Add it. ${ALL_KEYS}`,
  },
  'schema-type': {
    meaning: 'A value is of another kind than is expected: a number, say, where text belongs.',
    why: 'YAML reads `1.10` as the number 1.1 and `007` as 7. An argument must reach the device as it was written, so nothing is converted.',
    next: 'Write the value as the finding shows it, in quotes where text is expected.',
  },
  'schema-pattern': {
    meaning: 'A text is not of the form that is expected here.',
    why: 'A duration, a threshold, a serial or a name that is almost right could be read as something else.',
    next: 'Write it as in the example that the finding gives.',
  },
  'schema-key-pattern': {
    meaning: 'A name that you chose for a key cannot be used as one.',
    why: "The name of an argument becomes a flag of the device's script, `--name='value'`; other characters could mean something to a shell.",
    next: 'Use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit.',
  },
  'schema-enum': {
    meaning: 'A value is none of those that are allowed here.',
    why: 'There are a few, each with a meaning of its own. A word that is near one of them may still not be meant as it.',
    next: 'Take one of those that the finding lists.',
  },
  'schema-range': {
    meaning: 'A number is too small or too large.',
    why: 'Outside of the bounds it has no meaning, or would ask for more than the API takes.',
    next: 'Choose a number within the bounds that the finding names.',
  },
  'schema-empty': {
    meaning: 'A list, a mapping or a text is empty, and may not be.',
    why: 'A plan without waves, or a wave without devices, does nothing: something is most likely missing.',
    next: 'Add what is missing, or remove the key.',
  },
  'schema-too-many': {
    meaning: 'A list or a mapping holds more entries than are allowed.',
    why: 'The limit is beyond what anybody needs, so that a file cannot ask for endless work.',
    next: 'Remove some, or split the plan.',
  },
  'schema-too-long': {
    meaning: 'A text is longer than is allowed.',
    why: 'It is shown in summaries and reports, or sent to devices, where there is no room for more.',
    next: 'Shorten it.',
  },
  'schema-other': {
    meaning: 'A value breaks another rule of the schema.',
    why: 'The finding names the rule by its keyword in the JSON Schema, since it has no sentence of its own.',
    next: 'Compare the value with the schema.',
    commands: ['breakwater schema'],
  },
  'secret-in-file': {
    meaning: 'A key or an argument looks like the place of a secret.',
    why: 'Plans and settings files are kept in git and shown in reviews, and arguments reach every device. A secret that was there once is no secret any more.',
    next: 'Remove it, and replace the secret if the file was ever shared. API credentials come from the environment (`ALLXON_API_KEY_ID` and `ALLXON_API_SECRET`) or from a program (`credentials.command`). An argument whose name only sounds like a secret needs another name.',
  },
  'findings-left-out': {
    meaning: 'There are more findings of one kind than are shown.',
    why: 'A thousand lines that say the same hide the one that says something else. It is as severe as the finding that it counts.',
    next: 'Mend those that are shown: what they have in common most likely mends the others.',
  },
};
