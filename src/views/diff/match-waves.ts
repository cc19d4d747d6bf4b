/** Which wave of the one plan is which of the other, and which devices change wave. */
import type { Serial, WaveName } from '../../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../../plan/rollout-plan.ts';

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

/** Devices that change wave; `from` is `null` for those that are added, `to` for those that are removed. */
export type DeviceChange = {
  readonly from: WaveName | null;
  readonly to: WaveName | null;
  readonly devices: readonly Serial[];
};

/** A wave with another name is the same wave. A change for each pair of waves, in the order of the waves. */
export function compareDevices(
  { before, after }: Plans,
  pairs: readonly WavePair[],
): readonly DeviceChange[] {
  const same = new Map(pairs.map((pair) => [pair.after, pair.before]));
  const placeOf = new Map<Serial, number>();
  for (const [from, { devices }] of before.waves.entries())
    for (const serial of devices) placeOf.set(serial, from);
  const changes = new Map<string, { from: number | null; to: number | null; devices: Serial[] }>();
  const add = (from: number | null, to: number | null, serial: Serial): void => {
    const key = `${from ?? ''}>${to ?? ''}`;
    const known = changes.get(key);
    if (known === undefined) changes.set(key, { from, to, devices: [serial] });
    else known.devices.push(serial);
  };
  for (const [to, { devices }] of after.waves.entries()) {
    for (const serial of devices) {
      const from = placeOf.get(serial) ?? null;
      placeOf.delete(serial);
      if (from === null || same.get(to) !== from) add(from, to, serial);
    }
  }
  // What is left is in no wave of the new plan.
  for (const [serial, from] of placeOf) add(from, null, serial);
  const rank = (index: number | null): number => index ?? Infinity;
  return [...changes.values()]
    .sort((a, b) => (a.from === b.from ? rank(a.to) - rank(b.to) : rank(a.from) - rank(b.from)))
    .map(({ from, to, devices }) => ({
      from: nameAt(before, from),
      to: nameAt(after, to),
      devices,
    }));
}

function nameAt({ waves }: RolloutPlan, index: number | null): DeviceChange['from'] {
  return index === null ? null : (waves[index]?.name ?? null);
}

/** Whether the devices that are in both versions of a wave stand in another order. */
export function isReordered(before: Wave, after: Wave): boolean {
  const [old, fresh] = [new Set(before.devices), new Set(after.devices)];
  const kept = after.devices.filter((serial) => old.has(serial));
  return before.devices.filter((serial) => fresh.has(serial)).some((serial, index) => serial !== kept[index]);
}
