/** A key of a plan is in every schema that describes plans, written or resolved. */
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/plan/format/key.ts';
import { PLAN_KEYS, ROLLBACK_KEYS } from '../../src/plan/format/plan-keys.ts';
import { WAVE_KEYS } from '../../src/plan/format/wave-keys.ts';
import { readSchema } from '../kit/schemas.ts';

type Schema = { readonly [key: string]: unknown };

function keysAt(
  name: 'journal' | 'preview' | 'rollout-plan' | 'saved-plan',
  pointer: string,
): readonly string[] {
  const properties = pointer
    .split('/')
    .reduce<Schema>((part, key) => part[key] as Schema, readSchema(name) as Schema);
  return Object.keys(properties).sort();
}

describe('a plan file may say every key but those that Breakwater sets', () => {
  const written = (
    of: Readonly<Record<string, { readonly name: string; readonly scope: Scope }>>,
    wanted: Scope,
  ) => Object.values(of).flatMap(({ name, scope }) => (scope === wanted ? [name] : []));

  test('at its top', () => {
    const others = ['version', 'arguments', 'fleet', 'defaults'];
    expect(keysAt('rollout-plan', 'properties')).toEqual([...written(PLAN_KEYS, 'plan'), ...others].sort());
  });

  test('in its waves and their defaults', () => {
    const shared = written(WAVE_KEYS, 'wave-or-defaults');
    const own = [...written(WAVE_KEYS, 'wave'), 'take', 'where'];
    expect(keysAt('rollout-plan', 'properties/defaults/properties')).toEqual([...shared].sort());
    expect(keysAt('rollout-plan', '$defs/wave/properties')).toEqual([...shared, ...own].sort());
  });
});

test('a record and a saved plan have every resolved key', () => {
  expect(keysAt('journal', '$defs/plan/properties')).toEqual(Object.keys(PLAN_KEYS).sort());
  expect(keysAt('journal', '$defs/wave/properties')).toEqual(Object.keys(WAVE_KEYS).sort());
  const saved = (of: Readonly<Record<string, { readonly scope: Scope }>>) =>
    Object.keys(of).filter((name) => of[name]?.scope !== 'nowhere');
  expect(keysAt('saved-plan', 'properties/plan/properties')).toEqual(saved(PLAN_KEYS).sort());
  expect(keysAt('saved-plan', '$defs/wave/properties')).toEqual(saved(WAVE_KEYS).sort());
});

test('so have their rollbacks', () => {
  const names = Object.values(ROLLBACK_KEYS).map(({ name }) => name);
  const resolved = Object.keys(ROLLBACK_KEYS).sort();
  expect(keysAt('rollout-plan', 'properties/rollback/properties')).toEqual(names.sort());
  expect(keysAt('journal', '$defs/plan/properties/rollback/properties')).toEqual(resolved);
  expect(keysAt('saved-plan', 'properties/plan/properties/rollback/properties')).toEqual(resolved);
});

test('a preview has every key by which a wave waits', () => {
  const waits = Object.entries(WAVE_KEYS).filter(([, { preview }]) => preview.kind === 'wait');
  const shown = keysAt('preview', 'properties/waves/items/properties');
  expect(waits.map(([name]) => name).filter((name) => !shown.includes(name))).toEqual([]);
});
