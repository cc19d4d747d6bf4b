import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseDuration, DURATION_PATTERN } from '../../src/base/duration.ts';
import { SERIAL_PATTERN, parseRolloutName } from '../../src/plan/identifiers.ts';
import { DURATION_MS_MAX, TIMEOUT_MS_MIN } from '../../src/plan/limits.ts';
import { PLAN_DEFAULTS } from '../../src/plan/rollout-plan.ts';
import { PERCENTAGE_PATTERN } from '../../src/plan/threshold.ts';

type Schema = { readonly [key: string]: unknown };

const read = (name: string): Schema =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'schemas', `${name}.schema.json`), 'utf8'),
  ) as Schema;

const plan = read('rollout-plan');
const saved = read('saved-plan');

/** The part of a schema that a JSON pointer leads to. */
function at(schema: Schema, pointer: string): Schema {
  return pointer
    .split('/')
    .slice(1)
    .reduce<Schema>((part, key) => part[key] as Schema, schema);
}

/** Each subschema of the plan's, with the pointer that leads to it. */
function listParts(schema: Schema, pointer = ''): readonly (readonly [string, Schema])[] {
  const below: (readonly [string, Schema])[] = [];
  for (const key of ['properties', '$defs']) {
    for (const [name, part] of Object.entries((schema[key] ?? {}) as Schema)) {
      below.push(...listParts(part as Schema, `${pointer}/${key}/${name}`));
    }
  }
  for (const key of ['items', 'additionalProperties', 'propertyNames']) {
    if (typeof schema[key] === 'object') below.push(...listParts(schema[key] as Schema, `${pointer}/${key}`));
  }
  return [[pointer, schema], ...below];
}

const parts = listParts(plan);

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  ajv.addVocabulary(['patternErrorMessage', 'errorMessage', 'defaultSnippets']);
  ajv.addSchema(plan);
  return ajv;
}

describe('the schema of plans', () => {
  test('is of the draft that editors and the validator share', () => {
    expect(plan['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  test.each(parts.filter(([pointer]) => /properties\/[^/]+$/.test(pointer)))(
    '%s is described',
    (_pointer, part) => {
      const referred = typeof part['$ref'] === 'string' ? at(plan, part['$ref'].slice(1)) : {};
      expect(part['description'] ?? referred['description']).toMatch(/^[A-Z].{15,}\.$/);
    },
  );

  test.each(parts.filter(([, part]) => 'examples' in part || 'default' in part))(
    'the examples and the default of %s are valid',
    (pointer, part) => {
      const id = String(plan['$id']);
      const validate = createAjv().compile({ $ref: pointer === '' ? id : `${id}#${pointer}` });
      const values = [
        ...((part['examples'] ?? []) as unknown[]),
        ...('default' in part ? [part['default']] : []),
      ];
      expect(values).not.toHaveLength(0);
      for (const value of values) expect([value, validate(value)]).toEqual([value, true]);
    },
  );

  test.each(parts.filter(([, part]) => typeof part['pattern'] === 'string'))(
    'the pattern of %s is said in words',
    (_pointer, part) => {
      expect(part['patternErrorMessage']).toMatch(/^(?:a|1) /);
    },
  );

  test.each(parts.filter(([, part]) => part['type'] === 'object' || 'properties' in part))(
    '%s says which keys it may have',
    (_pointer, part) => {
      expect(part['additionalProperties']).toBeDefined();
    },
  );
});

describe('schemas and source say the same', () => {
  test.each([
    ['/$defs/devices/items', SERIAL_PATTERN],
    ['/$defs/duration', DURATION_PATTERN],
    ['/$defs/threshold', PERCENTAGE_PATTERN],
  ])('of %s', (pointer, pattern) => {
    expect(at(plan, pointer)['pattern']).toBe(pattern.source);
  });

  test.each([
    ['/properties/name', '/properties/plan/properties/name'],
    ['/$defs/wave/properties/name', '/$defs/wave/properties/name'],
    ['/$defs/devices/items', '/$defs/wave/properties/devices/items'],
    ['/$defs/arguments/propertyNames', '/$defs/wave/properties/arguments/propertyNames'],
  ])('plans and saved plans: %s', (ofPlan, ofSaved) => {
    expect(at(saved, ofSaved)['pattern']).toBe(at(plan, ofPlan)['pattern']);
  });

  test('of the name of a rollout', () => {
    const pattern = new RegExp(String(at(plan, '/properties/name')['pattern']), 'u');
    for (const name of [
      'a',
      '0',
      'a.b-c',
      'x'.repeat(64),
      '',
      '.a',
      '-a',
      'A',
      'a b',
      'a/b',
      'x'.repeat(65),
      'é',
      'a\n',
    ]) {
      expect([name, pattern.test(name)]).toEqual([name, parseRolloutName(name) !== null]);
    }
  });

  test('of defaults', () => {
    const defaultOf = (pointer: string): unknown => at(plan, pointer)['default'];
    expect(parseDuration(String(defaultOf('/properties/haltGrace')))).toBe(PLAN_DEFAULTS.haltGraceMs);
    expect(parseDuration(String(defaultOf('/$defs/timeout')))).toBe(PLAN_DEFAULTS.timeoutMs);
    expect(defaultOf('/properties/whenInDoubt')).toBe(PLAN_DEFAULTS.whenInDoubt);
    expect(defaultOf('/$defs/rejected')).toBe(PLAN_DEFAULTS.rejected);
    expect(defaultOf('/$defs/maxFailures')).toBe(PLAN_DEFAULTS.maxFailures.count);
  });

  test('of the longest and the shortest time', () => {
    const ofWave = at(saved, '/$defs/wave/properties/timeoutMs');
    expect([ofWave['minimum'], ofWave['maximum']]).toEqual([TIMEOUT_MS_MIN, DURATION_MS_MAX]);
    expect(at(saved, '/properties/plan/properties/haltGraceMs')['maximum']).toBe(DURATION_MS_MAX);
  });
});
