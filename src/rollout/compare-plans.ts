/** What differs between two plans, told with both versions. */
import { renderDuration } from '../base/duration.ts';
import { count, list, renderNumber } from '../base/text.ts';
import { sortKeys } from '../plan/digest.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { describeWindow } from '../plan/describe-window.ts';
import { renderThreshold } from '../plan/threshold.ts';

export type PlanChange =
  /** `wave` is `null` for what concerns the whole plan; `key` as it stands in a plan file. */
  | {
      readonly kind: 'value';
      readonly wave: WaveName | null;
      readonly key: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'wave-added' | 'wave-removed'; readonly wave: WaveName; readonly devices: number }
  | { readonly kind: 'order'; readonly before: readonly WaveName[]; readonly after: readonly WaveName[] };

const SERIALS_NAMED = 3;

/** In the new plan's order. */
export function comparePlans(before: RolloutPlan, after: RolloutPlan): readonly PlanChange[] {
  const earlier = new Map(before.waves.map((wave) => [wave.name, wave]));
  const later = new Set(after.waves.map(({ name }) => name));
  const order = (plan: RolloutPlan) =>
    plan.waves.map(({ name }) => name).filter((name) => earlier.has(name) && later.has(name));
  const isReordered = order(before).join('\n') !== order(after).join('\n');
  return [
    ...compareValues(null, tellPlan(before), tellPlan(after)),
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
      return `${where}${difference.key} ${difference.before} on record, ${difference.after} in the plan`;
    }
    case 'wave-added':
      return `wave ${difference.wave}: added, with ${count(difference.devices, 'device')}`;
    case 'wave-removed':
      return `wave ${difference.wave}: removed, with ${count(difference.devices, 'device')}`;
    case 'order':
      return `the order of the waves: ${difference.before.join(', ')} on record, ${difference.after.join(', ')} in the plan`;
  }
}

function compareWave(before: Wave | undefined, after: Wave): readonly PlanChange[] {
  if (before === undefined) return [change('wave-added', after)];
  return [...compareDevices(before, after), ...compareValues(after.name, tellWave(before), tellWave(after))];
}

function compareDevices(before: Wave, after: Wave): readonly PlanChange[] {
  if (isSameList(before.devices, after.devices)) return [];
  const { name: wave } = after;
  const key = 'devices';
  const gone = without(before.devices, after.devices);
  const come = without(after.devices, before.devices);
  const told = (devices: readonly Serial[], own: readonly Serial[]) =>
    `${renderNumber(devices.length)}${own.length === 0 ? '' : ` (only there: ${list(own, SERIALS_NAMED)})`}`;
  const isOrder = gone.length + come.length === 0;
  return [
    isOrder
      ? { kind: 'value', wave, key, before: 'in their order', after: 'in another' }
      : { kind: 'value', wave, key, before: told(before.devices, gone), after: told(after.devices, come) },
  ];
}

function without(devices: readonly Serial[], others: readonly Serial[]): readonly Serial[] {
  const known = new Set(others);
  return devices.filter((serial) => !known.has(serial));
}

function isSameList(a: readonly Serial[], b: readonly Serial[]): boolean {
  return a.length === b.length && a.every((serial, index) => serial === b[index]);
}

/** What can be told of a plan and of a wave, by the keys of a plan file. */
type Told = Readonly<Record<string, string>>;

function tellPlan(plan: RolloutPlan): Told {
  return {
    description: plan.description === null ? 'none' : JSON.stringify(plan.description),
    region: plan.region,
    artifact: plan.artifact.uuid,
    maxFailures: renderOptional(plan.maxFailures),
    haltGrace: renderDuration(plan.haltGraceMs),
    whenInDoubt: plan.whenInDoubt,
    'preflight.minOnline': renderOptional(plan.preflight?.minOnline ?? null),
    rollback: JSON.stringify(sortKeys(plan.rollback ?? {})),
    hooks: JSON.stringify(sortKeys(plan.hooks ?? {})),
  };
}

function tellWave(wave: Wave): Told {
  return {
    arguments: JSON.stringify(sortKeys(wave.arguments)),
    minSuccess: renderOptional(wave.minSuccess),
    maxFailures: renderOptional(wave.maxFailures),
    rejected: wave.rejected,
    timeout: renderDuration(wave.timeoutMs),
    'batch.size': String(wave.batch.size),
    'batch.parallel': String(wave.batch.parallel),
    window: wave.window === undefined ? 'always' : describeWindow(wave.window),
    approval: wave.approval ?? 'none',
    soak: renderDuration(wave.soakMs ?? 0),
    gates: JSON.stringify(sortKeys(wave.gates ?? [])),
  };
}

function renderOptional(threshold: Wave['maxFailures']): string {
  return threshold === null ? 'none' : renderThreshold(threshold);
}

function compareValues(wave: WaveName | null, before: Told, after: Told): readonly PlanChange[] {
  return Object.keys(after).flatMap((key): readonly PlanChange[] => {
    const [was, is] = [before[key] ?? '', after[key] ?? ''];
    return was === is ? [] : [{ kind: 'value', wave, key, before: was, after: is }];
  });
}

function change(kind: 'wave-added' | 'wave-removed', { name, devices }: Wave): PlanChange {
  return { kind, wave: name, devices: devices.length };
}
