/**
 * Thresholds, with integers only: in floating point, 7 of 25 is more than 28%.
 *
 * A percentage is stored in millionths (`0.5%` is 5000), which is exact for four decimals. Multiplied by a million devices, it
 * stays far below 2^53.
 */
export type Threshold = { readonly count: number } | Percentage;

export type Percentage = { readonly partsPerMillion: number };

const WHOLE = 1_000_000;

/** A percentage's text: 0 to 100, at most four decimals, `%`. The schemas contain the same expression. */
export const PERCENTAGE_PATTERN = /^(100(?:\.0{1,4})?|[0-9]{1,2}(?:\.[0-9]{1,4})?)%$/;

/** `null` for text that is not a percentage from 0 to 100. */
export function parsePercentage(text: string): Percentage | null {
  const number = PERCENTAGE_PATTERN.exec(text)?.[1];
  if (number === undefined) return null;
  const [whole = '', decimals = ''] = number.split('.');
  return { partsPerMillion: Number(whole) * 10_000 + Number(decimals.padEnd(4, '0')) };
}

/** The number of tolerated failures of `base` devices: a percentage is rounded down. */
export function toleratedOf(threshold: Threshold, base: number): number {
  return 'count' in threshold ? threshold.count : Math.floor((threshold.partsPerMillion * base) / WHOLE);
}

/** The number of needed successes of `base` devices: a percentage is rounded up. */
export function neededOf(threshold: Threshold, base: number): number {
  return 'count' in threshold ? threshold.count : Math.ceil((threshold.partsPerMillion * base) / WHOLE);
}

/** As in a plan: `3`, `5%`, `0.5%`. */
export function renderThreshold(threshold: Threshold): string {
  if ('count' in threshold) return String(threshold.count);
  const whole = Math.floor(threshold.partsPerMillion / 10_000);
  const decimals = String(threshold.partsPerMillion % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${whole}${decimals === '' ? '' : `.${decimals}`}%`;
}
