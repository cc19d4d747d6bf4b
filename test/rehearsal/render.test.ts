import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import type { Rehearsal } from '../../src/rehearsal/rehearsal.ts';
import { renderRehearsalJson } from '../../src/rehearsal/render-json.ts';
import { renderRehearsal } from '../../src/rehearsal/render-text.ts';
import { openStory } from '../../src/rehearsal/rehearsal.ts';
import { renderChance, renderMean } from '../../src/views/wording/phrases.ts';
import { computeOdds } from '../../src/rollout/odds.ts';
import type { Breakage } from '../../src/rollout/odds.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import { ANY_COLUMNS, linesTooWide } from '../kit/line-widths.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const PLAN = makePlan([
  makeWave('canary', 3),
  makeWave('everyone else', 40, { maxFailures: parsePercentage('5%') }),
]);

async function tell(trials: number, breakage: Breakage | null, plan = PLAN): Promise<Rehearsal> {
  const story = openStory(STARTED_AT);
  return {
    plan,
    digest: DIGEST,
    seed: 4,
    breakage,
    trials: await rehearse({
      plan,
      trials,
      seed: 4,
      breakage,
      scenario: SCENARIO_DEFAULTS,
      startAt: STARTED_AT,
      apiOutageMs: 900_000,
      polling: { minIntervalMs: 5_000, maxIntervalMs: 300_000 },
      observer: story.observer,
    }),
    story: story.lines,
    expected: breakage === null ? null : computeOdds(plan, breakage),
  };
}

const TEXT = { colour: false, columns: 90 };

test('one trial is a story, with the exact odds beneath', async () => {
  await expect(
    renderRehearsal(await tell(1, { kind: 'share', partsPerMillion: 80_000 }), TEXT),
  ).toMatchFileSnapshot('golden/one-trial.txt');
});

test('many trials are a sum, beside what is exact', async () => {
  await expect(renderRehearsal(await tell(40, { kind: 'count', devices: 4 }), TEXT)).toMatchFileSnapshot(
    'golden/many-trials.txt',
  );
});

describe('no line of prose is wider than the terminal, and no table on one of 80 columns', () => {
  const named = makePlan([
    makeWave('Berlin, Leipziger Strasse 12', 3),
    makeWave('台北市信義區'.repeat(8), 40, { maxFailures: parsePercentage('5%') }),
  ]);

  test.each([
    ['one trial', 1, { kind: 'share', partsPerMillion: 80_000 }],
    ['many trials', 40, { kind: 'count', devices: 4 }],
    ['nothing broken', 2, null],
  ] as const)('%s', async (_, trials, breakage) => {
    for (const rehearsal of [await tell(trials, breakage), await tell(trials, breakage, named)]) {
      fc.assert(
        fc.property(ANY_COLUMNS, fc.boolean(), (columns, colour) => {
          const wide = linesTooWide(renderRehearsal(rehearsal, { columns, colour }), columns);
          expect(columns < 80 ? wide.filter((line) => !isRow(line)) : wide).toEqual([]);
        }),
      );
    }
  });

  /** Of a table: figures stand in it, or their titles, with spaces between them. */
  function isRow(line: string): boolean {
    return /^(\u001b\[2m)? {2}\S.* {2,}\S/.test(line);
  }
});

test('a figure that is wider than its column does not touch the one before it', async () => {
  const text = renderRehearsal(await tell(1, { kind: 'count', devices: 4_000_000 }), TEXT);
  expect(text).toMatch(/ 20% {2,}4,000,000 devices\n/);
});

test('the JSON is as the schema says', async () => {
  const documents = [
    await tell(1, null),
    await tell(1, { kind: 'share', partsPerMillion: 1_000_000 }),
    await tell(5, { kind: 'count', devices: 4 }),
  ].map((rehearsal) => JSON.parse(renderRehearsalJson(rehearsal)) as Readonly<Record<string, unknown>>);
  expectValid(compileSchema('rehearsal'), documents);
  expect(documents.map(({ story }) => (story as readonly unknown[]).length > 0)).toEqual([true, true, false]);
});

test.each([
  [0, '0%'],
  [1e-9, 'under 0.1%'],
  [0.012, '1.2%'],
  [0.774, '77%'],
  [0.961, '96.1%'],
  [0.99951, 'over 99.9%'],
  [1, '100%'],
])('a chance of %f is %s', (chance, text) => {
  expect(renderChance(chance)).toBe(text);
});

test.each([
  [0, 'none'],
  [0.01, 'under 0.1'],
  [2, 'about 2'],
  [4.58, 'about 4.6'],
  [41.4, 'about 41'],
  [12_345, 'about 12,345'],
])('a mean of %f is %s', (mean, text) => {
  expect(renderMean(mean)).toBe(text);
});
