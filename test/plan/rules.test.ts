import { describe, expect, test } from 'vitest';
import { countFindings } from '../../src/findings/findings.ts';
import { codesOf, HEAD, load, placesOf } from './files.ts';

const SERIALS = Array.from({ length: 100 }, (_, index) => `d${index}`);

/** A plan of one wave with so many devices. */
function wave(devices: number, rest: string, top = ''): string {
  return `${HEAD}${top}waves:\n  - name: canary\n    devices: [${SERIALS.slice(0, devices).join(', ')}]\n${rest}`;
}

const indent = (settings: readonly string[]): string => settings.map((line) => `    ${line}\n`).join('');

describe('thresholds', () => {
  test.each<[string, number, readonly string[], readonly string[]]>([
    ['a percentage that allows one failure', 20, ['maxFailures: 5%'], []],
    ['a percentage that rounds down to none', 19, ['maxFailures: 5%'], ['threshold-allows-no-failure']],
    ['0 % says that it allows none', 19, ['maxFailures: 0%'], []],
    ['0 says that it allows none', 19, ['maxFailures: 0'], []],
    ['a need that rounds up to all', 19, ['minSuccess: 95%'], ['threshold-allows-no-failure']],
    ['a need that leaves one', 20, ['minSuccess: 95%'], []],
    ['100 % says that it needs all', 19, ['minSuccess: 100%'], []],
    ['a need of as many as there are', 5, ['minSuccess: 5'], []],
    ['a need of more than there are', 5, ['minSuccess: 6'], ['min-success-above-wave']],
    ['a tolerance of all', 5, ['maxFailures: 5'], ['threshold-never-trips']],
    ['a tolerance of more than all', 5, ['maxFailures: 10'], ['threshold-never-trips']],
    ['a tolerance of all but one', 5, ['maxFailures: 4'], []],
    ['a tolerance of 100 %', 5, ['maxFailures: 100%'], ['threshold-never-trips']],
    ['a need of nothing', 5, ['minSuccess: 0'], ['threshold-never-trips']],
    ['a need of 0 %', 5, ['minSuccess: 0%'], ['threshold-never-trips']],
    ['a tolerance of all of one', 1, ['maxFailures: 1'], ['threshold-never-trips']],
    ['two that agree', 100, ['minSuccess: 95%', 'maxFailures: 5'], []],
    ['a gap between the two', 100, ['minSuccess: 90%', 'maxFailures: 20%'], ['thresholds-disagree']],
    ['the other way round', 100, ['minSuccess: 80%', 'maxFailures: 10%'], ['thresholds-disagree']],
    [
      'one that can never trip beside one that can',
      5,
      ['minSuccess: 80%', 'maxFailures: 5'],
      ['threshold-never-trips'],
    ],
    [
      'one that is impossible beside one that is not',
      5,
      ['minSuccess: 9', 'maxFailures: 1'],
      ['min-success-above-wave'],
    ],
  ])('%s', (_name, devices, settings, codes) => {
    expect(codesOf(load(wave(devices, indent(settings))))).toEqual(codes);
  });

  test.each<[string, number, readonly string[]]>([
    ['maxFailures: 2%\n', 100, []],
    ['maxFailures: 2%\n', 49, ['threshold-allows-no-failure']],
    ['maxFailures: 100\n', 100, ['threshold-never-trips']],
    ['maxFailures: 0\n', 100, []],
  ])('of the rollout: %j over %i devices', (top, devices, codes) => {
    expect(codesOf(load(wave(devices, '', top)))).toEqual(codes);
  });

  test('what the defaults say is told once, for all the waves that it is true of', () => {
    const text = `${HEAD}defaults: { maxFailures: 20% }
waves:
  - { name: one, devices: [a1] }
  - { name: two, devices: [b1, b2] }
  - { name: own, devices: [c1], maxFailures: 0 }
  - { name: five, devices: [e1, e2, e3, e4, e5] }
`;
    const loaded = load(text);
    expect(placesOf(loaded)).toEqual(['plan.yaml:6:26 20%']);
    expect(loaded.diagnostics).toMatchObject([
      {
        facts: {
          bases: [
            { wave: 'one', devices: 1 },
            { wave: 'two', devices: 2 },
          ],
        },
      },
    ]);
  });

  test('a wave whose devices cannot be read is not judged', () => {
    const text = `${HEAD}maxFailures: 1%\nwaves:\n  - { name: one, devices: { file: no.txt }, maxFailures: 1%, minSuccess: 5 }\n`;
    expect(codesOf(load(text))).toEqual(['file-missing']);
  });
});

describe('batches', () => {
  test.each<[string, number, string, readonly string[]]>([
    ['that fill', 10, 'batch: { size: 5, parallel: 2 }', []],
    ['as large as the wave', 10, 'batch: { size: 10 }', []],
    ['larger than the wave', 10, 'batch: { size: 11 }', ['batch-larger-than-wave']],
    ['more at once than there are', 10, 'batch: { size: 5, parallel: 3 }', ['batch-parallel-unused']],
    ['of which the last is smaller', 11, 'batch: { size: 5, parallel: 3 }', []],
    ['both', 10, 'batch: { size: 20, parallel: 2 }', ['batch-larger-than-wave', 'batch-parallel-unused']],
  ])('%s', (_name, devices, settings, codes) => {
    expect(codesOf(load(wave(devices, indent([settings]))))).toEqual(codes);
  });

  test('of the defaults are a finding only if no wave gains by them', () => {
    const plan = (size: number): string =>
      `${HEAD}defaults: { batch: { size: ${size}, parallel: 2 } }\nwaves:\n  - { name: one, devices: [a1] }\n  - { name: two, devices: [b1, b2, b3] }\n`;
    expect(codesOf(load(plan(2)))).toEqual([]);
    expect(codesOf(load(plan(3)))).toEqual(['batch-parallel-unused']);
    expect(codesOf(load(plan(4)))).toEqual(['batch-larger-than-wave', 'batch-parallel-unused']);
  });
});

describe('devices', () => {
  test('each further place is a finding that names the first', () => {
    const text = `${HEAD}waves:\n  - { name: one, devices: [a1, a2, a1] }\n  - { name: two, devices: { file: b.txt } }\n`;
    const loaded = load(text, { 'b.txt': 'b1\na1 # again\nb1\n' });
    expect(placesOf(loaded)).toEqual(['plan.yaml:7:36 a1', 'b.txt:2:1 a1', 'b.txt:3:1 b1']);
    expect(
      loaded.diagnostics.map(({ related }) => related.map(({ path, range }) => [path, range?.start])),
    ).toEqual([
      [['plan.yaml', text.indexOf('a1, a2')]],
      [['plan.yaml', text.indexOf('a1, a2')]],
      [['b.txt', 0]],
    ]);
  });

  test('serials that differ in case are two devices, with a warning at each but the first', () => {
    const loaded = load(
      `${HEAD}fleet: { file: f.txt }\nwaves:\n  - { name: one, devices: [a1, A1] }\n  - { name: two, take: rest }\n`,
      { 'f.txt': 'a1\nB1\nb2\n' },
    );
    expect(loaded.plan?.waves.map(({ devices }) => devices)).toEqual([
      ['a1', 'A1'],
      ['B1', 'b2'],
    ]);
    expect(codesOf(loaded)).toEqual(['serials-differ-in-case']);
    expect(placesOf(loaded)).toEqual(['plan.yaml:8:32 A1']);
  });

  test.each([
    ['half as long', 'cam-001\ncam-002\nc-1\n', ['serial-much-shorter']],
    ['more than half as long', 'cam-001\ncam-002\nca-1\n', []],
    ['one of two', 'cam-001\nc-1\n', []],
    ['not alone', 'cam-001\ncam-002\nc-1\nc-2\n', []],
    ['among short ones', 'cam-1\ncam-2\nc\n', []],
  ])('a serial that is much shorter than all others: %s', (_name, list, codes) => {
    const wave = 'waves:\n  - { name: one, devices: { file: a.txt } }\n';
    expect(codesOf(load(`${HEAD}${wave}`, { 'a.txt': list }))).toEqual(codes);
  });

  test.each([
    ['all of them', '3582400511111100\n3582400511111200\n', 2],
    ['one of them', '3582400511111100\n3582400511111201\n', 0],
    ['alone', '3582400511111100\n', 0],
    ['of 15 digits', '358240051111110\n358240051111120\n', 0],
  ])('long numbers that end in zeros: %s', (_name, list, findings) => {
    const wave = 'waves:\n  - { name: one, devices: { file: a.txt } }\n';
    const codes = codesOf(load(`${HEAD}${wave}`, { 'a.txt': list }));
    expect(codes).toEqual(Array<string>(findings).fill('device-file-rounded'));
  });

  test.each([
    ["';'", 'serial;x,y\na1;b1\n'],
    ['"\\t"', 'serial\tx,y\na1\tb1\n'],
    ['tab', 'serial\tx,y\na1\tb1\n'],
    ["'|'", 'serial|x,y\na1|b1\n'],
  ])('`delimiter: %s` says what separates the columns', (delimiter, list) => {
    const wave = `waves:\n  - { name: one, devices: { file: a.csv, delimiter: ${delimiter} } }\n`;
    expect(load(`${HEAD}${wave}`, { 'a.csv': list }).plan?.waves[0]?.devices).toEqual(['a1']);
  });

  test('mistakes of several files are counted, those that are not shown too', () => {
    const names = Array.from({ length: 60 }, (_, index) => `f${index}.txt`);
    const waves = names.map((file) => `  - { name: ${file}, devices: { file: ${file} } }\n`).join('');
    const files = Object.fromEntries(names.map((name) => [name, 'a b\n'.repeat(60)]));
    const { diagnostics } = load(`${HEAD}waves:\n${waves}`, files);
    expect(countFindings(diagnostics, 'error')).toBe(3_600);
    expect(diagnostics).toHaveLength(51);
  });

  test('a number and the same characters in quotes are one device', () => {
    expect(codesOf(load(`${HEAD}waves:\n  - { name: one, devices: [007, '007'] }\n`))).toEqual([
      'duplicate-device',
    ]);
  });
});

describe('names of waves', () => {
  test('the same name in composed and in decomposed letters is one name', () => {
    const text = `${HEAD}waves:\n  - { name: "caf\u00e9", devices: [a1] }\n  - { name: "cafe\u0301", devices: [a2] }\n`;
    expect(codesOf(load(text))).toEqual(['duplicate-wave']);
  });

  test.each([
    'canary',
    'Canary 2',
    'a',
    '金絲雀',
    'प्रथम',
    'v1.2_b-3',
    'x'.repeat(64),
    '😀'.length === 2 ? '𝒜' : '',
  ])('%j is one', (name) => {
    expect(codesOf(load(`${HEAD}waves:\n  - { name: "${name}", devices: [a1] }\n`))).toEqual([]);
  });

  test.each(['', ' a', 'a ', 'a/b', 'a\\tb', 'x'.repeat(65), 'a:b', '*'])('%j is none', (name) => {
    expect(codesOf(load(`${HEAD}waves:\n  - { name: "${name}", devices: [a1] }\n`))).toEqual([
      'schema-pattern',
    ]);
  });
});

describe('durations', () => {
  test.each([
    ['timeout', '1s', []],
    ['timeout', '999ms', ['duration-out-of-range']],
    ['timeout', '0s', ['duration-out-of-range']],
    ['timeout', '90d', []],
    ['timeout', '90d1ms', ['duration-out-of-range']],
    ['timeout', '999999999d', ['duration-out-of-range']],
    ['timeout', '30', ['schema-type']],
    ['timeout', '1m30', ['schema-pattern']],
    ['timeout', '1.5h', ['schema-pattern']],
    ['timeout', '-5m', ['schema-pattern']],
    ['timeout', '30s1m', ['schema-pattern']],
  ])('%s of %s', (key, text, codes) => {
    expect(codesOf(load(wave(2, indent([`${key}: ${text}`]))))).toEqual(codes);
  });

  test('a grace of nothing is allowed', () => {
    expect(codesOf(load(wave(2, '', 'haltGrace: 0s\n')))).toEqual([]);
    expect(codesOf(load(wave(2, '', 'haltGrace: 91d\n')))).toEqual(['duration-out-of-range']);
  });
});

describe('arguments', () => {
  test.each([
    ['plain', 'stable', []],
    ['empty', "''", []],
    ['of any script', '頻道 ünïcode 😀', []],
    ['with a double quote', '\'say "hi"\'', []],
    ['with a single quote', "it's", ['argument-has-quote']],
    ['with a line break', '"a\\nb"', ['argument-has-control-character']],
    ['with a carriage return', '"a\\rb"', ['argument-has-control-character']],
    ['with an escape', '"\\e[31m"', ['argument-has-control-character']],
    ['with half of a pair', '"\\ud800"', ['argument-has-control-character']],
    ['with a line separator', '"\\u2028"', ['argument-has-control-character']],
    ['as long as one may be', 'x'.repeat(8192), []],
    ['longer', 'x'.repeat(8193), ['schema-too-long']],
  ])('%s', (_name, value, codes) => {
    for (const place of ['top', 'defaults', 'wave'] as const) {
      const line = `arguments: { channel: ${value} }`;
      const text = wave(
        1,
        place === 'wave' ? indent([line]) : '',
        place === 'top' ? `${line}\n` : place === 'defaults' ? `defaults: { ${line} }\n` : '',
      );
      expect(codesOf(load(text))).toEqual(codes);
    }
  });
});
