import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listFrozen, runFrozen } from './frozen-campaign.ts';
import type { FrozenCase } from './frozen-campaign.ts';
import { openCampaign } from './kit/campaign.ts';
import type { OpenCampaign } from './kit/campaign.ts';
import { SMALL } from './kit/shapes.ts';
import { openFileStores } from './kit/stores.ts';
import type { StoreKind } from './kit/stores.ts';
import { openTestedStores } from './kit/tested-stores.ts';

// A sample of what `bench/frozen.ts` does at length.
const SEED = 20_260_105;

const STORES: readonly StoreKind[] = ['file', 'postgres'];

const CASES = new Map(listFrozen([SMALL], SEED).map((one) => [one.id, one]));

function caseOf(id: string): FrozenCase {
  const found = CASES.get(id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

describe.each(STORES)(
  'with its record in a store of kind %s, a runner that is frozen before its POST',
  (store) => {
    let campaign: OpenCampaign;

    beforeAll(async () => {
      campaign = openCampaign(await openTestedStores(store));
    });

    afterAll(() => campaign.close());

    test.each([
      'small/post-1-before/settle',
      'small/deployment-intended-2-after/settle',
      'small/post-2-before/post-again',
      'small/post-1-before/early',
    ])('deploys nothing a second time when it goes on: %s', async (id) => {
      const result = await runFrozen(campaign, caseOf(id));
      expect(result.violations).toEqual([]);
      expect(result).toMatchObject({ isStruck: true, deployments: 2 });
    });
  },
);

test('one that signs its request again when it goes on is caught deploying a second time', async () => {
  const campaign = openCampaign(openFileStores());
  onTestFinished(() => campaign.close());
  const wrong = caseOf('small/post-1-before/settle');
  const result = await runFrozen(campaign, wrong, { signsAnew: true });
  expect(result.violations.map(({ kind }) => kind)).toContain('deployed-too-often');
});
