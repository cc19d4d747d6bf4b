import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readDocument } from '../../src/document/read-document.ts';
import type { DocumentSpec } from '../../src/document/read-document.ts';
import type { SchemaCheck } from '../../src/document/schema-check.ts';

const anything: SchemaCheck = () => true;

function read(text: string, spec: Partial<DocumentSpec> = {}) {
  return readDocument<unknown>(
    { path: 'a.yaml', text },
    { kind: 'file', validate: anything, isText: () => false, ...spec },
  );
}

/** What a place covers, in the file's own text. */
function covered(
  text: string,
  { range }: { readonly range: { start: number; end: number } | null },
): string | null {
  return range === null ? null : text.slice(range.start, range.end);
}

describe('values', () => {
  test.each([
    ['a: 1', { a: 1 }],
    ['a: "1"', { a: '1' }],
    ["a: '1.10'", { a: '1.10' }],
    ['a: 1.10', { a: 1.1 }],
    ['a: [b, 2, ~, true]', { a: ['b', 2, null, true] }],
    ['a: |\n  two\n  lines\n', { a: 'two\nlines\n' }],
    ['a: >-\n  one\n  line\n', { a: 'one line' }],
    ['a:\n- b\n- c: d\n', { a: ['b', { c: 'd' }] }],
    ['{"a": {"b": [1, "2"]}}', { a: { b: [1, '2'] } }],
    ['{\n\t"a": 1,\n\t"b": [\n\t\t2\n\t]\n}\n', { a: 1, b: [2] }],
    ['a: 1\r\nb: two\r\n', { a: 1, b: 'two' }],
    ['- a\n- b', ['a', 'b']],
    ['just text', 'just text'],
    ['a: yes\nb: off\n', { a: 'yes', b: 'off' }],
    ['"quoted key": 1\n\'404\': 2\n', { 'quoted key': 1, '404': 2 }],
    ['%YAML 1.2\n---\na: 1\n...\n', { a: 1 }],
  ])('%j', (text, value) => {
    const { value: found, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(found).toEqual(value);
  });

  test('what is written as YAML or as JSON is read as it was', () => {
    // JSON has one zero, YAML two.
    const values = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(values, fc.constantFrom(stringify, JSON.stringify), (value, write) => {
        fc.pre(value !== null);
        const { value: found, diagnostics } = read(write(value));
        expect(diagnostics).toEqual([]);
        expect(found).toEqual(value);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('keys that are names of an object’s own machinery are keys like any other', () => {
    const { value } = read('__proto__: { polluted: true }\nconstructor: 1\ntoString: 2\n');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('numbers keep their text where text is wanted, and nowhere else', () => {
    const spec = { isText: (path: readonly unknown[]) => path[0] === 'serials' };
    const { value } = read(
      'serials: [007, 1e3, 0x1F, 12345678901234567890123456789012, ~, true]\nsize: 007\n',
      spec,
    );
    expect(value).toEqual({
      serials: ['007', '1e3', '0x1F', '12345678901234567890123456789012', null, true],
      size: 7,
    });
  });
});

describe('an empty file', () => {
  test.each(['', '\n\n', '# only a comment\n', '---\n', '--- # nothing\n...\n'])('%j is refused', (text) => {
    const { value, diagnostics } = read(text);
    expect(value).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['yaml-empty']);
  });

  test('is an empty mapping where that is allowed', () => {
    expect(read('# nothing yet\n', { isEmptyAllowed: true })).toMatchObject({ value: {}, diagnostics: [] });
  });
});

describe('aliases', () => {
  const text = 'first: &list\n  - one\n  - two\nsecond: *list\nthird: { deep: *list }\n';

  test('stand for the value of their anchor', () => {
    expect(read(text).value).toEqual({
      first: ['one', 'two'],
      second: ['one', 'two'],
      third: { deep: ['one', 'two'] },
    });
  });

  test('a value that is reached through one is placed where it is used, and knows where it is written', () => {
    const { placeOf, placeOfKey, writtenAt } = read(text);
    const path = ['third', 'deep', 1];
    expect(covered(text, placeOf(path))).toBe('*list');
    expect(placeOf(path).range?.start).toBe(text.lastIndexOf('*list'));
    expect(covered(text, placeOfKey(path))).toBe('*list');
    expect(writtenAt(path)?.range).toEqual({ start: text.indexOf('two'), end: text.indexOf('two') + 3 });
    expect(writtenAt(['first', 1])).toBeNull();
  });

  test('an alias of an alias leads to the value', () => {
    const chain = 'a: &a [x]\nb: &b { c: *a }\nd: *b\n';
    const { value, placeOf, writtenAt } = read(chain);
    expect(value).toEqual({ a: ['x'], b: { c: ['x'] }, d: { c: ['x'] } });
    expect(covered(chain, placeOf(['d', 'c', 0]))).toBe('*b');
    expect(covered(chain, writtenAt(['d', 'c', 0]) ?? { range: null })).toBe('x');
  });

  test('a name that is given again stands for the last anchor before the alias', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
    expect(read('a: &x [&x inner]\nb: *x\n').value).toEqual({ a: ['inner'], b: 'inner' });
  });

  test('an anchored key can be used as a value', () => {
    expect(read('&k key: 1\nother: *k\n').value).toEqual({ key: 1, other: 'key' });
  });

  test('as many values as the limit may stand behind aliases, and not one more', () => {
    // Each alias stands for the list and its 999 entries.
    const file = (aliases: number): string => `a: &a [${'x,'.repeat(999)}]\nb: [${'*a,'.repeat(aliases)}]\n`;
    expect(read(file(100)).diagnostics).toEqual([]);
    expect(read(file(101)).diagnostics.map(({ code }) => code)).toEqual(['yaml-alias-expansion']);
  });
});

describe('places', () => {
  const text = [
    'name: camera # a comment',
    'list:',
    '  - one',
    "  - 'two words'",
    '  - { a: 1, "b c": [x, y] }',
    'block: |',
    '  some',
    '  text',
    'empty:',
    'map:',
    '  key: value',
    '',
  ].join('\n');

  test.each<[readonly (string | number)[], string, string]>([
    [['name'], 'camera', 'name'],
    [['list'], 'list', 'list'],
    [['list', 0], 'one', 'one'],
    [['list', 1], "'two words'", "'two words'"],
    [['list', 2], '{ a: 1, "b c": [x, y] }', '{ a: 1, "b c": [x, y] }'],
    [['list', 2, 'a'], '1', 'a'],
    [['list', 2, 'b c'], '[x, y]', '"b c"'],
    [['list', 2, 'b c', 1], 'y', 'y'],
    [['block'], '|\n  some\n  text', 'block'],
    [['empty'], 'empty', 'empty'],
    [['map'], 'map', 'map'],
    [['map', 'key'], 'value', 'key'],
    [[], 'name', 'name'],
    [['map', 'nowhere', 'deeper'], 'map', 'map'],
  ])('of %j', (path, value, key) => {
    const { placeOf, placeOfKey } = read(text);
    expect(covered(text, placeOf(path))).toBe(value);
    expect(covered(text, placeOfKey(path))).toBe(key);
  });

  test('are right behind CRLF line ends and wide characters', () => {
    const wide = 'a: 頻道\r\nb: 😀 c\r\n';
    const { placeOf } = read(wide);
    expect(covered(wide, placeOf(['a']))).toBe('頻道');
    expect(covered(wide, placeOf(['b']))).toBe('😀 c');
  });
});

test('a document may be a part of its file', () => {
  const text = '{\n  "name": "x",\n  "breakwater": { "progress": 5 }\n}\n';
  const validate: SchemaCheck = (value) => {
    validate.errors = [
      {
        keyword: 'type',
        instancePath: '/progress',
        params: { type: 'string' },
        parentSchema: { type: 'string' },
        data: (value as { progress: unknown }).progress,
      },
    ];
    return false;
  };
  const { diagnostics } = read(text, { root: ['breakwater'], validate });
  expect(diagnostics).toHaveLength(1);
  expect(covered(text, diagnostics[0]?.place ?? { range: null })).toBe('5');
});

test('a mistake in a value that aliases use is told once, where it is written', () => {
  const text = 'a: &a { size: many }\nb: *a\nc: *a\n';
  const error = (key: string) => ({
    keyword: 'type',
    instancePath: `/${key}/size`,
    params: { type: 'integer' },
    parentSchema: { type: 'integer' },
    data: 'many',
  });
  const validate: SchemaCheck = () => {
    validate.errors = ['a', 'b', 'c'].map(error);
    return false;
  };
  const { diagnostics } = read(text, { validate });
  expect(diagnostics.map(({ place }) => covered(text, place))).toEqual(['many']);
});
