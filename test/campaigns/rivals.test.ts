import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCampaign } from './kit/campaign.ts';
import type { OpenCampaign } from './kit/campaign.ts';
import { openFileStores } from './kit/stores.ts';
import type { StoreKind } from './kit/stores.ts';
import { openTestedStores } from './kit/tested-stores.ts';
import { runRival } from './rivals-campaign.ts';

// A sample of what `bench/rivals.ts` does at length.
const SEED = 20_260_105;
const PROCESSES = 6;

const STORES: readonly StoreKind[] = ['file', 'postgres'];

describe.each(STORES)('with its record in a store of kind %s', (store) => {
  let campaign: OpenCampaign;

  beforeAll(async () => {
    campaign = openCampaign(await openTestedStores(store));
  });

  afterAll(() => campaign.close());

  test('of many processes that start one rollout at once, one goes on, and the others name it and end with 5', async () => {
    const result = await runRival(
      campaign,
      { id: 'round-1-plain', kind: 'plain' },
      { seed: SEED, processes: PROCESSES },
    );
    expect(result.violations).toEqual([]);
    expect(result.named).toBeGreaterThan(0);
    expect(result).toMatchObject({ volleys: 1, holders: 1, inDoubt: 0 });
    expect(result.keptOut + result.foundDone).toBe(PROCESSES - 1);
  });

  test('when the one is killed, one of those who come next takes over at once', async () => {
    const result = await runRival(
      campaign,
      { id: 'round-2-kill', kind: 'kill' },
      { seed: SEED, processes: PROCESSES },
    );
    expect(result.violations).toEqual([]);
    expect(result.killed).toBe(1);
    expect(result.holders).toBeGreaterThan(1);
  });

  test('when the one is killed, one of those who wait for it takes over', async () => {
    const round = { id: 'round-5-wait-and-kill', kind: 'wait-and-kill' } as const;
    const result = await runRival(campaign, round, { seed: SEED, processes: PROCESSES });
    expect(result.violations).toEqual([]);
    expect(result.killed).toBe(1);
    expect(result).toMatchObject({ keptOut: 0 });
    expect(result.holders).toBeGreaterThan(1);
  });
});

test('processes that do not lock each other out are caught at work at the same time', async () => {
  const campaign = openCampaign(openFileStores());
  onTestFinished(() => campaign.close());
  const round = { id: 'round-1-plain', kind: 'plain' } as const;
  const result = await runRival(campaign, round, { seed: SEED, processes: PROCESSES, hasLock: false });
  // Whichever is quicker: that one begins beside another, or that it finds the record changed under its hands.
  expect(result.violations.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^two-at-once$|^wrong-end$/)]),
  );
});
