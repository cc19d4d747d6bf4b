import type { deviceSentences } from './devices.ts';
import type { Explanation } from '../explanation.ts';

export const deviceExplanations: Readonly<Record<keyof typeof deviceSentences, Explanation>> = {
  'wave-has-no-device': {
    meaning: 'The device file of a wave names no device.',
    why: 'A wave without devices would pass at once and guard nothing. The file may have been cut short.',
    next: 'Add serials to the file, or remove the wave.',
  },
  'duplicate-device': {
    meaning: 'A serial stands twice, in one wave or in two.',
    why: 'A device is deployed to once, in one wave. Which of the two is meant, Breakwater does not guess.',
    next: 'Keep it in the wave that is meant. The finding shows both places.',
  },
  'duplicate-device-file': {
    meaning: 'Two waves name the same device file.',
    why: 'Every device in it would be deployed to twice.',
    next: 'Split the file, or remove one of the waves. To split a fleet by numbers, give the plan a `fleet` and the waves `take`.',
  },
  'too-many-devices': {
    meaning: 'The plan names more devices than one rollout takes.',
    why: 'Up to there, memory and time are measured and known.',
    next: 'Split it into several plans.',
  },
  'device-file-type': {
    meaning: 'A device file is neither a `.txt` nor a `.csv` file.',
    why: 'The ending says how the file is read; nothing is guessed from what stands in it.',
    next: 'Export it as `.csv` with a header, or as `.txt` with one serial a line.',
  },
  'device-file-serial': {
    meaning: 'An entry of a device file cannot be a serial.',
    why: 'Two serials on a line, a comment without `#`, or a stray character would become a device that does not exist.',
    next: 'A serial is 1 to 128 letters, digits, `.`, `_`, `:` and `-`. In a `.txt` file one stands on each line, and `#` begins a comment.',
  },
  'csv-syntax': {
    meaning: 'The quotes of a `.csv` file do not match.',
    why: 'From there on, fields and rows cannot be told apart.',
    next: 'Put a field that holds a comma, a quote or a line break into double quotes, and double a quote inside it.',
  },
  'csv-delimiter': {
    meaning: 'The columns are separated by something else than commas.',
    why: 'Spreadsheets do so in some countries. Read with commas, the file would have one column only.',
    next: 'Export it with commas.',
  },
  'csv-no-column': {
    meaning: 'The file has no column of serials under a name that is known or that the plan gives.',
    why: 'Which column holds the serials is never guessed.',
    next: 'Name it in the plan with `serialColumn`, or call it `serial`, `sn` or `device_sn`. Upper and lower case count.',
  },
  'csv-duplicate-column': {
    meaning: 'Two columns have the same name.',
    why: 'Which of them is meant cannot be told.',
    next: 'Rename or remove one of them.',
  },
  'csv-column-unused': {
    meaning: '`serialColumn` is given for a file that has no columns.',
    why: 'A `.txt` file holds one serial a line. Another file may be meant.',
    next: 'Remove `serialColumn`, or name the `.csv` file.',
  },
  'csv-ragged-row': {
    meaning: 'A row has more or fewer fields than the header.',
    why: 'Its fields may stand in the wrong columns, and one of them is the serial.',
    next: 'Put a field that holds a comma into double quotes, or add what is missing.',
  },
  'csv-no-serial': {
    meaning: 'A row has nothing in the column of serials.',
    why: 'It would be a device without a name.',
    next: 'Give it a serial, or remove the row.',
  },
};
