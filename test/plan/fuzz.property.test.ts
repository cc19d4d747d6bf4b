/**
 * Whatever stands in a plan or in a device file, loading it ends, throws nothing, and finds something to say unless there
 * is a plan. A failure prints the seed and the input that reproduce it.
 */
import fc, { runs } from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { codesOf, load, UUID } from './files.ts';
import { assertSound } from './sound.ts';

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
    { seed: 20_260_101, numRuns: runs(1_500) },
  );
});

test.each(['fleet/a.txt', 'fleet/b.csv'] as const)('bytes changed, cut and put into %s', (path) => {
  fc.assert(
    fc.property(mutations, (changes) => {
      assertSound(load(PLAN, { ...FILES, [path]: mutate(FILES[path], changes) }));
    }),
    { seed: 20_260_102, numRuns: runs(700) },
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
    { seed: 20_260_103, numRuns: runs(1_500) },
  );
});
