import { parse } from 'csv-parse/sync';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { renderReportCsv } from '../../src/views/report/render-csv.ts';
import { renderReportJson } from '../../src/views/report/render-json.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import { parseDeviceCsv } from '../../src/plan/device-csv.ts';
import { countDevices } from '../../src/plan/rollout-plan.ts';
import { totalTally } from '../../src/views/summary/tallies.ts';
import { compileSchema, expectValid, readSchema } from '../kit/schemas.ts';
import { randomRollouts } from './random-rollouts.ts';
import { entryOf, HOSTILE, REPORTED } from './reported.ts';
import { HOLDER } from './situations.ts';
import { STORIES } from './told-orders.ts';

const ENTRIES = Object.entries(REPORTED);

type Document = {
  readonly exit: { readonly code: number } | null;
  readonly deployments: readonly { readonly key: string; readonly requestIds: readonly string[] }[];
  readonly devices: readonly { readonly serial: string; readonly standing: string }[];
};

function readJson(entry: ReportEntry): Document {
  return JSON.parse([...renderReportJson(entry)].join('')) as Document;
}

function readCsv(entry: ReportEntry): readonly Readonly<Record<string, string>>[] {
  return parse([...renderReportCsv(entry)].join(''), { columns: true });
}

describe('as JSON', () => {
  const validate = compileSchema('report');

  test.each(ENTRIES)('%s is as its schema says', (_, entry) => {
    expectValid(validate, [readJson(entry)]);
  });

  test('every story, and whatever else may happen, is as its schema says', () => {
    const stories = Object.values(STORIES).map((tell) => readJson(entryOf(tell())));
    const held = readJson({ ...entryOf(STORIES.paused()), isHeld: true, holder: HOLDER });
    expectValid(validate, [...stories, held]);
    fc.assert(
      fc.property(randomRollouts, (told) => {
        expectValid(validate, [readJson(entryOf(told))]);
      }),
      { numRuns: 30 },
    );
  });

  test('the schema refuses what it does not know', () => {
    const document = readJson(entryOf(STORIES.closed()));
    expect(validate({ ...document, more: 1 })).toBe(false);
    expect(validate({ ...document, devices: [{ serial: 'x' }] })).toBe(false);
    expect(readSchema('report')).toMatchObject({ title: 'The record of a rollout' });
  });

  test('tells each device, and the request ids of each deployment', () => {
    const { deployments, devices, exit } = readJson(entryOf(STORIES['refused-anew']()));
    expect(deployments.map(({ requestIds }) => requestIds)).toEqual([
      [],
      ['6f1c0f6e-0b5c-4c0e-9d6e-d3e4f5061728'],
    ]);
    expect(devices).toHaveLength(79);
    expect(exit?.code).toBe(3);
  });

  test('the retried rollout is told as it was', async () => {
    const text = [...renderReportJson(entryOf(STORIES['timed-out-and-retried']()))].join('');
    await expect(text).toMatchFileSnapshot('golden/report-retried.json.txt');
  });
});

describe('as CSV', () => {
  test.each(ENTRIES)('%s has a row for each device, all of the same columns', (_, entry) => {
    const rows = readCsv(entry);
    const { state } = entry.record;
    expect(rows.map(({ serial }) => serial)).toEqual(state.plan.waves.flatMap(({ devices }) => devices));
    const tally = totalTally(state);
    for (const [standing, count] of Object.entries(tally))
      expect(rows.filter((row) => row['standing'] === standing)).toHaveLength(count);
  });

  test('lines end as RFC 4180 has it', () => {
    const text = [...renderReportCsv(entryOf(STORIES.closed()))].join('');
    expect(text.split('\r\n')).toHaveLength(countDevices(entryOf(STORIES.closed()).record.state.plan) + 2);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test.each(ENTRIES)('%s is a device file, too', (_, entry) => {
    const { list, diagnostics } = parseDeviceCsv(
      { path: 'r.csv', text: [...renderReportCsv(entry)].join('') },
      null,
    );
    expect(diagnostics).toEqual([]);
    expect(list?.serials).toEqual(readCsv(entry).map(({ serial }) => serial));
  });

  test('no cell is a formula, and none holds a control character', () => {
    const [first] = readCsv(REPORTED['hostile'] as ReportEntry);
    expect(first?.['reason']).toMatch(/^'=HYPERLINK\("http/);
    expect(first?.['deployment_id']).toBe("'=1+1|`x`<i>");
    expect(first?.['request_ids']).toMatch(/^'=/);
    for (const cell of Object.values(first ?? {})) {
      expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(cell).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
    expect(HOSTILE).toMatch(/^=/);
  });

  test('the retried rollout is told as it was', async () => {
    const text = [...renderReportCsv(entryOf(STORIES['timed-out-and-retried']()))].join('');
    await expect(text.replaceAll('\r\n', '\n')).toMatchFileSnapshot('golden/report-retried.csv.txt');
  });
});
