import type { deviceFileSentences } from './device-files.ts';
import type { Explanation } from '../explanation.ts';

export const deviceFileExplanations: Readonly<Record<keyof typeof deviceFileSentences, Explanation>> = {
  'device-file-type': {
    meaning: 'A device file is not a `.txt`, `.csv` or `.tsv` file.',
    why: 'The ending says how the file is read.',
    next: 'Export it as `.csv` with a header, or as `.txt` with one serial a line.',
  },
  'device-file-content': {
    meaning: 'A device file holds something else than a list of devices.',
    why: 'A checkout without Git LFS, or a download that failed, leaves another file under the same name.',
    next: 'Get the list again. In CI, check out with LFS: `lfs: true` for `actions/checkout`, `GIT_LFS_SKIP_SMUDGE=0` for others.',
  },
  'device-file-serial': {
    meaning: 'An entry of a device file cannot be a serial.',
    why: 'Two serials on a line, a comment without `#`, or a stray character would become a device that does not exist.',
    next: 'A serial is 1 to 128 letters, digits, `.`, `_`, `:` and `-`. In a `.txt` file one stands on each line, and `#` begins a comment.',
  },
  'device-file-character': {
    meaning: 'A serial holds a character that is not visible, or that looks like another one.',
    why: 'The serial looks right and is another one: the API knows no such device. Such characters come from web pages, chats and keyboards of other scripts.',
    next: 'The finding marks the character and names its code point. Delete it, or type the usual one.',
  },
  'device-file-rounded': {
    meaning: 'A spreadsheet has taken a serial for a number and rounded it.',
    why: 'Its last digits are lost. Another device could have the rounded number.',
    next: 'Format the column as text before the serials are entered or imported. Then export the file again.',
  },
  'device-file-row': {
    meaning:
      'A row is not a device: a total, a missing value, a second header, a formula error or a merge mark.',
    why: '`null` and `Total` could be serials, and would be deployed to as devices that do not exist.',
    next: 'Remove the row, or enter the serial that is missing.',
  },
  'serials-differ-in-case': {
    meaning: 'Two serials are the same but for upper and lower case.',
    why: 'Breakwater and the API take them for two devices. Most likely one of them is a copy.',
    next: 'Keep the serial that the device has. The finding shows both places.',
  },
  'serial-much-shorter': {
    meaning: 'One serial of a file has at most half as many characters as every other one.',
    why: 'It may be cut off, or not be a serial at all.',
    next: 'Compare it with the source. If it is right, nothing needs to change.',
  },
  'csv-syntax': {
    meaning: 'The quotes of a table do not match.',
    why: 'After a wrong quote, Breakwater cannot find the ends of fields and rows.',
    next: 'Put a field that holds a delimiter, a quote or a line break into double quotes, and double a quote inside it.',
  },
  'csv-delimiter': {
    meaning: 'The separator of the columns is not the one in `delimiter` of the plan, or in the line `sep=`.',
    why: 'Read as it says, the file would have one column only.',
    next: 'Remove `delimiter` or the line `sep=`: Breakwater finds commas, semicolons, tabs and bars by itself.',
  },
  'csv-title-line': {
    meaning: 'Lines stand above the header of a table.',
    why: 'The first row names the columns. A title in its place would make the header a device.',
    next: 'Remove the lines above the header, or begin each of them with `#`.',
  },
  'csv-no-column': {
    meaning: 'The file has no column of serials under a name that is known or that the plan gives.',
    why: 'Which column holds the serials is never guessed.',
    next: 'Name it in the plan with `serialColumn`, or call it `serial`. Other usual names are known too: `Serial Number`, `S/N`, `device_sn`.',
  },
  'csv-several-columns': {
    meaning: 'Several columns have a name that a column of serials usually has.',
    why: 'Which of them holds the serials is never guessed.',
    next: 'Name it in the plan with `serialColumn`.',
  },
  'csv-duplicate-column': {
    meaning: 'Two columns have the same name.',
    why: 'Breakwater cannot know which of them you mean. It is an error where the column is needed, for the serials or in `where`.',
    next: 'Rename or remove one of them.',
  },
  'csv-column-unused': {
    meaning: '`serialColumn` or `delimiter` is given for a file that has no columns.',
    why: 'A `.txt` file holds one serial a line. Another file may be meant.',
    next: 'Remove the key, or name the `.csv` or `.tsv` file.',
  },
  'csv-ragged-row': {
    meaning: 'A row has more fields than the header.',
    why: 'Its fields may be in the wrong columns, and one of them is the serial.',
    next: 'Put a field that holds a delimiter into double quotes, or remove what is too much.',
  },
  'csv-no-serial': {
    meaning: 'A row has nothing in the column of serials.',
    why: 'It would be a device without a name.',
    next: 'Give it a serial, or remove the row.',
  },
  'csv-row-commented': {
    meaning: 'A line of a table begins with `#` and has a serial in its column.',
    why: 'A line that begins with `#` is a comment. If the first column holds numbers such as `#12`, every row is one.',
    next: 'Put the first field into double quotes to read the row. If the row is meant to be left out, remove it.',
  },
};
