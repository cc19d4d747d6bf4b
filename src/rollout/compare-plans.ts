/** What differs between two plans, told with both versions. */
import { count, list, renderNumber } from '../base/text.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { comparePlanValues, compareWaveValues, renderValues } from '../plan/plan-values.ts';
import type { SettingChange } from '../plan/plan-values.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';

export type PlanChange =
  /** `wave` is `null` for what concerns the whole plan; `key` as it stands in a plan file. */
  | ({
      readonly kind: 'value';
      readonly wave: WaveName | null;
    } & SettingChange)
  | { readonly kind: 'wave-added' | 'wave-removed'; readonly wave: WaveName; readonly devices: number }
  | { readonly kind: 'order'; readonly before: readonly WaveName[]; readonly after: readonly WaveName[] };

const SERIALS_NAMED = 3;

/** In the new plan's order. Two plans differ here exactly when their digests do. */
export function comparePlans(before: RolloutPlan, after: RolloutPlan): readonly PlanChange[] {
  const earlier = new Map(before.waves.map((wave) => [wave.name, wave]));
  const later = new Set(after.waves.map(({ name }) => name));
  const order = (plan: RolloutPlan) =>
    plan.waves.map(({ name }) => name).filter((name) => earlier.has(name) && later.has(name));
  const isReordered = order(before).join('\n') !== order(after).join('\n');
  return [
    ...compareNames(before, after),
    ...changesOf(null, comparePlanValues(before, after)),
    ...after.waves.flatMap((wave) => compareWave(earlier.get(wave.name), wave)),
    ...before.waves.filter(({ name }) => !later.has(name)).map((wave) => change('wave-removed', wave)),
    ...(isReordered ? [{ kind: 'order', before: order(before), after: order(after) } as const] : []),
  ];
}

/** `wave canary: timeout 30m on record, 45m in the plan`. */
export function describePlanChange(difference: PlanChange): string {
  switch (difference.kind) {
    case 'value': {
      const where = difference.wave === null ? '' : `wave ${difference.wave}: `;
      const [before, after] = renderValues(difference);
      return `${where}${difference.key} ${before} on record, ${after} in the plan`;
    }
    case 'wave-added':
      return `wave ${difference.wave}: added, with ${count(difference.devices, 'device')}`;
    case 'wave-removed':
      return `wave ${difference.wave}: removed, with ${count(difference.devices, 'device')}`;
    case 'order':
      return `order of waves: ${difference.before.join(', ')} on record, ${difference.after.join(', ')} in the plan`;
  }
}

function compareWave(before: Wave | undefined, after: Wave): readonly PlanChange[] {
  if (before === undefined) return [change('wave-added', after)];
  return [...compareDevices(before, after), ...changesOf(after.name, compareWaveValues(before, after))];
}

/** One record has one name, so this is for whoever compares plans otherwise. */
function compareNames({ name: before }: RolloutPlan, { name: after }: RolloutPlan): readonly PlanChange[] {
  return before === after ? [] : [{ kind: 'value', wave: null, of: 'name', key: 'name', before, after }];
}

/** Which devices a wave has, and in which order. */
export function compareDevices(before: Wave, after: Wave): readonly PlanChange[] {
  if (isSameList(before.devices, after.devices)) return [];
  const { name: wave } = after;
  const key = 'devices';
  const gone = without(before.devices, after.devices);
  const come = without(after.devices, before.devices);
  const describe = (devices: readonly Serial[], own: readonly Serial[]) =>
    `${renderNumber(devices.length)}${own.length === 0 ? '' : ` (only here: ${list(own, SERIALS_NAMED)})`}`;
  const isOrder = gone.length + come.length === 0;
  return [
    isOrder
      ? { kind: 'value', wave, of: key, key, before: 'in one order', after: 'in another order' }
      : {
          kind: 'value',
          wave,
          of: key,
          key,
          before: describe(before.devices, gone),
          after: describe(after.devices, come),
        },
  ];
}

function without(devices: readonly Serial[], others: readonly Serial[]): readonly Serial[] {
  const known = new Set(others);
  return devices.filter((serial) => !known.has(serial));
}

function isSameList(a: readonly Serial[], b: readonly Serial[]): boolean {
  return a.length === b.length && a.every((serial, index) => serial === b[index]);
}

function changesOf(wave: WaveName | null, changes: readonly SettingChange[]): readonly PlanChange[] {
  return changes.map((difference) => ({ kind: 'value', wave, ...difference }));
}

function change(kind: 'wave-added' | 'wave-removed', { name, devices }: Wave): PlanChange {
  return { kind, wave: name, devices: devices.length };
}
