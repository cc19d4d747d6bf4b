import { present } from '../../src/base/assert.ts';
import type { Random } from '../../src/base/random.ts';

export function pick<T>(random: Random, items: readonly T[]): T {
  return present(items[Math.floor(random() * items.length)], 'something to pick from');
}
