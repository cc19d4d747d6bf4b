import { expect, test } from 'vitest';
import {
  caseOf,
  describeFaultViolations,
  faultFiguresOf,
  FAULTS,
  listFaultCases,
  SHAPES,
} from './faults-campaign.ts';
import { runFaultCase } from './kit/fault-case.ts';
import type { FaultCase, FaultResult, Mistake } from './kit/fault-case.ts';

// A sample of what `bench/faults.ts` does at length.
const SEED = 20_260_105;
const MIXTURES = 24;
const CASES = listFaultCases(SEED, MIXTURES);

/** Each fault with each share, the shapes taking turns. */
function isInSample(index: number): boolean {
  const shapes = SHAPES.length;
  return index % shapes === (Math.floor(index / shapes) + Math.floor(index / (3 * shapes))) % shapes;
}

async function runAll(cases: readonly FaultCase[], mistake?: Mistake): Promise<readonly FaultResult[]> {
  const results: FaultResult[] = [];
  for (const one of cases) results.push(await runFaultCase(one, mistake));
  return results;
}

test('undisturbed, each shape ends for the reason that it is there for', async () => {
  const halts = await Promise.all(
    SHAPES.map(async (one) => [one.name, (await runFaultCase(caseOf(one.name, one, SEED))).halt]),
  );
  expect(Object.fromEntries(halts)).toEqual({
    healthy: null,
    'every-fate': null,
    'bad-second-wave': 'failures-exceeded',
    'changed-words': 'check-inconclusive',
    forgotten: 'check-inconclusive',
    'too-large': 'deployment-refused',
  });
});

test('a rollout among faults ends as one that nobody disturbed, or stops with the right code', async () => {
  const results = await runAll(CASES.filter((_, index) => isInSample(index)));
  expect(results.flatMap((result) => describeFaultViolations(result, SEED, MIXTURES))).toEqual([]);
  // It is no use unless all of it happened.
  const figures = faultFiguresOf(results);
  for (const fault of FAULTS) {
    const times = ['post', 'poll', 'connection'].map((call) => figures.struck.get(`${fault} ${call}`) ?? 0);
    expect([fault, times.reduce((sum, count) => sum + count)]).not.toEqual([fault, 0]);
  }
  expect(figures.adopted).toBeGreaterThan(0);
  expect(figures.notCreated).toBeGreaterThan(0);
  expect(figures.recordsFull).toBeGreaterThan(0);
}, 900_000);

test.each<[Mistake, string, string]>([
  ['posts-again', 'deployed-too-often', 'reset-after-effect/0.5/healthy'],
  ['settles-wrongly', 'deployed-too-often', 'timeout-after-effect/0.5/healthy'],
  ['calls-while-blocked', 'called-while-blocked', 'status-429/0.5/healthy'],
])('one that %s is caught: %s', async (mistake, kind, id) => {
  const [result] = await runAll(
    CASES.filter((one) => one.id === id),
    mistake,
  );
  expect(result?.violations.map((violation) => violation.kind)).toContain(kind);
});
