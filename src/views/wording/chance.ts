/** Odds in words and numbers. */
import { renderNumber } from '../../base/text.ts';

/** A chance for a person: `77%`, `6.1%`, `99.6%`. Nothing that can happen is called impossible, nor certain what need not. */
export function renderChance(chance: number): string {
  const percent = chance * 100;
  if (chance <= 0) return '0%';
  if (chance >= 1) return '100%';
  if (percent < 0.1) return 'under 0.1%';
  if (percent > 99.9) return 'over 99.9%';
  return percent >= 10 && percent <= 90 ? `${Math.round(percent)}%` : `${percent.toFixed(1)}%`;
}

/** A number on average: `about 41`, or `about 0.3` where it is small. */
export function renderMean(mean: number): string {
  if (mean === 0) return 'none';
  if (mean < 0.05) return 'under 0.1';
  return `about ${mean < 9.95 ? mean.toFixed(1).replace(/\.0$/, '') : renderNumber(Math.round(mean))}`;
}
