/**
 * The crash campaign, at length: every append and POST of each shape of rollout, before, during and after it; chains of
 * crashes; and kills at random times.
 *
 *     npx tsx bench/crash.ts [--store file|postgres] [--seed 7] [--runs 200] [--chains 50] [--jobs 2] [--only PART-OF-A-NAME]
 *         [--command dist/breakwater.js]
 *
 * Ends with 1 where anything was violated, or a point was not struck. Each violation comes with the line that repeats it.
 */
import { parseArgs } from 'node:util';
import {
  countStrikes,
  describeViolations,
  figuresOf,
  findUnstruck,
  listCases,
  runCases,
  subjectsOf,
} from '../test/campaigns/crash-campaign.ts';
import { openCampaign, openStores } from '../test/campaigns/kit/campaign.ts';
import { parseStoreKind, sayTable } from '../test/campaigns/kit/figures.ts';
import { SHAPES, SMALL } from '../test/campaigns/kit/shapes.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'file' },
    seed: { type: 'string', default: '7' },
    runs: { type: 'string', default: '200' },
    chains: { type: 'string', default: '50' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    command: { type: 'string' },
  },
});
const { only, store } = values;
const [seed, runs, chains, jobs] = [values.seed, values.runs, values.chains, values.jobs].map(Number) as [
  number,
  number,
  number,
  number,
];

const counts = { points: Infinity, chains, randoms: runs };
const startedAt = performance.now();
const campaign = openCampaign(await openStores(parseStoreKind(store)), values.command);
try {
  const [first, ...others] = await subjectsOf(campaign, [SMALL, ...SHAPES], seed);
  if (first === undefined) throw new Error('no shapes');
  const all = listCases([first, ...others], seed, counts);
  const cases = all.filter(({ id }) => id.includes(only));
  const results = await runCases(
    campaign,
    { subjects: [first, ...others], cases },
    {
      jobs,
      onResult(result) {
        for (const line of describeViolations(result, { store, seed, counts })) console.log(line);
      },
    },
  );
  const unstruck = findUnstruck(cases, results);
  const rows = ['point', 'chain', 'random'].map((kind) => {
    const drawn = /\/(?:chain|random)-/;
    const of = results.filter(({ id }) => (kind === 'point' ? !drawn.test(id) : id.includes(`/${kind}-`)));
    return [kind, of] as const;
  });
  console.log(
    `${store}, seed ${seed}: ${cases.length} rollouts in ${Math.round((performance.now() - startedAt) / 1000)} s\n`,
  );
  sayTable(
    [
      'kills',
      'rollouts',
      'starts',
      'restarts',
      'struck at a point',
      'struck at random',
      'too late',
      'in doubt',
      'adopted',
      'not created',
      'settles killed',
      'violations',
    ],
    [...rows, ['all', results] as const].map(([kind, of]) => {
      const { rollouts, starts, restarts, struck, inDoubt, settled, violations } = figuresOf(of);
      return [
        kind,
        rollouts,
        starts,
        restarts,
        struck.atPoints,
        struck.atRandom,
        struck.missed,
        inDoubt,
        settled.adopted,
        settled.notCreated,
        settled.killed,
        violations,
      ];
    }),
  );
  console.log('');
  sayTable(
    ['struck while writing', 'times'],
    [...countStrikes(results)].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  console.log(
    `\npoints struck: ${cases.filter(({ kills }) => kills.length === 1 && kills[0]?.kind !== 'random').length - unstruck.length}, not struck: ${unstruck.length === 0 ? 'none' : unstruck.join(', ')}`,
  );
  const { violations } = figuresOf(results);
  process.exitCode = violations > 0 || unstruck.length > 0 || results.length === 0 ? 1 : 0;
} finally {
  await campaign.close();
}
