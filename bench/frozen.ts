/**
 * The frozen campaign, at length: at each POST of each shape, a runner is stopped before it, and goes on after its hold was
 * broken and its deployment was settled as not created, or posted again by its plan; or before that.
 *
 *     npx tsx bench/frozen.ts [--store file|postgres] [--seed 7] [--jobs 2] [--only PART-OF-A-NAME]
 *         [--command dist/breakwater.js]
 *
 * Ends with 1 where anything was violated, or a point was not struck.
 */
import { parseArgs } from 'node:util';
import { listFrozen, runFrozen } from '../test/campaigns/frozen-campaign.ts';
import { inParallel, openCampaign, openStores } from '../test/campaigns/kit/campaign.ts';
import { parseStoreKind, sayTable } from '../test/campaigns/kit/figures.ts';
import { SHAPES, SMALL } from '../test/campaigns/kit/shapes.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'file' },
    seed: { type: 'string', default: '7' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    command: { type: 'string' },
  },
});
const { store, only } = values;
const seed = Number(values.seed);

const startedAt = performance.now();
const campaign = openCampaign(await openStores(parseStoreKind(store)), values.command);
try {
  const plain = [SMALL, ...SHAPES].filter(
    ({ ends, waves, isStaged }) => ends === 'completed' && !isStaged && waves.every(isOneDeployment),
  );
  const cases = listFrozen(plain, seed).filter(({ id }) => id.includes(only));
  const results = await inParallel(cases, Number(values.jobs), async (one) => {
    const result = await runFrozen(campaign, one);
    for (const { kind, what } of result.violations) console.log(`${one.id}: ${kind}: ${what}`);
    return result;
  });
  const unstruck = results.filter(({ isStruck }) => !isStruck).map(({ id }) => id);
  const elapsedS = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${store}, seed ${seed}: ${results.length} rollouts in ${elapsedS} s\n`);
  const sum = (count: (result: (typeof results)[number]) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  sayTable(
    ['rollouts', 'frozen', 'told until when', 'deployments', 'violations'],
    [
      [
        results.length,
        results.length - unstruck.length,
        sum(({ toldUntil }) => toldUntil),
        sum(({ deployments }) => deployments),
        sum(({ violations }) => violations.length),
      ],
    ],
  );
  if (unstruck.length > 0) console.log(`not struck: ${unstruck.join(', ')}`);
  const isWrong = results.length === 0 || results.some(({ violations }) => violations.length > 0);
  process.exitCode = isWrong || unstruck.length > 0 ? 1 : 0;
} finally {
  await campaign.close();
}

function isOneDeployment({
  serials,
  batch,
}: {
  readonly serials: readonly string[];
  readonly batch: { readonly size: number };
}): boolean {
  return batch.size >= serials.length;
}
