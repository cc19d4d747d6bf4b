import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { diffPlans, isSamePlan } from '../../src/views/diff/plan-diff.ts';
import { comparePlans } from '../../src/rollout/compare-plans.ts';
import { previewRollout } from '../../src/rollout/preview.ts';
import fc, { runs } from '../kit/fast-check.ts';
import { readSchema } from '../kit/schemas.ts';
import { load } from '../plan/files.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: unknown };
type Path = readonly (string | number)[];

const POLLING = { minIntervalMs: 5_000, maxIntervalMs: 300_000 };

/** Of a document, how it would be written otherwise in one place. */
type Mutation = { readonly pointer: string; readonly path: Path; readonly value: Json | undefined };

/** What the keys of a schema may be given; those are taken that it allows. */
const VALUES: readonly Json[] = [
  true,
  false,
  0,
  1,
  2,
  3,
  '1%',
  '60%',
  '99%',
  'rest',
  '1m',
  '2m',
  '7s',
  70_000,
  120_000,
  'us',
  'eu',
  'stop',
  'post-again',
  'ignore',
  'failure',
  'required',
  'none',
  'always',
  'listed',
  'shuffled',
  '',
  'other',
  'sn',
  'b.csv',
  'UTC',
  'Asia/Taipei',
  '02:00',
  '03:30',
  'tue',
  'b',
  'd-1',
  'd-9',
  '0a0a0a0a-3b80-4f7a-8bd1-6dfb1d3a125a',
  null,
  { count: 1 },
  { count: 7 },
  { partsPerMillion: 990_000 },
];

const COMMAND = { name: 'tell', run: ['./tell.sh', 'all'], timeout: '5m' };
const GATE = { ...COMMAND, retries: 4, interval: '9s' };
const WINDOW = { days: ['mon', 'wed'], from: '01:00', to: '05:00', timeZone: 'Europe/Berlin' };
const SETTINGS = {
  arguments: { a: 'x' },
  minSuccess: '50%',
  maxFailures: 5,
  rejected: 'failure',
  timeout: '30m',
  batch: { size: 4, parallel: 4 },
  window: WINDOW,
  approval: 'required',
  soak: '3m',
  gates: [GATE],
};

/** Everything that a plan may say is said in it; one of the waves says nothing, and takes what `defaults` say. */
const DOCUMENT: Json = {
  version: 1,
  name: 'camera-2.14',
  description: 'Cameras',
  region: 'us',
  artifact: { uuid: 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a' },
  arguments: { b: 'y' },
  maxFailures: '10%',
  haltGrace: '10m',
  whenInDoubt: 'stop',
  rollback: {
    artifact: { uuid: 'b5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a' },
    arguments: { c: 'z' },
    automatic: false,
    maxFailures: 3,
    maxTimedOut: '5%',
    batch: { size: 2, parallel: 2 },
    timeout: '30m',
  },
  preflight: { minOnline: '90%' },
  hooks: {
    beforeRollout: COMMAND,
    beforeWave: [COMMAND],
    afterWave: COMMAND,
    onWait: COMMAND,
    onDoubt: COMMAND,
    onStop: COMMAND,
    onHalt: COMMAND,
    afterRollout: COMMAND,
  },
  fleet: { file: 'a.csv', serialColumn: 'serial', order: 'shuffled', seed: 's' },
  defaults: SETTINGS,
  waves: [
    { name: 'a', devices: ['n-1', 'n-2', 'n-3', 'n-4', 'n-5', 'n-6', 'n-7', 'n-8'], ...SETTINGS },
    { name: 'taken', take: '50%', where: { site: 'here' } },
    { name: 'file', devices: { file: 'c.csv', serialColumn: 'serial' } },
  ],
};

const fleetOf = (mark: string) =>
  `serial,sn,site\n${Array.from({ length: 16 }, (_, n) => `${mark}-${n},${mark}s-${n},${n % 3 === 0 ? 'other' : 'here'}`).join('\n')}\n`;
const FILES = { 'a.csv': fleetOf('f'), 'b.csv': fleetOf('g'), 'c.csv': fleetOf('h') };

function compileSchema(schema: Schema): (value: Json) => boolean {
  const validate = new Ajv2020({ strict: false }).compile(schema);
  return (value) => validate(value);
}

function resolveDocument(document: Json): RolloutPlan | null {
  return load(JSON.stringify(document), FILES).plan;
}

/** Leads to its definition, with what stands beside the reference. */
function follow(schema: Schema, whole: Schema): Schema {
  const { $ref: ref, ...beside } = schema;
  if (typeof ref !== 'string') return schema;
  const target = ref
    .split('/')
    .slice(1)
    .reduce<Schema>((part, key) => part[key] as Schema, whole);
  return { ...follow(target, whole), ...beside };
}

type Walk = { readonly whole: Schema; readonly visit: (found: Found) => void };
type Found = { readonly pointer: string; readonly path: Path; readonly value: Json; readonly schema: Schema };

/** Each place of `value` that `schema` speaks of; `pointer` names it by its keys. */
function walk(schema: Schema, found: Omit<Found, 'schema'>, context: Walk): void {
  const own = follow(schema, context.whole);
  const { pointer, path, value } = found;
  context.visit({ ...found, schema: own });
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      walk(
        (own['items'] ?? {}) as Schema,
        { pointer: `${pointer}[]`, path: [...path, index], value: item as Json },
        context,
      );
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const named = (own['properties'] ?? {}) as Schema;
  for (const [key, below] of Object.entries(value)) {
    const schemaOf = (named[key] ?? own['additionalProperties']) as Schema;
    const at = key in named ? key : '*';
    walk(schemaOf, { pointer: `${pointer}.${at}`, path: [...path, key], value: below }, context);
  }
}

function listFound(value: Json, schema: Schema, whole: Schema): readonly Found[] {
  const all: Found[] = [];
  walk(schema, { pointer: '', path: [], value }, { whole, visit: (one) => all.push(one) });
  return all;
}

/** Every key that the schema names below where it is used, as `walk` names them. */
function listKeys(schema: Schema, whole: Schema, pointer = ''): readonly string[] {
  const own = follow(schema, whole);
  const named = Object.entries((own['properties'] ?? {}) as Schema).flatMap(([key, below]) => [
    `${pointer}.${key}`,
    ...listKeys(below as Schema, whole, `${pointer}.${key}`),
  ]);
  const items = own['items'] === undefined ? [] : listKeys(own['items'] as Schema, whole, `${pointer}[]`);
  return [...named, ...items];
}

/** The keys below which there are no others; what is a threshold counts as one. */
function listLeaves(found: readonly Found[]): readonly string[] {
  const keys = [...new Set(found.map(({ pointer }) => pointer.replace(/\.(?:count|partsPerMillion)$/, '')))];
  const isAbove = (key: string, other: string) =>
    /^(?:\[\])*\./.test(other.slice(key.length)) && other.startsWith(key);
  return keys.filter((key) => /\.\w+$/.test(key) && !keys.some((other) => isAbove(key, other)));
}

function setAt(value: Json, [key, ...rest]: Path, to: Json | undefined): Json {
  if (key === undefined) return present(to ?? null, 'a value');
  if (Array.isArray(value)) {
    const [list, index] = [value as readonly Json[], Number(key)];
    const changed = rest.length === 0 ? to : setAt(list[index] ?? null, rest, to);
    return changed === undefined ? list.toSpliced(index, 1) : list.with(index, changed);
  }
  const object = value as { readonly [key: string]: Json };
  const { [key]: old, ...others } = object;
  const changed = rest.length === 0 ? to : setAt(present(old, 'what is changed'), rest, to);
  return changed === undefined ? others : { ...object, [key]: changed };
}

function getAt(value: Json, path: Path): Json {
  return path.reduce<Json>((part, key) => (part as { readonly [key: string]: Json })[key] as Json, value);
}

/** Other values of what is no object and no list, and the object or list without each of its keys or items. */
function listMutations(document: Json, found: readonly Found[]): readonly Mutation[] {
  return found.flatMap(({ pointer, path, value }): readonly Mutation[] => {
    const without = path.length === 0 ? [] : [{ pointer, path, value: undefined }];
    const isLeaf =
      typeof value !== 'object' || value === null || 'count' in value || 'partsPerMillion' in value;
    if (!isLeaf && !Array.isArray(value)) return without;
    if (Array.isArray(value)) return [...without, { pointer, path, value: value.toReversed() as Json }];
    const now = JSON.stringify(getAt(document, path));
    const others = VALUES.filter((other) => JSON.stringify(other) !== now);
    return [...without, ...others.map((other) => ({ pointer, path, value: other }))];
  });
}

function expectToAgree(before: RolloutPlan, after: RolloutPlan): void {
  const isSame = digestPlan(before) === digestPlan(after);
  expect(comparePlans(before, after).length === 0).toBe(isSame);
}

/** By the comparison of two plans that are reviewed, too. */
function expectBothToAgree(before: RolloutPlan, after: RolloutPlan): void {
  expectToAgree(before, after);
  const diff = diffPlans({ before: previewRollout(before, POLLING), after: previewRollout(after, POLLING) });
  expect(isSamePlan(diff)).toBe(digestPlan(before) === digestPlan(after));
}

describe('two plans compare equal exactly when their digests do', () => {
  const schema = readSchema('rollout-plan') as Schema;
  const base = present(resolveDocument(DOCUMENT), 'a plan that says everything');
  const found = listFound(DOCUMENT, schema, schema);
  /** Those that give a plan that can be run. */
  let changed: readonly { readonly pointer: string; readonly plan: RolloutPlan }[];

  beforeAll(() => {
    const isValid = compileSchema(schema);
    changed = listMutations(DOCUMENT, found).flatMap(({ pointer, path, value }) => {
      const document = setAt(DOCUMENT, path, value);
      const plan = isValid(document) ? resolveDocument(document) : null;
      return plan === null ? [] : [{ pointer, plan }];
    });
  });

  test('and the plan that they are held by says every key of the schema', () => {
    const said = new Set(found.map(({ pointer }) => pointer));
    // Which artifact a file is, is looked up on record: what it comes to is the UUID.
    // So is how a file is read, whose serials are what a plan holds.
    const left = listKeys(schema, schema).filter(
      (key) => !said.has(key) && !/artifact\.file$|\.delimiter$/.test(key),
    );
    // A hook is a command or a list of them, and `walk` has gone both ways.
    expect(left.filter((key) => !/^\.hooks\.\w+(?:\[\])?\.(?:name|run|timeout)$/.test(key))).toEqual([]);
  });

  test('whichever of its keys is written otherwise', () => {
    for (const { plan } of changed) expectToAgree(base, plan);
    const told = new Set(
      changed.filter(({ plan }) => digestPlan(plan) !== digestPlan(base)).map(({ pointer }) => pointer),
    );
    // Of the version no other value is allowed.
    const keys = listLeaves(found).filter((key) => key !== '.version');
    expect(keys.filter((key) => !told.has(key))).toEqual([]);
  });

  test('whichever two of them are', () => {
    const anyPlan = fc
      .nat({ max: changed.length - 1 })
      .map((index) => present(changed[index], 'a plan').plan);
    fc.assert(fc.property(anyPlan, anyPlan, expectBothToAgree), { numRuns: runs(60) });
  });
});

test('of plans on record, too, every key that the schema of journals names is compared', () => {
  const whole = readSchema('journal') as Schema & { readonly $defs: { readonly plan: Schema } };
  const { plan: schema } = whole.$defs;
  const rollbackOf = { name: 'camera-2.13', startedAt: 1_000 };
  const threshold = {
    maxFailures: { count: 5 },
    minSuccess: { partsPerMillion: 500_000 },
    maxTimedOut: { count: 4 },
    unknown: 'timed-out',
  };
  const resolved = present(resolveDocument(DOCUMENT), 'a plan that says everything');
  const waves = resolved.waves.map((wave) => ({ ...wave, ...threshold }));
  const base = JSON.parse(JSON.stringify({ ...resolved, waves, rollbackOf })) as Json;
  const found = listFound(base, schema, whole);
  const said = new Set(found.map(({ pointer }) => pointer));
  const left = listKeys(schema, whole).filter((key) => !said.has(key));
  expect(left.filter((key) => !/\.(?:count|partsPerMillion)$/.test(key))).toEqual([]);
  const isValid = compileSchema({ ...schema, $defs: whole.$defs });
  const plan = (value: Json) => value as unknown as RolloutPlan;
  const told = new Set<string>();
  for (const { pointer, path, value } of listMutations(base, found)) {
    const changed = setAt(base, path, value);
    if (!isValid(changed)) continue;
    const isSame = digestPlan(plan(base)) === digestPlan(plan(changed));
    expect([pointer, comparePlans(plan(base), plan(changed)).length === 0]).toEqual([pointer, isSame]);
    if (!isSame) told.add(pointer);
  }
  expect(listLeaves(found).filter((key) => !told.has(key))).toEqual([]);
});

test('a key that only a later release knows is compared as well', () => {
  const plan = present(resolveDocument(DOCUMENT), 'a plan');
  const later = { ...plan, catchUp: { forMs: 1 } };
  const [wave, ...others] = plan.waves;
  const laterWave = { ...plan, waves: [{ ...present(wave, 'a wave'), offline: 'defer' }, ...others] };
  expect(comparePlans(plan, later)).toMatchObject([{ of: 'catchUp', before: null, after: '{"forMs":1}' }]);
  expect(comparePlans(laterWave, plan)).toMatchObject([
    { of: 'offline', wave: 'a', before: '"defer"', after: null },
  ]);
});
