/** Which wave of the one plan is which of the other. */
import type { Serial } from '../../plan/identifiers.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';

/** Indexes into the waves of the plans. */
export type WavePair = {
  readonly before: number | null;
  readonly after: number | null;
  /** Whether it has changed its place among the waves that are in both plans. */
  readonly isMoved: boolean;
};

type Plans = { readonly before: RolloutPlan; readonly after: RolloutPlan };

/**
 * By name; and where a name is in one plan alone, by devices: a wave that has kept more than half of them, and whose
 * devices are for more than half the same, has another name. In the new plan's order, what is removed last.
 */
export function pairWaves({ before, after }: Plans): readonly WavePair[] {
  const matched = matchByName({ before, after });
  for (const [to, from] of matchByDevices({ before, after }, matched)) matched.set(to, from);
  const kept = after.waves.flatMap((_, to) => matched.get(to) ?? []);
  const inOrder = longestRise(kept);
  const taken = new Set(matched.values());
  return [
    ...after.waves.map((_, to): WavePair => {
      const from = matched.get(to) ?? null;
      return { before: from, after: to, isMoved: from !== null && !inOrder.has(from) };
    }),
    ...before.waves.flatMap((_, from): WavePair | readonly [] =>
      taken.has(from) ? [] : { before: from, after: null, isMoved: false },
    ),
  ];
}

/** From the new plan's waves to the old one's. */
function matchByName({ before, after }: Plans): Map<number, number> {
  const known = new Map(before.waves.map(({ name }, index) => [name, index]));
  return new Map(
    after.waves.flatMap(({ name }, to) => {
      const from = known.get(name);
      return from === undefined ? [] : [[to, from] as const];
    }),
  );
}

function matchByDevices({ before, after }: Plans, matched: ReadonlyMap<number, number>): Map<number, number> {
  const taken = new Set(matched.values());
  const free = new Map<Serial, number>();
  for (const [from, { devices }] of before.waves.entries())
    if (!taken.has(from)) for (const serial of devices) free.set(serial, from);
  const found = new Map<number, number>();
  if (free.size === 0) return found;
  for (const [to, { devices }] of after.waves.entries()) {
    if (matched.has(to)) continue;
    const shared = new Map<number, number>();
    for (const serial of devices) {
      const from = free.get(serial);
      if (from !== undefined) shared.set(from, (shared.get(from) ?? 0) + 1);
    }
    // More than half of both: there can be one such wave at the most.
    for (const [from, count] of shared)
      if (2 * count > Math.max(devices.length, before.waves[from]?.devices.length ?? 0)) found.set(to, from);
  }
  return found;
}

/** The longest part of the numbers, which all differ, that rises: what need not be said to have moved. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  /** For each length, where the rise of that length ends which ends lowest. */
  const ends: number[] = [];
  const previous = new Map<number, number | null>();
  for (const number of numbers) {
    const longer = ends.findIndex((end) => end > number);
    const at = longer < 0 ? ends.length : longer;
    previous.set(number, ends[at - 1] ?? null);
    ends[at] = number;
  }
  const rise = new Set<number>();
  for (let at = ends.at(-1) ?? null; at !== null; at = previous.get(at) ?? null) rise.add(at);
  return rise;
}
