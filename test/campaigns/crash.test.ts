import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countStrikes,
  describeViolations,
  figuresOf,
  findUnstruck,
  listCases,
  runCases,
  subjectsOf,
} from './crash-campaign.ts';
import type { Subject } from './crash-campaign.ts';
import { openCampaign } from './kit/campaign.ts';
import type { OpenCampaign } from './kit/campaign.ts';
import type { CrashCase, Mutant } from './kit/crash-case.ts';
import { SMALL } from './kit/shapes.ts';
import type { StoreKind } from './kit/stores.ts';
import { openTestedStores } from './kit/tested-stores.ts';

// A sample of what `bench/crash.ts` does at length.
const SEED = 20_260_105;
const JOBS = 2;
const COUNTS = { points: 8, chains: 0, randoms: 1 };

const STORES: readonly StoreKind[] = ['file', 'postgres'];

describe.each(STORES)('with its record in a store of kind %s', (store) => {
  let campaign: OpenCampaign;
  let subject: Subject;
  let cases: readonly CrashCase[];

  beforeAll(async () => {
    campaign = openCampaign(await openTestedStores(store));
    const [only] = await subjectsOf(campaign, [SMALL], SEED);
    if (only === undefined) throw new Error('no undisturbed run');
    subject = only;
    cases = listCases([subject], SEED, COUNTS);
  });

  afterAll(() => campaign.close());

  test('a rollout whose process is killed at any point, and that is run again, ends as if it had not been', async () => {
    const results = await runCases(campaign, { subjects: [subject], cases }, { jobs: JOBS });
    const violated = results.flatMap((result) =>
      describeViolations(result, { store, seed: SEED, counts: COUNTS }),
    );
    expect(violated).toEqual([]);
    expect(findUnstruck(cases, results)).toEqual([]);
    const { restarts, inDoubt, settled } = figuresOf(results);
    expect(restarts).toBeGreaterThanOrEqual(COUNTS.points);
    expect(inDoubt).toBeGreaterThan(0);
    expect(settled.adopted).toBeGreaterThan(0);
    const positions = new Set([...countStrikes(results).keys()].map((strike) => strike.replace(/^.* /, '')));
    expect([...positions]).toEqual(
      expect.arrayContaining(['before', 'during', 'after', 'sent', 'answered', 'read']),
    );
  });

  // The same case as above, where it went well.
  test.each<Mutant>(['forgets-the-last-line', 'settles-wrongly'])(
    'one that %s is caught deploying to a device twice',
    async (mutant) => {
      const doubtful = cases.filter(
        ({ kills: [kill] }) => kill?.kind === 'post' && kill.position === 'answered',
      );
      const [wrong] = await runCases(campaign, { subjects: [subject], cases: doubtful }, { jobs: 1, mutant });
      expect(wrong?.violations.map(({ kind }) => kind)).toContain('deployed-too-often');
    },
  );
});
