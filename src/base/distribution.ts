/**
 * How often a count comes up: binomial and hypergeometric, exact to about 13 digits for counts of a million and more.
 *
 * Neighbouring probabilities have a simple ratio, so they are laid out from the likeliest count to both sides, until they
 * no longer matter, and then scaled to sum up to 1. No factorials, no logarithms, nothing that cancels.
 */

/** The chance of each count from `from` on; those left out at either end are next to impossible. */
export type Distribution = { readonly from: number; readonly chances: readonly number[] };

/** What is below this part of the likeliest count's chance is left out. */
const NEGLIGIBLE = 1e-20;

/** How many of `count` things are hit, each with `chance` by itself. */
export function binomial(count: number, chance: number): Distribution {
  if (chance <= 0) return { from: 0, chances: [1] };
  if (chance >= 1) return { from: count, chances: [1] };
  const odds = chance / (1 - chance);
  return layOut({
    least: 0,
    most: count,
    likeliest: Math.min(count, Math.floor((count + 1) * chance)),
    ratio: (at) => ((count - at) / (at + 1)) * odds,
  });
}

/** How many of `drawn` things are marked, drawn from `all` of which `marked` are. */
export function hypergeometric(all: number, marked: number, drawn: number): Distribution {
  return layOut({
    least: Math.max(0, drawn - (all - marked)),
    most: Math.min(drawn, marked),
    likeliest: Math.min(Math.min(drawn, marked), Math.floor(((drawn + 1) * (marked + 1)) / (all + 2))),
    ratio: (at) => ((marked - at) / (at + 1)) * ((drawn - at) / (all - marked - drawn + at + 1)),
  });
}

/** Of the counts up to a limit: how likely they are together, and what they bring to the mean. */
export type Portion = { readonly chance: number; readonly mean: number };

/** Asks a distribution for many limits. */
export function cumulate({ from, chances }: Distribution): (limit: number) => Portion {
  const partials: Portion[] = [];
  let sum: Portion = NOTHING;
  for (const [at, chance] of chances.entries()) {
    sum = { chance: sum.chance + chance, mean: sum.mean + chance * (from + at) };
    partials.push(sum);
  }
  return (limit) => partials[Math.min(partials.length - 1, limit - from)] ?? NOTHING;
}

const NOTHING: Portion = { chance: 0, mean: 0 };

type Shape = {
  readonly least: number;
  readonly most: number;
  readonly likeliest: number;
  /** The chance of `at + 1` over that of `at`. */
  readonly ratio: (at: number) => number;
};

function layOut({ least, most, likeliest, ratio }: Shape): Distribution {
  const below: number[] = [];
  for (let at = likeliest, weight = 1; at > least; at--) {
    weight /= ratio(at - 1);
    if (weight < NEGLIGIBLE) break;
    below.push(weight);
  }
  const above: number[] = [];
  for (let at = likeliest, weight = 1; at < most; at++) {
    weight *= ratio(at);
    if (weight < NEGLIGIBLE) break;
    above.push(weight);
  }
  // The small ones first, so that they are not lost in the sum.
  const total = [...below, ...above].toSorted((a, b) => a - b).reduce((sum, weight) => sum + weight, 0) + 1;
  return {
    from: likeliest - below.length,
    chances: [...below.toReversed(), 1, ...above].map((weight) => weight / total),
  };
}
