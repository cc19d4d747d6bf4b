/** Faults of the devices of a plan: those that it lists, and those that its waves draw from its fleet. */
import { count, renderNumber, list } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote, quoteAll } from '../sentence.ts';

export const deviceSentences = {
  'wave-has-no-device': ({ wave, file }: { readonly wave: string; readonly file: string }): Sentence => ({
    message: `wave ${quote(wave)} has no devices: ${quote(file)} contains no serials`,
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
        ? `device ${quote(serial)} is listed twice in wave ${quote(wave)}`
        : `device ${quote(serial)} is in wave ${quote(wave)}, but it is already in wave ${quote(otherWave)}`,
    help: 'keep one of them: a device belongs to one wave',
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
    message: `the devices of ${quote(file)} are in wave ${quote(wave)}, but they are already in wave ${quote(otherWave)}`,
    help: 'split the file, or remove one of the waves: a device belongs to one wave',
  }),
  'too-many-devices': ({ max }: { readonly max: number }): Sentence => ({
    message: `the plan has more than ${renderNumber(max)} devices`,
    help: 'split it into several plans',
  }),
};

type OfWave = { readonly wave: string };

export const fleetSentences = {
  'wave-without-devices': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has neither \`devices\` nor \`take\``,
    help: 'list its devices, name a device file, or draw devices from the fleet: `take: 10%`',
  }),
  'wave-devices-and-take': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has both \`devices\` and \`take\``,
    help: 'keep one of them; other waves do not draw the devices under `devices`',
  }),
  'where-without-take': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has \`where\` but no \`take\`, so it draws no devices from the fleet`,
    help: 'add `take: rest`, or remove `where`',
  }),
  'take-without-fleet': ({ wave }: OfWave): Sentence => ({
    message: `wave ${quote(wave)} has \`take\`, but the plan has no \`fleet\``,
    help: 'add `fleet: { file: fleet/devices.csv }` at the top of the plan',
  }),
  'fleet-unused': (): Sentence => ({
    message: 'no wave draws devices from the fleet',
    help: 'give a wave `take: 10%` or `take: rest`, or remove `fleet`',
  }),
  'fleet-seed-missing': (): Sentence => ({
    message: '`order: shuffled` requires a `seed`',
    help: 'add `seed: 1`; the same seed gives the same waves each time',
  }),
  'fleet-seed-unused': (): Sentence => ({
    message: '`seed` has no effect: the fleet keeps the order of its file',
    help: 'add `order: shuffled`, or remove `seed`',
  }),
  'fleet-has-no-device': ({ file }: { readonly file: string }): Sentence => ({
    message: `the fleet has no devices: ${quote(file)} contains no serials`,
    help: 'add serials to the file',
  }),
  'duplicate-fleet-device': ({
    serial,
    file,
  }: {
    readonly serial: string;
    readonly file: string;
  }): Sentence => ({
    message: `device ${quote(serial)} is listed twice in ${quote(file)}`,
    help: 'keep one of them',
  }),
  'where-without-columns': ({ file }: { readonly file: string }): Sentence => ({
    message: `\`where\` needs columns, but ${quote(file)} has none`,
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
    help: didYouMean(nearest, `its values are ${quoteAll(known, 8)}`),
  }),
  /** `take` as written in the plan; `matching` is a number of devices. */
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
    const none = `wave ${quote(wave)} has no devices`;
    if (matching === 0)
      return {
        message: `${none}: no device of the fleet matches its \`where\``,
        help: 'choose other values, or remove the wave',
      };
    if (asksForNone)
      return {
        message: `${none}: ${quote(`take: ${take}`)} draws 0 devices`,
        help: 'increase `take`, or remove the wave',
      };
    return {
      message:
        matching === 1
          ? `${none}: the only device of the fleet that it can draw is in another wave`
          : `${none}: all ${count(matching, 'device')} of the fleet that it can draw are in other waves`,
      help: 'remove the wave, or reduce `take` of other waves',
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
    message: `wave ${quote(wave)} draws ${renderNumber(drawn)} of ${count(wanted, 'device')} (${quote(`take: ${take}`)}): no more are left`,
    help: 'if this is intended, write `take: rest`',
  }),
  'fleet-devices-left': ({
    left,
    of,
  }: {
    readonly left: readonly string[];
    readonly of: number;
  }): Sentence => ({
    message: `${renderNumber(left.length)} of ${count(of, 'device')} of the fleet ${left.length === 1 ? 'is' : 'are'} in no wave: ${list(left, 3)}`,
    help: 'to include all devices, add a wave with `take: rest`',
  }),
};
