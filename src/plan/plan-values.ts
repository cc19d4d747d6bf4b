/**
 * Differences between two plans or waves, except devices, by the keys of a plan file and written as in a plan file. If the
 * entries of two different values are equal, the values themselves are shown.
 */
import { UNKNOWN_ARTIFACT } from './collect-artifacts.ts';
import { sortKeys } from './digest.ts';
import { listedNamesOf } from './format/key.ts';
import type { Entry, Listed } from './format/key.ts';
import { PLAN_KEYS } from './format/plan-keys.ts';
import { WAVE_KEYS } from './format/wave-keys.ts';
import type { SizedWave } from './format/wave-keys.ts';
import type { ArtifactUuid } from './identifiers.ts';
import type { RolloutPlan, Wave } from './rollout-plan.ts';

export type ValueChange = {
  readonly key: string;
  /** `null` if the plan does not have it. */
  readonly before: string | null;
  readonly after: string | null;
};

/** A change, with its key in the resolved plan or wave. */
export type SettingChange = ValueChange & { readonly of: string };

export function comparePlanValues(before: RolloutPlan, after: RolloutPlan): readonly SettingChange[] {
  return compareWith(PLAN_KEYS, before, after);
}

export function compareWaveValues(before: Wave, after: Wave): readonly SettingChange[] {
  return compareWith(WAVE_KEYS, sizeWave(before), sizeWave(after));
}

function sizeWave(wave: Wave): SizedWave {
  const { size } = wave.batch;
  return { ...wave, batch: { ...wave.batch, size: size === wave.devices.length ? null : size } };
}

/** `null` for an artifact that is named by file and has no recorded upload. */
export function knownArtifact({ artifact: { uuid } }: RolloutPlan): ArtifactUuid | null {
  return uuid === UNKNOWN_ARTIFACT ? null : uuid;
}

/** The values before and after, for people: arguments in quotes, `none` for a missing value. */
export function renderValues({ key, before, after }: ValueChange): readonly [before: string, after: string] {
  const isText = key.includes('arguments.');
  const render = (value: string | null): string =>
    value === null ? 'none' : isText || value === '' ? `'${value}'` : value;
  return [render(before), render(after)];
}

/** Of every key that either of them has, known here or not: a record may be of a later release. */
function compareWith<Whole extends object>(
  keys: Listed<Whole>,
  before: Whole,
  after: Whole,
): readonly SettingChange[] {
  const names = new Set<keyof Whole & string>([
    ...listedNamesOf(keys),
    ...namesIn(before),
    ...namesIn(after),
  ]);
  return [...names].flatMap((name): readonly SettingChange[] => {
    const key = Object.hasOwn(keys, name) ? keys[name] : { name, entries: () => [] };
    if (key.entries === 'paired') return [];
    const listed = compareEntries(key.entries(before[name]), key.entries(after[name]));
    const [was, is] = [renderWhole(before[name]), renderWhole(after[name])];
    if (listed.length === 0 && was !== is) return [{ key: name, before: was, after: is, of: name }];
    return listed.map(({ key: suffix, ...sides }) => ({ key: key.name + suffix, ...sides, of: name }));
  });
}

function namesIn<Whole extends object>(value: Whole): readonly (keyof Whole & string)[] {
  return Object.keys(value) as (keyof Whole & string)[];
}

function renderWhole(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(sortKeys(value));
}

/** In the order of the keys of `after`, then of `before`. */
function compareEntries(before: readonly Entry[], after: readonly Entry[]): readonly ValueChange[] {
  const [old, fresh] = [new Map(before), new Map(after)];
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key) ?? null, fresh.get(key) ?? null];
    return was === is ? [] : [{ key, before: was, after: is }];
  });
}
