/** Which devices change wave from one plan to the other. */
import type { Serial, WaveName } from '../../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import type { WavePair } from './pair-waves.ts';

/** Devices that change wave; `from` is `null` for those that are added, `to` for those that are removed. */
export type DeviceChange = {
  readonly from: WaveName | null;
  readonly to: WaveName | null;
  readonly devices: readonly Serial[];
};

type Plans = { readonly before: RolloutPlan; readonly after: RolloutPlan };

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
