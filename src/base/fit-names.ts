/** Names in few columns. People tell names apart by what differs, which often stands at the end: `berlin-store-…-17`. */
import { displayWidth } from './columns.ts';

const NAME_COLUMNS_MAX = 32;

/** How much of a terminal of `columns` a name may take: half at most, so that there is room for what is said of it. */
export function nameColumns(columns: number): number {
  return Math.max(1, Math.min(NAME_COLUMNS_MAX, Math.floor(columns / 2)));
}

const CUT = '…';

/** Parts of the columns that are left to the end of a name; the first by which names stay different is taken. */
const ENDS = [1 / 3, 1 / 2, 3 / 4];

/** Each of `names` in at most `columns` columns. Names that differ are cut so that they still do, if there is any room. */
export function fitNames(names: readonly string[], columns: number): readonly string[] {
  if (names.every((name) => displayWidth(name) <= columns)) return names;
  const distinct = [...new Set(names)];
  const fitted = ENDS.map((end) => cutAll(distinct, (name) => cutMiddle(name, columns, end)));
  const best = fitted.find((one) => one.isDistinct) ?? cutAll(distinct, cutToDifference(distinct, columns));
  return names.map((name) => best.cut.get(name) ?? name);
}

function cutAll(names: readonly string[], cut: (name: string) => string) {
  const all = new Map(names.map((name) => [name, cut(name)]));
  return { cut: all, isDistinct: new Set(all.values()).size === names.length };
}

function cutMiddle(name: string, columns: number, end: number): string {
  if (displayWidth(name) <= columns) return name;
  const room = Math.max(0, columns - 1);
  const tail = takeEnd(name, Math.floor(room * end));
  return `${takeStart(name, room - displayWidth(tail))}${columns < 1 ? '' : CUT}${tail}`;
}

/** Of names that are alike at both ends, what is shown is where each parts from another, and what follows it. */
function cutToDifference(names: readonly string[], columns: number): (name: string) => string {
  const split = names.map((name) => segmentsOf(name));
  return (name) => {
    if (displayWidth(name) <= columns) return name;
    const own = segmentsOf(name);
    const partings = new Set(split.map((other) => sharedLength(own, other)).filter((at) => at < own.length));
    let kept: ReadonlySet<number> = new Set();
    const first = Math.min(...partings);
    for (const at of [
      ...partings,
      ...Array.from(own.keys()).filter((index) => index > first),
      ...own.keys(),
    ]) {
      const more = new Set([...kept, at]);
      if (displayWidth(join(own, more)) <= columns) kept = more;
    }
    return join(own, kept);
  };
}

function join(segments: readonly string[], kept: ReadonlySet<number>): string {
  return segments
    .map((segment, at) => (kept.has(at) ? segment : at === 0 || kept.has(at - 1) ? CUT : ''))
    .join('');
}

function sharedLength(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function segmentsOf(text: string): readonly string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function takeStart(text: string, columns: number): string {
  return take(segmentsOf(text), columns).join('');
}

function takeEnd(text: string, columns: number): string {
  return take(segmentsOf(text).toReversed(), columns).reverse().join('');
}

function take(segments: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const segment of segments) {
    width += displayWidth(segment);
    if (width > columns) break;
    taken.push(segment);
  }
  return taken;
}
