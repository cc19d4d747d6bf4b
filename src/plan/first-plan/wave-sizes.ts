/** How many devices each wave of a first plan gets: few to begin with, then ever more, and at last all that are left. */
import { count, renderNumber } from '../../base/text.ts';
import { neededOf, parsePercentage } from '../threshold.ts';

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
      return `"${word}" is no size: it is a count such as 5, a percentage such as 10%, or rest`;
    sizes.push(size);
  }
  return sizes.length === 0 ? 'it names no size' : sizes;
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
  const which = `wave ${index + 1} of ${count(devices, 'device')}, ${size},`;
  if (left === 0) return `${which} is left with none`;
  if (wanted === 0) return `${which} has none`;
  return `${which} would have ${renderNumber(wanted)}, and ${renderNumber(left)} ${left === 1 ? 'is' : 'are'} left`;
}
