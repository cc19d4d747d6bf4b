/** What is wrong with the devices of a plan: those that it names, and those that its waves draw from its fleet. */
import { count, renderNumber, list } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote, quoteAll } from '../sentence.ts';

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
};

type OfWave = { readonly wave: string };

export const fleetSentences = {
  'wave-without-devices': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has neither \`devices\` nor \`take\``,
    help: 'list its devices, name a file of them, or draw them from the fleet: `take: 10%`',
  }),
  'wave-devices-and-take': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has both \`devices\` and \`take\``,
    help: 'keep one of them; what `devices` names is not drawn by other waves',
  }),
  'where-without-take': ({ wave }: OfWave): Sentence => ({
    message: `\`where\` chooses among the fleet, and wave ${quote(wave)} takes nothing from it`,
    help: 'add `take: rest`, or remove `where`',
  }),
  'take-without-fleet': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} takes from a fleet, and the plan has none`,
    help: 'add `fleet: { file: fleet/devices.csv }` at the top of the plan',
  }),
  'fleet-unused': (): Sentence => ({
    message: 'no wave takes from the fleet',
    help: 'give a wave `take: 10%` or `take: rest`, or remove `fleet`',
  }),
  'fleet-seed-missing': (): Sentence => ({
    message: 'a shuffled order needs a seed',
    help: 'add `seed: 1`; the same seed gives the same waves each time',
  }),
  'fleet-seed-unused': (): Sentence => ({
    message: '`seed` changes nothing: the order is that of the file',
    help: 'add `order: shuffled`, or remove `seed`',
  }),
  'fleet-has-no-device': ({ file }: { readonly file: string }): Sentence => ({
    message: `the fleet has no device: ${quote(file)} names none`,
    help: 'add serials to the file',
  }),
  'duplicate-fleet-device': ({
    serial,
    file,
  }: {
    readonly serial: string;
    readonly file: string;
  }): Sentence => ({
    message: `device ${quote(serial)} stands twice in ${quote(file)}`,
    help: 'keep one of them',
  }),
  'where-without-columns': ({ file }: { readonly file: string }): Sentence => ({
    message: `\`where\` chooses by columns, and ${quote(file)} has none`,
    help: 'make the fleet a `.csv` file with a header, or remove `where`',
  }),
  'fleet-column-unknown': ({
    column,
    file,
    columns,
    nearest,
  }: {
    readonly column: string;
    readonly file: string;
    readonly columns: readonly string[];
    readonly nearest: string | null;
  }): Sentence => ({
    message: `${quote(file)} has no column ${quote(column)}`,
    help: didYouMean(nearest, `its columns are ${quoteAll(columns, 8)}`),
  }),
  'where-value-unknown': ({
    column,
    value,
    known,
    nearest,
  }: {
    readonly column: string;
    readonly value: string;
    readonly known: readonly string[];
    readonly nearest: string | null;
  }): Sentence => ({
    message: `no device of the fleet has ${quote(value)} in the column ${quote(column)}`,
    help: didYouMean(nearest, `what stands there: ${quoteAll(known, 8)}`),
  }),
  /** `take` as it is written; `matching` is a count of devices. */
  'wave-draws-nothing': ({
    wave,
    take,
    matching,
    asksForNone,
  }: {
    readonly wave: string;
    readonly take: string;
    readonly matching: number;
    readonly asksForNone: boolean;
  }): Sentence => {
    const none = `wave ${quote(wave)} has no device`;
    if (matching === 0)
      return {
        message: `${none}: none of the fleet matches its \`where\``,
        help: 'choose other values, or remove the wave',
      };
    if (asksForNone)
      return {
        message: `${none}: ${quote(`take: ${take}`)} draws none`,
        help: 'take more, or remove the wave',
      };
    return {
      message:
        matching === 1
          ? `${none}: the one device of the fleet that it could draw is in another wave`
          : `${none}: all ${count(matching, 'device')} of the fleet that it could draw are in other waves`,
      help: 'remove the wave, or let other waves take less',
    };
  },
  'take-falls-short': ({
    wave,
    take,
    wanted,
    drawn,
  }: {
    readonly wave: string;
    readonly take: string;
    readonly wanted: number;
    readonly drawn: number;
  }): Sentence => ({
    message: `wave ${quote(wave)} draws ${renderNumber(drawn)} of the ${count(wanted, 'device')} of ${quote(`take: ${take}`)}: no more are left`,
    help: 'write `take: rest` if this is meant',
  }),
  'fleet-devices-left': ({
    left,
    of,
  }: {
    readonly left: readonly string[];
    readonly of: number;
  }): Sentence => ({
    message: `${renderNumber(left.length)} of the fleet's ${count(of, 'device')} ${left.length === 1 ? 'is' : 'are'} in no wave: ${list(left, 3)}`,
    help: 'add a wave with `take: rest`, if all of them are meant',
  }),
};
