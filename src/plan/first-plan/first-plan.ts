/**
 * The content of a first plan: all answers and flags of the user, and the division of its devices into waves. The first waves
 * are small, each wave is larger than the one before, and the last wave gets the rest.
 */
import { count, renderNumber, printable } from '../../base/text.ts';
import { neededOf, parsePercentage } from '../threshold.ts';
import type { DeviceTable } from '../device-list.ts';
import { createColumns } from '../device-list.ts';
import type { Serial, ArtifactUuid, RolloutName } from '../identifiers.ts';
import type { Region, Window } from '../rollout-plan.ts';

export type FirstPlan = {
  readonly name: RolloutName;
  readonly region: Region;
  /** `file` is as in the plan. */
  readonly artifact: { readonly uuid: ArtifactUuid } | { readonly file: string };
  /** `null` if each wave lists its devices. */
  readonly fleet: FirstFleet | null;
  /** At least one. */
  readonly waves: readonly FirstWave[];
  /** As typed; `null` for none. */
  readonly soak: string | null;
  readonly window: Window | null;
  /** The path of the JSON Schema, relative to the plan's folder; `null` if there is no such file. */
  readonly schema: string | null;
};

export type FirstFleet = {
  /** As in the plan. */
  readonly file: string;
  /** `null` for a column with a usual name, and for a file without columns. */
  readonly serialColumn: string | null;
};

export type FirstWave = {
  readonly name: string;
  /** The number of devices when the plan is written. */
  readonly size: number;
  readonly devices: DrawnDevices | { readonly kind: 'listed'; readonly serials: readonly Serial[] };
};

/** `where`: only devices with this value in a column. */
export type DrawnDevices = {
  readonly kind: 'drawn';
  readonly take: WaveSize;
  readonly where: { readonly column: string; readonly value: string } | null;
};

/** The value of `take`: a number, a percentage, or `rest`. */
export type WaveSize = number | string;

/** The sizes of all waves except the last, by the maximum number of devices. */
const SIZES_BY_DEVICES: readonly (readonly [devicesMax: number, sizes: readonly WaveSize[]])[] = [
  [1, []],
  [9, [1]],
  [99, ['10%', '30%']],
  [999, ['2%', '10%', '30%']],
  [Infinity, ['1%', '5%', '25%']],
];

export function chooseSizes(devices: number): readonly WaveSize[] {
  const [, sizes = []] = SIZES_BY_DEVICES.find(([devicesMax]) => devices <= devicesMax) ?? [];
  return [...sizes, 'rest'];
}

/** `1, 10%, rest`. */
export function renderSizes(sizes: readonly WaveSize[]): string {
  return sizes.join(', ');
}

/** Reads sizes separated by commas or spaces. Returns them, or a message that says what is wrong. */
export function parseSizes(text: string): readonly WaveSize[] | string {
  const sizes: WaveSize[] = [];
  for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const size = parseSize(word);
    if (size === null)
      return `"${word}" is not a size: write a number such as 5, a percentage such as 10%, or rest`;
    sizes.push(size);
  }
  return sizes.length === 0 ? 'there is no size in it' : sizes;
}

function parseSize(word: string): WaveSize | null {
  if (word === 'rest' || parsePercentage(word) !== null) return word;
  return /^[1-9][0-9]{0,6}$/.test(word) ? Number(word) : null;
}

export type SizedWave = { readonly size: WaveSize; readonly devices: number };

/**
 * Applies `sizes` to at least one device. If devices are left, adds a wave with the rest. If a wave cannot get its size,
 * returns a message.
 */
export function applySizes(sizes: readonly WaveSize[], devices: number): readonly SizedWave[] | string {
  const waves: SizedWave[] = [];
  let left = devices;
  for (const [index, size] of sizes.entries()) {
    const wanted = size === 'rest' ? left : wantedOf(size, devices);
    if (wanted === 0 || wanted > left) return describeShort({ size, index, wanted, left, devices });
    waves.push({ size, devices: wanted });
    left -= wanted;
  }
  return left === 0 ? waves : [...waves, { size: 'rest', devices: left }];
}

function wantedOf(size: WaveSize, devices: number): number {
  const threshold = typeof size === 'number' ? { count: size } : parsePercentage(size);
  return threshold === null ? 0 : neededOf(threshold, devices);
}

type Short = {
  readonly size: WaveSize;
  readonly index: number;
  readonly wanted: number;
  readonly left: number;
  readonly devices: number;
};

function describeShort({ size, index, wanted, left, devices }: Short): string {
  const which = `wave ${index + 1} (${size} of ${count(devices, 'device')})`;
  if (left === 0) return `${which} has no devices: none are left`;
  if (wanted === 0) return `${which} has no devices`;
  return `${which} needs ${renderNumber(wanted)}, but only ${renderNumber(left)} ${left === 1 ? 'is' : 'are'} left`;
}

// The waves of a first plan: by size, or one for each value of a column.

/** The maximum number of groups that a person can still review. */
const GROUPS_MAX = 50;

/** Waves that draw from a fleet with this number of devices, or a message that says why this fails. */
export function drawBySize(sizes: readonly WaveSize[], devices: number): readonly FirstWave[] | string {
  const sized = applySizes(sizes, devices);
  if (typeof sized === 'string') return sized;
  return sized.map((wave, index) => ({
    name: nameBySize(index, sized.length),
    size: wave.devices,
    devices: { kind: 'drawn', take: wave.size, where: null },
  }));
}

/** Waves that list their devices. */
export function listBySize(
  sizes: readonly WaveSize[],
  serials: readonly Serial[],
): readonly FirstWave[] | string {
  const sized = applySizes(sizes, serials.length);
  if (typeof sized === 'string') return sized;
  let start = 0;
  return sized.map(({ devices }, index) => {
    const own = serials.slice(start, start + devices);
    start += devices;
    return {
      name: nameBySize(index, sized.length),
      size: own.length,
      devices: { kind: 'listed', serials: own },
    };
  });
}

const FIRST = 'canary';
const LAST = 'everyone else';
const MIDDLE = ['early', 'broad'] as const;

function nameBySize(index: number, waves: number): string {
  if (waves === 1) return 'all devices';
  if (index === 0) return FIRST;
  if (index === waves - 1) return LAST;
  return (waves <= MIDDLE.length + 2 ? MIDDLE[index - 1] : undefined) ?? `wave ${index + 1}`;
}

/** A column whose values can become waves. */
export type Grouping = { readonly column: string; readonly values: number };

/** The columns with at least two values, and few enough to make each one a wave. */
export function listGroupings(table: DeviceTable): readonly Grouping[] {
  const columnAt = createColumns(table);
  return table.columns.flatMap((column, index) => {
    if (checkColumn(table, column) !== null) return [];
    const values = columnAt(index).values.size;
    return values < 2 ? [] : [{ column, values }];
  });
}

/**
 * A first wave of the usual size, then one wave for the remaining devices of each value, smallest first. Returns a message if
 * this fails.
 */
export function drawByColumn(table: DeviceTable, column: string): readonly FirstWave[] | string {
  const problem = checkColumn(table, column);
  if (problem !== null) return problem;
  const { values, numbers } = createColumns(table)(table.columns.indexOf(column));
  const bySize = drawBySize(chooseSizes(numbers.length), numbers.length);
  if (typeof bySize === 'string') return bySize;
  // With only one device, a first wave would leave nothing for the others.
  const canary = bySize.length > 1 ? bySize.slice(0, 1) : [];
  const left = numbers.subarray(canary[0]?.size ?? 0);
  const groups = [...values]
    .map(([value, number]) => ({ value, size: left.filter((one) => one === number).length }))
    .filter(({ size }) => size > 0)
    .toSorted((a, b) => a.size - b.size);
  const names = new Set(canary.map(({ name }) => name));
  const waves = groups.map(({ value, size }): FirstWave => {
    const name = freeName(nameByValue(value, column), names);
    names.add(name);
    return { name, size, devices: { kind: 'drawn', take: 'rest', where: { column, value } } };
  });
  return [...canary, ...waves];
}

/** Why the column cannot make waves; `null` if it can. */
function checkColumn(table: DeviceTable, column: string): string | null {
  const { columns } = table;
  const at = columns.indexOf(column);
  if (at === -1) return `no column "${printable(column)}" exists`;
  if (columns.lastIndexOf(column) !== at) return `two columns are named "${printable(column)}"`;
  const { values } = createColumns(table)(at);
  if (values.size > GROUPS_MAX)
    return `the column "${printable(column)}" has ${count(values.size, 'value')}; at most ${GROUPS_MAX} can become waves`;
  if ([column, ...values.keys()].some((text) => printable(text) !== text))
    return `the column "${printable(column)}" contains characters that cannot be shown`;
  return null;
}

const WAVE_NAME_CHARS_MAX = 64;

/** The characters of a value that a wave's name may contain. */
function nameByValue(value: string, column: string): string {
  return toName(value) ?? toName(`no ${column}`) ?? 'others';
}

function toName(text: string): string | null {
  const kept = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  const name = Array.from(kept).slice(0, WAVE_NAME_CHARS_MAX).join('').trim();
  return name === '' ? null : name;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, candidate = name; ; number++) {
    if (!taken.has(candidate)) return candidate;
    const suffix = ` ${number}`;
    candidate = `${Array.from(name)
      .slice(0, WAVE_NAME_CHARS_MAX - suffix.length)
      .join('')
      .trim()}${suffix}`;
  }
}
