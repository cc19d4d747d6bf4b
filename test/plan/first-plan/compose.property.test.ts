/** The plans that are composed, as text, and that each of them is sound. */
import fc, { runs } from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { composeFirstPlan } from '../../../src/plan/first-plan/compose-first-plan.ts';
import type { FirstPlan, FirstWave } from '../../../src/plan/first-plan/first-plan.ts';
import {
  drawByColumn,
  drawBySize,
  listBySize,
  chooseSizes,
} from '../../../src/plan/first-plan/first-plan.ts';
import { parseDeviceCsv } from '../../../src/plan/device-csv.ts';
import type { DeviceTable } from '../../../src/plan/device-list.ts';
import type { ArtifactUuid, RolloutName, Serial } from '../../../src/plan/identifiers.ts';
import { parseWindow } from '../../../src/plan/window.ts';
import type { RolloutPlan, Window } from '../../../src/plan/rollout-plan.ts';
import { load, UUID } from '../files.ts';

const FLEET: FirstPlan['fleet'] = { file: 'fleet.csv', serialColumn: null };

function makeFirstPlan(waves: readonly FirstWave[] | string, change: Partial<FirstPlan> = {}): FirstPlan {
  if (typeof waves === 'string') throw new Error(waves);
  return {
    name: 'camera-2.14' as RolloutName,
    region: 'us',
    artifact: { uuid: UUID as ArtifactUuid },
    fleet: FLEET,
    waves,
    soak: '10m',
    window: null,
    schema: null,
    ...change,
  };
}

function numberSerials(devices: number): readonly Serial[] {
  return Array.from({ length: devices }, (_, index) => `cam-${index + 1}` as Serial);
}

function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`).join('');
}

function readTable(csv: string): DeviceTable {
  const { list } = parseDeviceCsv({ path: 'fleet.csv', text: csv }, null);
  if (list === null) throw new Error('the file cannot be read');
  return list;
}

/** What the plan resolves to, once nothing is found in it. */
function loadSound(plan: FirstPlan, files: Readonly<Record<string, string>> = {}): RolloutPlan {
  const loaded = load(composeFirstPlan(plan), files);
  expect(loaded.diagnostics).toEqual([]);
  if (loaded.plan === null) throw new Error('there is no plan');
  // What was told of the waves is what they are.
  expect(loaded.plan.waves.map(({ name, devices }) => [name, devices.length])).toEqual(
    plan.waves.map(({ name, size }) => [name, size]),
  );
  return loaded.plan;
}

const SITES = [
  ['serial', 'site'],
  ...Array.from({ length: 300 }, (_, index) => [
    `cam-${index + 1}`,
    ['Taipei / 3F', 'berlin', '', 'no'][index % 8] ?? 'berlin',
  ]),
];

describe('a composed plan', () => {
  test.each([
    [
      'fleet',
      makeFirstPlan(drawBySize(chooseSizes(1500), 1500), {
        window: parseWindow('mon-thu 22:00-05:00 Asia/Taipei') as Window,
        schema: './node_modules/breakwater/schemas/rollout-plan.schema.json',
      }),
    ],
    [
      'groups',
      makeFirstPlan(drawByColumn(readTable(writeCsv(SITES)), 'site'), {
        artifact: { file: '../build/firmware.tar.gz' },
        fleet: { file: '../fleet/cameras.csv', serialColumn: 'Device ID' },
        region: 'eu',
        soak: null,
      }),
    ],
    [
      'serials',
      makeFirstPlan(listBySize(['50%'], ['007', '1e5', 'k:1', 'true', '---'] as Serial[]), { fleet: null }),
    ],
  ])('of %s reads well', async (name, plan) => {
    const text = composeFirstPlan(plan);
    await expect(text).toMatchFileSnapshot(`../golden/first-plan-${name}.yaml.txt`);
    const lines = text.split('\n').filter((line) => !line.startsWith('# yaml-language-server'));
    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
  });

  test('has comments that can be taken at their word', () => {
    const text = composeFirstPlan(makeFirstPlan(drawBySize(chooseSizes(120), 120)));
    const [, foot = ''] = text.split('At its top, a plan can also have:\n');
    const uncommented = text.replace(foot, foot.replaceAll(/^# ?/gm, ''));
    const csv = writeCsv([['serial'], ...numberSerials(120).map((serial) => [serial])]);
    const { plan, diagnostics } = load(uncommented, { 'fleet.csv': csv });
    expect(diagnostics).toEqual([]);
    expect(plan).toMatchObject({
      maxFailures: { partsPerMillion: 20_000 },
      preflight: { minOnline: { partsPerMillion: 900_000 } },
      hooks: { onHalt: [{ run: ['./hooks/notify.sh'] }] },
      rollback: {},
    });
  });
});

describe('nothing is found in a plan', () => {
  test('for a fleet of any number of devices', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5_000 }), (devices) => {
      const waves = drawBySize(chooseSizes(devices), devices);
      loadSound(makeFirstPlan(waves, { fleet: { file: 'fleet.txt', serialColumn: null } }), {
        'fleet.txt': numberSerials(devices).join('\n'),
      });
    });
    fc.assert(property, { examples: [1, 2, 9, 10, 19, 20, 99, 100, 999, 1000, 5000].map((size) => [size]) });
  });

  test('of serials that are listed, whatever they look like', () => {
    const serial = fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/);
    const odd = fc.constantFrom(
      '007',
      '1e5',
      '0x1F',
      'null',
      'NaN',
      '.inf',
      '-',
      '---',
      '...',
      ':',
      'a:',
      'yes',
      '1:00',
    );
    const serials = fc.uniqueArray(fc.oneof(serial, odd), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(serials, (texts) => {
        const waves = listBySize(chooseSizes(texts.length), texts as Serial[]);
        const plan = loadSound(makeFirstPlan(waves, { fleet: null }));
        expect(plan.waves.flatMap(({ devices }) => devices)).toEqual(texts);
      }),
    );
  });

  test('with a wave for each value of a column, whatever stands there; or it is said why not', () => {
    const column = fc.string({ unit: 'grapheme', maxLength: 80 });
    const names = fc.constantFrom('site', '<<', 'null', '', '__proto__', 'a: b', '# x', '"', '1.10');
    const values = fc.array(fc.oneof(column, fc.constantFrom('canary', '', '1e5', 'null', '- a')), {
      minLength: 1,
      maxLength: 60,
    });
    const property = fc.property(
      fc.oneof(names, column),
      values,
      fc.array(fc.nat(), { minLength: 1, maxLength: 200 }),
      (name, texts, picks) => {
        fc.pre(!['serial', 'sn', 'device_sn'].includes(name.trim()));
        const rows = picks.map((pick, index) => [`cam-${index}`, texts[pick % texts.length] ?? '']);
        const csv = writeCsv([['serial', name], ...rows]);
        const waves = drawByColumn(readTable(csv), name.trim());
        if (typeof waves === 'string') expect(waves).toMatch(/characters that cannot be printed|values/);
        else loadSound(makeFirstPlan(waves), { 'fleet.csv': csv });
      },
    );
    fc.assert(property, { numRuns: runs(500) });
  });

  test('with sizes that were typed; or it is said why they will not do', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
      fc.constant('rest'),
    );
    const property = fc.property(
      fc.array(size, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 200 }),
      (sizes, devices) => {
        const waves = drawBySize(sizes, devices);
        if (typeof waves === 'string') expect(waves).toMatch(/^wave \d \(/);
        else
          loadSound(makeFirstPlan(waves, { fleet: { file: 'fleet.txt', serialColumn: null } }), {
            'fleet.txt': numberSerials(devices).join('\n'),
          });
      },
    );
    fc.assert(property, { numRuns: runs(500) });
  });
});
