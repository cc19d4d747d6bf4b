/**
 * What a first plan is made of: everything that a person was asked or has said by flags, and how its devices are divided
 * into waves. The first waves are small, each is larger than the one before, and the last one takes the rest.
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
  /** `file` is as the plan says it. */
  readonly artifact: { readonly uuid: ArtifactUuid } | { readonly file: string };
  /** `null` where each wave lists its devices. */
  readonly fleet: FirstFleet | null;
  /** At least one. */
  readonly waves: readonly FirstWave[];
  /** As it was typed; `null` for none. */
  readonly soak: string | null;
  readonly window: Window | null;
  /** The plan's JSON Schema, as an editor finds it from the plan's folder; `null` where it is not there. */
  readonly schema: string | null;
};

export type FirstFleet = {
  /** As the plan says it. */
  readonly file: string;
  /** `null` for a column that is found by its usual name, and for a file without columns. */
  readonly serialColumn: string | null;
};

export type FirstWave = {
  readonly name: string;
  /** How many it has, when the plan is written. */
  readonly size: number;
  readonly devices: DrawnDevices | { readonly kind: 'listed'; readonly serials: readonly Serial[] };
};

/** `where`: only of these, by a column. */
export type DrawnDevices = {
  readonly kind: 'drawn';
  readonly take: WaveSize;
  readonly where: { readonly column: string; readonly value: string } | null;
};

/** What `take` says: a count, a percentage, or `rest`. */
export type WaveSize = number | string;

/** Up to so many devices, the waves before the last are of these sizes. */
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

/** Sizes that a person has typed, apart by commas or spaces; or, in words, why they are none. */
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
 * What becomes of `sizes` with so many devices, at least one. Where they leave some over, a wave with the rest follows; where
 * a wave would not get what it says, the answer is why.
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

// The waves of a first plan: by their sizes, or one for each value of a column.

/** More than a person would look at, one after the other. */
const GROUPS_MAX = 50;

/** Drawn from a fleet of so many devices; or, in words, why they cannot be. */
export function drawBySize(sizes: readonly WaveSize[], devices: number): readonly FirstWave[] | string {
  const sized = applySizes(sizes, devices);
  if (typeof sized === 'string') return sized;
  return sized.map((wave, index) => ({
    name: nameBySize(index, sized.length),
    size: wave.devices,
    devices: { kind: 'drawn', take: wave.size, where: null },
  }));
}

/** Each with a list of its own. */
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

/** A column by which waves can be made. */
export type Grouping = { readonly column: string; readonly values: number };

/** The columns that have few enough values to make a wave of each, and more than one. */
export function listGroupings(table: DeviceTable): readonly Grouping[] {
  const columnAt = createColumns(table);
  return table.columns.flatMap((column, index) => {
    if (checkColumn(table, column) !== null) return [];
    const values = columnAt(index).values.size;
    return values < 2 ? [] : [{ column, values }];
  });
}

/**
 * A first wave of the size that a fleet of so many devices begins with, then all that is left of each value, the ones with the
 * fewest devices first; or, in words, why they cannot be.
 */
export function drawByColumn(table: DeviceTable, column: string): readonly FirstWave[] | string {
  const problem = checkColumn(table, column);
  if (problem !== null) return problem;
  const { values, numbers } = createColumns(table)(table.columns.indexOf(column));
  const bySize = drawBySize(chooseSizes(numbers.length), numbers.length);
  if (typeof bySize === 'string') return bySize;
  // What is left of one device that the first wave has is nothing.
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

/** Why no waves can be made by the column; `null` where they can. */
function checkColumn(table: DeviceTable, column: string): string | null {
  const { columns } = table;
  const at = columns.indexOf(column);
  if (at === -1) return `there is no column "${printable(column)}"`;
  if (columns.lastIndexOf(column) !== at) return `there are two columns "${printable(column)}"`;
  const { values } = createColumns(table)(at);
  if (values.size > GROUPS_MAX)
    return `the column "${printable(column)}" has ${count(values.size, 'value')}; at most ${GROUPS_MAX} can become waves`;
  if ([column, ...values.keys()].some((text) => printable(text) !== text))
    return `the column "${printable(column)}" contains characters that cannot be shown`;
  return null;
}

const WAVE_NAME_CHARS_MAX = 64;

/** Of a value, what a wave's name may hold. */
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
