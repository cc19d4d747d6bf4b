/**
 * Chance, by name: whatever is drawn depends on the seed and on what it is drawn for, never on what was drawn before.
 * So the order in which calls arrive, and how often anyone asks, changes nothing.
 */
import { hashText, seededRandom } from '../../base/random.ts';
import type { Random } from '../../base/random.ts';

/** The numbers of one thing, such as one device in its first deployment. */
export function randomOf(seed: number, ...name: readonly (string | number)[]): Random {
  return seededRandom(hashText([seed, ...name].join('/')));
}

/** A number of the standard normal distribution (Box-Muller). */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** A UUID of version 4's form. */
export function drawUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = Math.floor(8 + random() * 4).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}
