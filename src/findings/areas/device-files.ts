/** What is wrong with device files: text with one serial a line, and tables. */
import { count, renderNumber } from '../../base/text.ts';
import { codePointOf, revealUnseen } from '../../base/unseen.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote, quoteAll } from '../sentence.ts';

type NoColumnFacts = {
  readonly wanted: readonly string[];
  readonly columns: readonly string[];
  readonly nearest: string | null;
  /** Whether the plan names the column, rather than leave it to its usual names. */
  readonly isNamed: boolean;
  /** The line of a header that begins with `#`. */
  readonly commented: number | null;
};

type SerialFacts = { readonly text: string } & (
  | {
      readonly problem: 'several';
      /** In the plural. */
      readonly separator: string;
      /** Whether one of the values is the usual name of a column of serials. */
      readonly isHeader: boolean;
    }
  | { readonly problem: 'character'; readonly character: string }
  | { readonly problem: 'quoted' | 'too-long' }
);

type CharacterFacts = {
  readonly text: string;
  readonly character: string;
  readonly name: string;
  readonly looksLike: string | null;
};

const SERIAL = 'a serial is 1 to 128 letters, digits, `.`, `_`, `:`, `-`';

export const deviceFileSentences = {
  'device-file-type': ({ file }: { readonly file: string }): Sentence => ({
    message: `${quote(file)} is not a device file: expected \`.txt\`, \`.csv\` or \`.tsv\``,
    help: 'use a `.txt` file (one serial a line), or a `.csv` or `.tsv` file with a header',
  }),
  'device-file-content': ({
    content,
  }: {
    readonly content: 'git-lfs' | 'html' | 'xml' | 'json';
  }): Sentence => {
    switch (content) {
      case 'git-lfs':
        return {
          message: 'the file is a pointer of Git LFS; the list of devices is not here',
          help: 'fetch the list with `git lfs pull`; in CI, check out with LFS',
        };
      case 'html':
        return {
          message: 'the file is an HTML page, not a list of devices',
          help: 'download the list again; a page to sign in may have come in its place',
        };
      case 'xml':
        return { message: 'the file is XML, not a list of devices', help: 'export the list as CSV' };
      case 'json':
        return {
          message: 'the file is JSON, not a list of devices',
          help: 'export the list as CSV, or write one serial on each line of a `.txt` file',
        };
    }
  },
  'device-file-serial': (facts: SerialFacts): Sentence => {
    const text = quote(revealUnseen(facts.text));
    switch (facts.problem) {
      case 'several':
        return {
          message: `${text} is several values, separated by ${facts.separator}`,
          help: facts.isHeader
            ? 'this line looks like a header: rename the file to `.csv`'
            : 'write one serial on each line',
        };
      case 'quoted':
        return { message: `${text} is in quotes`, help: 'remove the quotes' };
      case 'too-long':
        return {
          message: `${text} is not a serial: it has ${count(facts.text.length, 'character')}`,
          help: SERIAL,
        };
      case 'character':
        return {
          message: `${text} is not a serial: it holds ${nameCharacter(facts.character)}`,
          help: SERIAL,
        };
    }
  },
  'device-file-character': ({ text, character, name, looksLike }: CharacterFacts): Sentence => {
    const code = codePointOf(character);
    const shown = quote(revealUnseen(text));
    return looksLike === null
      ? { message: `${shown} holds ${code} (${name}), which is not visible`, help: 'delete this character' }
      : {
          message: `${shown} holds ${code} (${name}), which looks like ${quote(looksLike)}`,
          help: `type ${quote(looksLike)} in its place`,
        };
  },
  /** `digits`: how many of a whole number were kept; `null` where it is written with an exponent. */
  'device-file-rounded': ({
    text,
    digits,
  }: {
    readonly text: string;
    readonly digits: number | null;
  }): Sentence =>
    digits === null
      ? {
          message: `${quote(text)} is a number that a spreadsheet has rounded; the serial is lost`,
          help: 'format the column as text, enter the serials again, and export the file again',
        }
      : {
          message: `${quote(text)} ends in zeros after ${digits} digits, as a spreadsheet rounds long numbers`,
          help: 'compare it with the source; if it is rounded, format the column as text and export the file again',
        },
  'device-file-row': ({
    text,
    what,
  }: {
    readonly text: string;
    readonly what: 'placeholder' | 'error-value' | 'total' | 'header' | 'conflict';
  }): Sentence => {
    const shown = quote(revealUnseen(text));
    switch (what) {
      case 'placeholder':
        return {
          message: `${shown} stands for a missing value; it is not a serial`,
          help: 'enter the serial, or remove the row',
        };
      case 'error-value':
        return {
          message: `${shown} is an error value of a spreadsheet, not a serial`,
          help: 'correct the formula, or remove the row',
        };
      case 'total':
        return { message: `${shown} is a row of totals, not a device`, help: 'remove the row' };
      case 'header':
        return { message: `${shown} is the name of a column, not a serial`, help: 'remove this line' };
      case 'conflict':
        return {
          message: `${shown} is a mark of an unfinished merge`,
          help: 'resolve the merge conflict, and remove its marks',
        };
    }
  },
  'serials-differ-in-case': ({
    serial,
    other,
  }: {
    readonly serial: string;
    readonly other: string;
  }): Sentence => ({
    message: `${quote(serial)} differs from ${quote(other)} only in upper and lower case`,
    help: 'if they are one device, keep the serial that the device has',
  }),
  'serial-much-shorter': ({
    serial,
    others,
  }: {
    readonly serial: string;
    /** The length of the next longer one. */
    readonly others: number;
  }): Sentence => ({
    message: `${quote(serial)} has ${count(serial.length, 'character')}; every other serial of the file has ${renderNumber(others)} or more`,
    help: 'compare it with the source: a part may be missing',
  }),
  'csv-syntax': ({ problem }: { readonly problem: string }): Sentence => ({
    message: problem,
    help: 'put a field with a delimiter, a quote or a line break into double quotes; double a quote inside it',
  }),
  'csv-delimiter': ({
    delimiter,
    said,
    by,
  }: {
    readonly delimiter: string;
    readonly said: string;
    readonly by: string;
  }): Sentence => ({
    message: `the columns are separated by ${delimiter}; ${by} says ${said}`,
    help: `correct ${by}, or export the file again with ${said}`,
  }),
  'csv-title-line': ({ text, below }: { readonly text: string; readonly below: number }): Sentence => ({
    message: `${quote(revealUnseen(text))} stands above the header, which is on line ${renderNumber(below)}`,
    help: 'remove the lines above the header, or begin them with `#`',
  }),
  'csv-no-column': ({ wanted, columns, nearest, isNamed, commented }: NoColumnFacts): Sentence => ({
    message: `the file has no column ${wanted.map(quote).join(' or ')}; its columns are ${quoteAll(columns, 8)}`,
    help:
      commented === null
        ? isNamed
          ? didYouMean(nearest)
          : `name the column of serials in the plan: ${quote(`serialColumn: ${nearest ?? '…'}`)}`
        : `line ${renderNumber(commented)} looks like the header, but begins with \`#\`: remove the \`#\``,
  }),
  'csv-several-columns': ({
    names,
  }: {
    readonly names: readonly string[];
    /** All of the header. */
    readonly columns: readonly string[];
  }): Sentence => ({
    message: `the file has several columns that may hold the serials: ${quoteAll(names)}`,
    help: `name the one that is meant in the plan: ${quote(`serialColumn: ${names[0] ?? '…'}`)}`,
  }),
  'csv-duplicate-column': ({ column }: { readonly column: string }): Sentence => ({
    message: `the header has the column ${quote(column)} twice`,
    help: 'rename or remove one of them',
  }),
  'csv-column-unused': ({ file, key }: { readonly file: string; readonly key: string }): Sentence => ({
    message: `${quote(key)} is for \`.csv\` and \`.tsv\` files, and ${quote(file)} is not one`,
    help: `remove ${quote(key)}`,
  }),
  'csv-ragged-row': ({
    fields,
    columns,
  }: {
    readonly fields: number;
    readonly columns: number;
  }): Sentence => ({
    message: `this row has ${count(fields, 'field')}; the header has ${renderNumber(columns)}`,
    help: 'put a field that holds a delimiter into double quotes',
  }),
  'csv-no-serial': ({ column }: { readonly column: string }): Sentence => ({
    message: `this row has no value in the column ${quote(column)}`,
    help: 'give it a serial, or remove the row',
  }),
  'csv-row-commented': ({ serial }: { readonly serial: string }): Sentence => ({
    message: `this row of ${quote(serial)} begins with \`#\`, so it is a comment`,
    help: 'to read the row, put its first field into double quotes',
  }),
};

/** A space is called one: between backticks it is hard to see. */
function nameCharacter(character: string): string {
  const code = codePointOf(character);
  return character === ' ' ? `a space (${code})` : `${quote(revealUnseen(character))} (${code})`;
}
