import { expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import type { Rehearsal } from '../../src/rehearsal/rehearsal.ts';
import { renderRehearsalJson } from '../../src/rehearsal/render-json.ts';
import { renderRehearsal } from '../../src/rehearsal/render-text.ts';
import { openStory } from '../../src/rehearsal/story.ts';
import { renderChance, renderMean } from '../../src/views/wording/chance.ts';
import { computeOdds } from '../../src/rollout/odds.ts';
import type { Breakage } from '../../src/rollout/odds.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const PLAN = makePlan([
  makeWave('canary', 3),
  makeWave('everyone else', 40, { maxFailures: parsePercentage('5%') }),
]);

async function tell(trials: number, breakage: Breakage | null): Promise<Rehearsal> {
  const story = openStory(STARTED_AT);
  return {
    ...{ plan: PLAN, digest: DIGEST, seed: 4, breakage },
    trials: await rehearse({
      ...{ plan: PLAN, trials, seed: 4, breakage, scenario: SCENARIO_DEFAULTS, startAt: STARTED_AT },
      ...{ apiOutageMs: 900_000, polling: { minIntervalMs: 5_000, maxIntervalMs: 300_000 } },
      observer: story.observer,
    }),
    story: story.lines,
    expected: breakage === null ? null : computeOdds(PLAN, breakage),
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
