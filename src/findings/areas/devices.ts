/** What is wrong with the devices that a plan names, in its lists and its device files. */
import { count, renderNumber } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote, quoteAll } from '../sentence.ts';

type NoColumnFacts = {
  readonly wanted: readonly string[];
  readonly columns: readonly string[];
  readonly nearest: string | null;
  /** Whether the plan names the column, rather than leave it to its usual names. */
  readonly isNamed: boolean;
};

export const deviceSentences = {
  'wave-has-no-device': ({ wave, file }: { readonly wave: string; readonly file: string }): Sentence => ({
    message: `wave ${quote(wave)} has no device: ${quote(file)} names none`,
    help: 'add serials to the file, or remove the wave',
  }),
  'duplicate-device': ({
    serial,
    wave,
    otherWave,
  }: {
    serial: string;
    wave: string;
    otherWave: string;
  }): Sentence => ({
    message:
      wave === otherWave
        ? `device ${quote(serial)} stands twice in wave ${quote(wave)}`
        : `device ${quote(serial)} is in wave ${quote(wave)} and already in wave ${quote(otherWave)}`,
    help: 'a device belongs to one wave: keep one of them',
  }),
  'duplicate-device-file': ({
    file,
    wave,
    otherWave,
  }: {
    file: string;
    wave: string;
    otherWave: string;
  }): Sentence => ({
    message: `the devices of ${quote(file)} are in wave ${quote(wave)} and already in wave ${quote(otherWave)}`,
    help: 'a device belongs to one wave: split the file, or remove one of the waves',
  }),
  'too-many-devices': ({ max }: { readonly max: number }): Sentence => ({
    message: `the plan names more than ${renderNumber(max)} devices`,
    help: 'split it into several plans',
  }),
  'device-file-type': ({ file }: { readonly file: string }): Sentence => ({
    message: `${quote(file)} is not a kind of device file that Breakwater reads`,
    help: 'use a `.txt` file (one serial a line) or a `.csv` file with a header',
  }),
  'device-file-serial': ({ text }: { readonly text: string }): Sentence => ({
    message: `${quote(text)} is not a serial`,
    help: 'a serial is 1 to 128 letters, digits, `.`, `_`, `:`, `-`; in a `.txt` file one stands on each line',
  }),
  'csv-syntax': ({ problem }: { readonly problem: string }): Sentence => ({
    message: problem,
    help: 'a field that holds a comma, a quote or a line break stands in double quotes; a quote inside is doubled',
  }),
  'csv-delimiter': ({ delimiter }: { readonly delimiter: string }): Sentence => ({
    message: `the columns are separated by ${delimiter}; a \`.csv\` file's are separated by commas`,
    help: 'export the file again with commas',
  }),
  'csv-no-column': ({ wanted, columns, nearest, isNamed }: NoColumnFacts): Sentence => ({
    message: `the file has no column ${wanted.map(quote).join(' or ')}; its columns are ${quoteAll(columns, 8)}`,
    help: isNamed
      ? didYouMean(nearest)
      : `name the column of serials in the plan: ${quote(`serialColumn: ${nearest ?? '…'}`)}`,
  }),
  'csv-duplicate-column': ({ column }: { readonly column: string }): Sentence => ({
    message: `the header names the column ${quote(column)} twice`,
    help: 'keep one of them',
  }),
  'csv-column-unused': ({ file }: { readonly file: string }): Sentence => ({
    message: `\`serialColumn\` is for \`.csv\` files, and ${quote(file)} is not one`,
    help: 'remove `serialColumn`',
  }),
  'csv-ragged-row': ({
    fields,
    columns,
  }: {
    readonly fields: number;
    readonly columns: number;
  }): Sentence => ({
    message: `this row has ${count(fields, 'field')}; the header has ${renderNumber(columns)}`,
    help: 'a field that holds a comma stands in double quotes',
  }),
  'csv-no-serial': ({ column }: { readonly column: string }): Sentence => ({
    message: `this row has nothing in the column ${quote(column)}`,
    help: 'give it a serial, or remove the row',
  }),
};
