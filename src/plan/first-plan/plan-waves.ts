/** The waves of a first plan: by their sizes, or one for each value of a column. */
import { count, printable } from '../../base/text.ts';
import type { DeviceTable } from '../device-list.ts';
import { createColumns } from '../fleet-columns.ts';
import type { Serial } from '../identifiers.ts';
import type { FirstWave } from './first-plan.ts';
import { applySizes, chooseSizes } from './wave-sizes.ts';
import type { WaveSize } from './wave-sizes.ts';

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
    return `the column "${printable(column)}" has ${count(values.size, 'value')}; a wave is made of each for up to ${GROUPS_MAX}`;
  if ([column, ...values.keys()].some((text) => printable(text) !== text))
    return `the column "${printable(column)}" holds characters that cannot be shown`;
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
