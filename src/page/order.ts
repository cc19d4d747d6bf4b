/** In which order rows stand. What is equal keeps the order in which it was given. */

export type Direction = 'ascending' | 'descending';

/** `keys` by row. Rows without one, `NaN`, stand last in either direction. */
export function sortRows(rows: Uint32Array, keys: ArrayLike<number>, direction: Direction): Uint32Array {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const left = keys[a] ?? NaN;
    const right = keys[b] ?? NaN;
    if (left === right) return 0;
    if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
    return Number.isNaN(right) ? -1 : sign * (left - right);
  });
}

/** The place of each text among all of them, so that texts are sorted like numbers. */
export function ranksOf(texts: readonly string[]): Uint32Array {
  const sorted = Uint32Array.from(texts.keys()).sort((a, b) => compare(texts[a] ?? '', texts[b] ?? ''));
  const ranks = new Uint32Array(texts.length);
  let rank = 0;
  sorted.forEach((text, place) => {
    if (place > 0 && texts[text] !== texts[sorted[place - 1] ?? 0]) rank = place;
    ranks[text] = rank;
  });
  return ranks;
}

/** Much quicker than by a language's own order, and serials are of no language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
