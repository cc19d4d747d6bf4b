/**
 * Whatever stands in a plan or in a device file, loading it ends, throws nothing, and finds something to say unless there
 * is a plan. A failure prints the seed and the input that reproduce it.
 */
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Place } from '../../src/diagnostics/diagnostic.ts';
import { renderDiagnosticsJson } from '../../src/diagnostics/render-json.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts';
import type { LoadedPlan } from '../../src/plan/load-plan.ts';
import { parseSavedPlan, renderSavedPlan } from '../../src/plan/saved-plan.ts';
import { codesOf, HEAD, load, UUID } from './files.ts';

const FILES = { 'fleet/a.txt': 'b1 # one\r\nb2\n', 'fleet/b.csv': 'site,serial\n"x, y",c1\nz,c2\n' };

const PLAN = `# A plan that uses all there is.
version: 1
name: camera-2.14
description: "Käse \\u2028 头" # comment
region: eu
artifact: { uuid: ${UUID} }
arguments: &args { channel: stable, note: 'it''s' }
maxFailures: 20%
haltGrace: 10m
whenInDoubt: stop
defaults:
  arguments: *args
  minSuccess: 50%
  timeout: 1h30m
  batch: { size: 2, parallel: 2 }
waves:
  - name: canary
    devices:
      - 007
      - a41c03c45e1c11ec9389bba7faa790bc
      - 12345678901234567890123456789012
    arguments:
      text: >-
        folded
        text
    rejected: ignore
  - name: 台北 2
    devices: { file: fleet/a.txt }
    maxFailures: 1
  - name: rest
    devices:
      file: "fleet/b.csv"
      serialColumn: serial
`;

/** What holds of everything that was loaded. */
function assertSound(loaded: LoadedPlan): void {
  const { plan, diagnostics, sources } = loaded;
  expect(plan === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const { place, related } of diagnostics)
    for (const each of [place, ...related]) assertInside(each, sources);
  const text = renderDiagnostics(diagnostics, sources, { colour: false });
  expect(text.replaceAll('\n', '')).not.toMatch(
    /[\p{Control}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u,
  );
  expect(text === '').toBe(diagnostics.length === 0);
  expect(JSON.parse(renderDiagnosticsJson(diagnostics, sources))).toHaveProperty(
    'diagnostics.length',
    diagnostics.length,
  );
  if (plan === null) return;
  expect(parseSavedPlan({ path: 'saved.json', text: renderSavedPlan(plan) })).toEqual({
    plan,
    diagnostics: [],
  });
}

function assertInside({ path, range }: Place, sources: LoadedPlan['sources']): void {
  if (range === null) return;
  // One past the end is where something is missing.
  const length = sources.get(path)?.text.length ?? -1;
  expect(range.start).toBeGreaterThanOrEqual(0);
  expect(range.end).toBeGreaterThan(range.start - 1);
  expect(range.start).toBeLessThanOrEqual(length + 1);
}

test('the plan that is mutated below is one', () => {
  const loaded = load(PLAN, FILES);
  assertSound(loaded);
  // Once where it is written, and once where the alias uses it.
  expect(codesOf(loaded)).toEqual(['argument-has-quote', 'argument-has-quote']);
});

type Mutation = { readonly at: number; readonly cut: number; readonly put: readonly number[] };

const bytes = fc.oneof(
  fc.nat(255),
  fc.constantFrom(
    ...new TextEncoder().encode('[]{}:-?|>&*!%@`#,"\'\\ \t\r\n01e.~'),
    0x00,
    0x1f,
    0x80,
    0xc2,
    0xef,
    0xff,
  ),
);

/** Single bytes, and characters that would reorder or break the line that they are printed on. */
const pieces = fc.oneof(
  bytes.map((byte) => [byte]),
  fc.constantFrom([0xe2, 0x80, 0xae], [0xe2, 0x80, 0xa8], [0xef, 0xbb, 0xbf], [0xc2, 0x85]),
);

const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.nat(4_000),
    cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
    put: fc.array(pieces, { maxLength: 6 }).map((each) => each.flat()),
  }),
  { minLength: 1, maxLength: 6 },
);

function mutate(text: string, changes: readonly Mutation[]): Uint8Array {
  return changes.reduce<Uint8Array>((current, { at, cut, put }) => {
    const start = at % (current.length + 1);
    return Uint8Array.from([...current.subarray(0, start), ...put, ...current.subarray(start + cut)]);
  }, new TextEncoder().encode(text));
}

test('bytes changed, cut and put into a plan', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      assertSound(load(mutate(PLAN, changes), FILES));
    }),
    { seed: 20_260_101, numRuns: 1_500 },
  );
});

test.each(['fleet/a.txt', 'fleet/b.csv'] as const)('bytes changed, cut and put into %s', (path) => {
  fc.assert(
    fc.property(mutations, (changes) => {
      assertSound(load(PLAN, { ...FILES, [path]: mutate(FILES[path], changes) }));
    }),
    { seed: 20_260_102, numRuns: 700 },
  );
});

const scalars = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e400,
    '',
    '~',
    '5%',
    '101%',
    '1h',
    'us',
    UUID,
    '__proto__',
    '\ud800',
    "it's",
    'a\nb',
  ),
  fc.string({ maxLength: 8 }),
  fc.integer(),
);
const values = fc.oneof(
  scalars,
  fc.array(scalars, { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 8 }), scalars, { maxKeys: 3 }),
);
const KEYS = [
  'version',
  'name',
  'region',
  'artifact',
  'uuid',
  'arguments',
  'defaults',
  'waves',
  'devices',
  'file',
  'batch',
  'size',
  'maxFailures',
  'minSuccess',
  'timeout',
  'rejected',
  'apiSecret',
  'soak',
  '__proto__',
];

test('values put under keys where they do not belong', () => {
  const base = {
    version: 1,
    name: 'a',
    region: 'us',
    artifact: { uuid: UUID },
    waves: [
      { name: 'one', devices: ['a1', 'a2'] },
      { name: 'two', devices: { file: 'fleet/a.txt' }, batch: { size: 1 } },
    ],
  };
  const places = fc.constantFrom<readonly (string | number)[]>(
    [],
    ['waves', 0],
    ['waves', 1],
    ['waves', 1, 'devices'],
    ['waves', 1, 'batch'],
    ['artifact'],
  );
  const changes = fc.array(fc.tuple(places, fc.constantFrom(...KEYS), values), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(changes, (edits) => {
      const document: unknown = structuredClone(base);
      for (const [path, key, value] of edits) {
        const target = path.reduce<unknown>(
          (parent, step) =>
            typeof parent === 'object' && parent !== null ? (parent as Record<string, unknown>)[step] : null,
          document,
        );
        if (typeof target !== 'object' || target === null) continue;
        Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
      }
      assertSound(load(stringify(document), FILES));
    }),
    { seed: 20_260_103, numRuns: 1_500 },
  );
});

const MEBIBYTE = 1_048_576;

describe('monsters', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'yaml-empty'],
    [
      'a picture',
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      'text-not-utf8',
    ],
    ['every byte', Uint8Array.from({ length: 65_536 }, (_, index) => index % 256), 'text-not-utf8'],
    ['zeros', new Uint8Array(100_000), 'text-binary'],
    ['UTF-16', Uint8Array.from(Buffer.from(`\ufeff${HEAD}`, 'utf16le')), 'text-utf16'],
    ['tabs', '\t'.repeat(MEBIBYTE), 'yaml-empty'],
    ['a line of 10 MB', 'x'.repeat(10 * MEBIBYTE), 'schema-type'],
    ['a list on a line of 10 MB', `[${'a,'.repeat(5 * MEBIBYTE)}]`, 'yaml-too-many-values'],
    ['a quoted line of 10 MB', `name: "${'x'.repeat(10 * MEBIBYTE)}"`, 'schema-pattern'],
    ['a quote of 10 MB that is never closed', `name: "${'x\n'.repeat(5 * MEBIBYTE)}`, 'yaml-syntax'],
    ['a key of 1 MB', `${'k'.repeat(MEBIBYTE)}: 1\n`, 'yaml-syntax'],
    ['a key of 1 MB that YAML allows', `? ${'k'.repeat(MEBIBYTE)}\n: 1\n`, 'schema-unknown-key'],
    [
      'thirty thousand keys',
      Array.from({ length: 30_000 }, (_, index) => `k${index}: 1\n`).join(''),
      'schema-unknown-key',
    ],
    ['one key ten thousand times', 'k: 1\n'.repeat(10_000), 'yaml-duplicate-key'],
    ['ten thousand merge keys', '<<: 1\n'.repeat(10_000), 'yaml-merge-key'],
    ['lists nested 100,000 deep', '['.repeat(100_000), 'yaml-too-deep'],
    ['mappings nested 100,000 deep', '{a: '.repeat(100_000), 'yaml-too-deep'],
    ['entries nested 100,000 deep', '- '.repeat(100_000), 'yaml-too-deep'],
    ['explicit keys nested 100,000 deep', '? '.repeat(100_000), 'yaml-too-deep'],
    ['a hundred thousand line ends', '\n'.repeat(100_000), 'yaml-empty'],
    ['three million line ends', '\n'.repeat(3_000_001), 'yaml-too-many-values'],
    ['brackets that close nothing', ']'.repeat(MEBIBYTE), 'yaml-too-many-values'],
    ['pairs of brackets side by side', '[]'.repeat(200_000), 'yaml-syntax'],
    ['quotes', '"'.repeat(300_000), 'yaml-syntax'],
    ['a hundred thousand documents', '---\n'.repeat(100_000), 'yaml-multiple-documents'],
    ['a hundred thousand tags', '!a '.repeat(100_000), 'yaml-tag'],
    ['anchors that lead nowhere', '*a\n'.repeat(100_000), 'yaml-syntax'],
    ['aliases without an anchor', `[${'*a, '.repeat(100_000)}]`, 'yaml-alias-unknown'],
    ['ten thousand anchors', '- &a x\n'.repeat(10_000), 'schema-type'],
    ['a value in itself', 'waves: &w [*w]\n', 'yaml-alias-cycle'],
    ['a hundred thousand secrets', `x: |\n${'  secret: token\n'.repeat(100_000)}`, 'schema-unknown-key'],
  ])('%s', (_name, text, code) => {
    const loaded = load(text);
    assertSound(loaded);
    expect(codesOf(loaded)).toContain(code);
  });

  test('aliases that multiply end as soon as there are too many', () => {
    const levels = Array.from(
      { length: 30 },
      (_, index) => `x${index + 1}: &x${index + 1} [${`*x${index}, `.repeat(9)}]\n`,
    );
    const loaded = load(`x0: &x0 [lol]\n${levels.join('')}${HEAD}`);
    assertSound(loaded);
    expect(codesOf(loaded)).toEqual(['yaml-alias-expansion']);
  });

  test('aliases that nest, one in the next, without multiplying', () => {
    const levels = Array.from(
      { length: 5_000 },
      (_, index) => `x${index + 1}: &x${index + 1} [*x${index}]\n`,
    );
    const loaded = load(`x0: &x0 [lol]\n${levels.join('')}${HEAD}`);
    assertSound(loaded);
    expect(codesOf(loaded)).toContain('yaml-alias-expansion');
  });

  const WAVE = `${HEAD}waves:\n  - name: canary\n    devices: { file: a.txt }\n`;
  const CSV = WAVE.replace('a.txt', 'a.csv');

  test.each<[string, string, string, string | Uint8Array, string]>([
    ['a device file of one line of 10 MB', WAVE, 'a.txt', 'x'.repeat(10 * MEBIBYTE), 'device-file-serial'],
    ['a device file of a million line ends', WAVE, 'a.txt', '\n'.repeat(MEBIBYTE), 'wave-has-no-device'],
    ['a device file of a million wrong lines', WAVE, 'a.txt', '!\n'.repeat(MEBIBYTE), 'device-file-serial'],
    [
      'a device file of one serial, a million times',
      WAVE,
      'a.txt',
      'a1\n'.repeat(1_000_000),
      'duplicate-device',
    ],
    ['a device file of one more', WAVE, 'a.txt', 'a1\n'.repeat(1_000_001), 'too-many-devices'],
    ['a device file of zeros', WAVE, 'a.txt', new Uint8Array(1_000), 'text-binary'],
    ['columns in one line of 1 MB', CSV, 'a.csv', 'x,'.repeat(MEBIBYTE / 2), 'csv-no-column'],
    ['a header of one name of 1 MB', CSV, 'a.csv', 'x'.repeat(MEBIBYTE), 'csv-no-column'],
    ['a field that is never closed', CSV, 'a.csv', `serial\n"${'x\n'.repeat(MEBIBYTE)}`, 'csv-syntax'],
    ['rows of one field too many', CSV, 'a.csv', `serial\n${'a,b\n'.repeat(20_000)}`, 'csv-ragged-row'],
    ['columns that are zeros', CSV, 'a.csv', new Uint8Array(1_000), 'text-binary'],
  ])('%s', (_name, plan, path, text, code) => {
    const loaded = load(plan, { [path]: text });
    assertSound(loaded);
    expect(codesOf(loaded)).toContain(code);
  });
});
