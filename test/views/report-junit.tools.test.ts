import { spawnSync } from 'node:child_process';
import { XMLParser } from 'fast-xml-parser';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { escapeXml } from '../../src/base/xml.ts';
import { renderReportJunit } from '../../src/views/report/render-junit.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import { totalTally } from '../../src/views/summary/tallies.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { randomRollouts } from './random-rollouts.ts';
import { entryOf, REPORTED } from './reported.ts';
import { STORIES } from './told-orders.ts';

type Case = {
  readonly name: string;
  readonly failure?: { readonly type: string; readonly message: string };
  readonly skipped?: { readonly message: string };
};

type Suite = Readonly<Record<'name' | 'tests' | 'failures' | 'errors' | 'skipped', string>> & {
  readonly testcase: readonly Case[];
};

type Document = {
  readonly testsuites: Readonly<Record<'tests' | 'failures', string>> & {
    readonly testsuite: readonly Suite[];
  };
};

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testsuite' || name === 'testcase',
  htmlEntities: true,
  processEntities: { maxTotalExpansions: 100_000, maxExpandedLength: 1_000_000 },
});

function render(entry: ReportEntry): string {
  return [...renderReportJunit(entry)].join('');
}

function read(entry: ReportEntry): Document['testsuites'] {
  return (parser.parse(render(entry)) as Document).testsuites;
}

/** By a reader that takes nothing amiss for granted. */
function expectWellFormed(text: string): void {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '-'], { input: text, encoding: 'utf8' });
  expect({ status, stderr, error }).toEqual({ status: 0, stderr: '', error: undefined });
}

function expectCountsToAddUp({ testsuite, tests, failures }: Document['testsuites']): void {
  const total = (of: (suite: Suite) => number) => testsuite.reduce((sum, suite) => sum + of(suite), 0);
  expect(Number(tests)).toBe(total(({ testcase }) => testcase.length));
  expect(Number(failures)).toBe(total((suite) => Number(suite.failures)));
  for (const suite of testsuite) {
    const failed = suite.testcase.filter(({ failure }) => failure !== undefined);
    const skipped = suite.testcase.filter(({ skipped: reason }) => reason !== undefined);
    expect(suite).toMatchObject({
      tests: String(suite.testcase.length),
      failures: String(failed.length),
      skipped: String(skipped.length),
      errors: '0',
    });
  }
}

describe.each(Object.entries(REPORTED))('%s', (name, entry) => {
  test('has a suite for each wave with a case for each device, and the counts that it says', () => {
    const suites = read(entry);
    const { waves } = entry.record.state.plan;
    expect(suites.testsuite.slice(0, -1).map(({ testcase }) => testcase.map((one) => one.name))).toEqual(
      waves.map(({ devices }) => devices),
    );
    expectCountsToAddUp(suites);
  });

  test('is told as it was, well-formed', async () => {
    expectWellFormed(render(entry));
    await expect(render(entry)).toMatchFileSnapshot(`golden/report-${name}.junit.txt`);
  });
});

test('the counts add up whatever has happened, and success is what has passed', () => {
  fc.assert(
    fc.property(randomRollouts, (told) => {
      const entry = entryOf(told);
      const suites = read(entry);
      expectCountsToAddUp(suites);
      const passed = suites.testsuite
        .slice(0, -1)
        .flatMap(({ testcase }) => testcase)
        .filter(({ failure, skipped }) => failure === undefined && skipped === undefined);
      expect(passed).toHaveLength(totalTally(entry.record.state).success);
    }),
    { numRuns: 50 },
  );
});

test('a rollout that is halted by a gate has a failure, although every device has succeeded', () => {
  const { testsuite } = read(entryOf(STORIES['gate-failed']()));
  expect(testsuite.at(-1)).toMatchObject({
    name: 'rollout',
    testcase: [
      { failure: { type: 'gate-failed', message: expect.stringContaining('error rate') as string } },
    ],
  });
});

test('rejected devices are failures, and skipped where the plan ignores them', () => {
  const wave = { maxFailures: { count: 1 } } as const;
  const of = (rejected: 'failure' | 'ignore') =>
    read(
      entryOf(new ToldRollout(makePlan([makeWave('a', 3, { ...wave, rejected })])).deploy('a', 1, ['a-2'])),
    );
  expect(of('failure').testsuite[0]?.testcase[1]).toMatchObject({
    failure: { type: 'rejected', message: 'rejected by the API: not deployable' },
  });
  expect(of('ignore').testsuite[0]?.testcase[1]).toMatchObject({
    skipped: { message: 'rejected by the API and ignored by the plan: not deployable' },
  });
});

test('no text makes the document one that a reader refuses', () => {
  const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 1_000, seed: 7 });
  const escaped = texts.map((text) => escapeXml(`${text}\ud800\ufffe]]>`));
  for (const text of escaped) expect(text).not.toMatch(/[<>"'\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/u);
  expectWellFormed(`<a>${escaped.map((text) => `<b c="${text}">${text}</b>`).join('')}</a>`);
});
