import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { loadPlan } from '../../src/plan/load-plan.ts';
import { batchesOf } from '../../src/plan/rollout-plan.ts';
import { codesOf, createMemoryReader, HEAD, load, placesOf, UUID } from './files.ts';

const WAVE = 'waves:\n  - name: canary\n    devices: [a1, a2]\n';

function planOf(text: string, files: Readonly<Record<string, string>> = {}) {
  const loaded = load(text, files);
  expect(loaded.diagnostics).toEqual([]);
  return present(loaded.plan, 'the plan');
}

describe('a plan that says as little as it may', () => {
  test('has every default', () => {
    expect(planOf(HEAD + WAVE)).toEqual({
      name: 'camera-2.14',
      description: null,
      region: 'us',
      artifact: { uuid: UUID },
      maxFailures: null,
      haltGraceMs: 600_000,
      whenInDoubt: 'stop',
      waves: [
        {
          name: 'canary',
          devices: ['a1', 'a2'],
          arguments: {},
          minSuccess: null,
          maxFailures: { count: 0 },
          rejected: 'failure',
          timeoutMs: 3_600_000,
          batch: { size: 2, parallel: 1 },
        },
      ],
    });
  });
});

describe('a plan that says all that it can', () => {
  const text = `${HEAD.replace(UUID, UUID.toUpperCase())}description: All of it
arguments: { channel: stable, mode: fast }
maxFailures: 12.5%
haltGrace: 1h30m
whenInDoubt: post-again
defaults:
  arguments: { channel: beta, level: '3' }
  minSuccess: 50%
  rejected: ignore
  timeout: 30m
  batch: { size: 2, parallel: 2 }
waves:
  - name: canary
    devices: [a1, a2, a3, a4, a5]
    arguments: { channel: canary }
  - name: the rest of Täipei 2
    devices: [b1, b2, b3, b4]
    maxFailures: 1
    rejected: failure
    timeout: 90s
    batch: { size: 3 }
`;

  test('keeps it', () => {
    const { waves, ...rest } = planOf(text);
    expect(rest).toEqual({
      name: 'camera-2.14',
      description: 'All of it',
      region: 'us',
      artifact: { uuid: UUID },
      maxFailures: { partsPerMillion: 125_000 },
      haltGraceMs: 5_400_000,
      whenInDoubt: 'post-again',
    });
    expect(waves).toEqual([
      {
        name: 'canary',
        devices: ['a1', 'a2', 'a3', 'a4', 'a5'],
        arguments: { channel: 'canary', mode: 'fast', level: '3' },
        minSuccess: { partsPerMillion: 500_000 },
        maxFailures: null,
        rejected: 'ignore',
        timeoutMs: 1_800_000,
        batch: { size: 2, parallel: 2 },
      },
      {
        name: 'the rest of Täipei 2',
        devices: ['b1', 'b2', 'b3', 'b4'],
        arguments: { channel: 'beta', mode: 'fast', level: '3' },
        minSuccess: null,
        maxFailures: { count: 1 },
        rejected: 'failure',
        timeoutMs: 90_000,
        batch: { size: 3, parallel: 1 },
      },
    ]);
  });

  test('splits its waves into batches that are filled in order', () => {
    expect(planOf(text).waves.map(batchesOf)).toEqual([
      [['a1', 'a2'], ['a3', 'a4'], ['a5']],
      [['b1', 'b2', 'b3'], ['b4']],
    ]);
  });
});

describe('thresholds of a wave', () => {
  test.each([
    ['come from the defaults together', 'minSuccess: 50%, maxFailures: 2', '', '50%', 2],
    ['come from the wave alone if it gives minSuccess', 'maxFailures: 1', 'minSuccess: 50%', '50%', null],
    ['come from the wave alone if it gives maxFailures', 'minSuccess: 50%', 'maxFailures: 1', null, 1],
    [
      'are one of the wave’s and none of the defaults',
      'minSuccess: 50%, maxFailures: 3',
      'maxFailures: 1',
      null,
      1,
    ],
    ['tolerate nothing where nobody gives one', 'timeout: 5m', '', null, 0],
  ])('%s', (_name, defaults, wave, minSuccess, maxFailures) => {
    const text = `${HEAD}defaults: { ${defaults} }\nwaves:\n  - name: canary\n    devices: [a, b, c, d]\n    ${wave}\n`;
    const [resolved] = planOf(text).waves;
    expect(resolved?.minSuccess).toEqual(minSuccess === null ? null : { partsPerMillion: 500_000 });
    expect(resolved?.maxFailures).toEqual(maxFailures === null ? null : { count: maxFailures });
  });
});

describe('text stays text', () => {
  test('serials that YAML would read as numbers', () => {
    const serials = [
      '007',
      '1234e5',
      '0x1F',
      '1.10',
      '12345678901234567890123456789012',
      '0e00000000000000000000000000001',
    ];
    const [wave] = planOf(
      `${HEAD}waves:\n  - name: canary\n    devices:\n${serials.map((serial) => `      - ${serial}\n`).join('')}`,
    ).waves;
    expect(wave?.devices).toEqual(serials);
  });

  test('serials through an alias, too', () => {
    const text = `${HEAD}waves:\n  - name: canary\n    devices: [&first 007, a1]\n  - name: rest\n    devices: [*first]\n`;
    expect(placesOf(load(text))).toEqual(['plan.yaml:10:15 *first']);
  });

  test('arguments that YAML would read as something else are refused, with the text to write', () => {
    const text = `${HEAD}arguments: { version: 1.10, debug: yes, verbose: true, at: 2024-01-01, none: }\n${WAVE}`;
    expect(placesOf(load(text))).toEqual([
      'plan.yaml:6:23 1.10',
      'plan.yaml:6:50 true',
      'plan.yaml:6:72 none',
    ]);
  });

  test('a name that has a meaning to JavaScript is no argument', () => {
    expect(codesOf(load(`${HEAD}arguments: { __proto__: x }\n${WAVE}`))).toEqual(['schema-key-pattern']);
  });
});

describe('device files', () => {
  const FILE = `${HEAD}waves:\n  - name: canary\n    devices: { file: fleet/a.txt }\n`;

  test('are looked for from the plan’s folder and shown as the user would type them', () => {
    const asked: string[] = [];
    const plan = (file: string): string => FILE.replace('fleet/a.txt', file);
    for (const [path, file] of [
      ['plan.yaml', 'fleet/a.txt'],
      ['./plan.yaml', 'fleet/a.txt'],
      ['plans/eu/plan.yaml', '../fleet/a.txt'],
      ['../plan.yaml', './fleet/a.txt'],
      ['plans/plan.yaml', '/srv/fleet/a.txt'],
      ['/srv/plans/plan.yaml', 'a.txt'],
    ] as const) {
      const reader = createMemoryReader({ [path]: plan(file) });
      loadPlan(path, (wanted, bytesMax) => {
        if (wanted !== path) asked.push(wanted);
        return reader(wanted, bytesMax);
      });
    }
    expect(asked).toEqual([
      'fleet/a.txt',
      'fleet/a.txt',
      'plans/fleet/a.txt',
      '../fleet/a.txt',
      '/srv/fleet/a.txt',
      '/srv/plans/a.txt',
    ]);
  });

  test('of both kinds may stand beside lists', () => {
    const text = `${HEAD}waves:
  - name: one
    devices: [a1]
  - name: two
    devices: { file: fleet/b.TXT }
  - name: three
    devices: { file: fleet/c.csv, serialColumn: Seriennummer }
`;
    const files = { 'fleet/b.TXT': 'b1\nb2\n', 'fleet/c.csv': 'site,Seriennummer\nx,c1\n' };
    expect(planOf(text, files).waves.map(({ devices }) => devices)).toEqual([['a1'], ['b1', 'b2'], ['c1']]);
  });

  test('a finding in one is placed in it, after the findings in the plan', () => {
    const text = `${FILE}  - name: canary\n    devices: [z1]\n`;
    expect(placesOf(load(text, { 'fleet/a.txt': 'a1\nb b\n' }))).toEqual([
      'plan.yaml:9:11 canary',
      'fleet/a.txt:2:1 b b',
    ]);
  });

  test('one that cannot be read keeps nothing else from being found', () => {
    const text = `${FILE}    timeout: 10ms\n  - name: canary\n    devices: [z1, z1]\n    minSuccess: 5\n`;
    expect(codesOf(load(text))).toEqual([
      'file-missing',
      'duration-out-of-range',
      'duplicate-wave',
      'duplicate-device',
      'min-success-above-wave',
    ]);
  });

  test('all that were read can be quoted from', () => {
    expect([...load(FILE, { 'fleet/a.txt': 'a1\n' }).sources.keys()]).toEqual(['plan.yaml', 'fleet/a.txt']);
  });
});

describe('stages stop in order', () => {
  test.each([
    ['bytes', Uint8Array.from([0xff, 0x00, ...new TextEncoder().encode('a: [')]), ['text-not-utf8']],
    ['YAML', `${HEAD}wave: 1\nname: [`, ['yaml-syntax']],
    ['what YAML allows and a plan does not', `${HEAD}wave: 1\nname: again\n`, ['yaml-duplicate-key']],
    [
      'the schema',
      `${HEAD}timeout: 5m\n${WAVE}  - name: canary\n    devices: [a1]\n`,
      ['schema-unknown-key'],
    ],
    [
      'the meaning',
      `${HEAD}${WAVE}  - name: canary\n    devices: [a1]\n`,
      ['duplicate-wave', 'duplicate-device'],
    ],
  ])('%s', (_name, text, codes) => {
    const loaded = load(text);
    expect(codesOf(loaded)).toEqual(codes);
    expect(loaded.plan).toBeNull();
  });
});

test('a plan with warnings alone is a plan', () => {
  const loaded = load(`${HEAD}${WAVE}    maxFailures: 10%\n`);
  expect(codesOf(loaded)).toEqual(['threshold-allows-no-failure']);
  expect(loaded.plan).not.toBeNull();
});

test('a file is asked for with its limit', () => {
  const limits: number[] = [];
  const reader = createMemoryReader({
    'plan.yaml': `${HEAD}waves:\n  - { name: a, devices: { file: a.txt } }\n`,
  });
  loadPlan('plan.yaml', (path, bytesMax) => {
    limits.push(bytesMax);
    return reader(path, bytesMax);
  });
  expect(limits).toEqual([16 * 1024 * 1024, 64 * 1024 * 1024]);
});
