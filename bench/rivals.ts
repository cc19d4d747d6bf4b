/**
 * The rivals campaign, at length: many processes start the same rollout at once, again and again, and in most rounds the
 * one that holds it is killed.
 *
 *     npx tsx bench/rivals.ts [--store file|postgres] [--seed 7] [--processes 20] [--rounds 25] [--only ROUND]
 *         [--command dist/breakwater.js]
 *
 * Ends with 1 where anything was violated. Each violation comes with the line that repeats its round.
 */
import { parseArgs } from 'node:util';
import { openCampaign, openStores } from '../test/campaigns/kit/campaign.ts';
import { parseStoreKind, sayTable } from '../test/campaigns/kit/figures.ts';
import { listRounds, ROUND_KINDS, runRival } from '../test/campaigns/rivals-campaign.ts';
import type { RivalResult } from '../test/campaigns/rivals-campaign.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'file' },
    seed: { type: 'string', default: '7' },
    processes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '25' },
    only: { type: 'string', default: '' },
    command: { type: 'string' },
  },
});
const { store, only } = values;
const seed = Number(values.seed);
const processes = Number(values.processes);

const startedAt = performance.now();
const campaign = openCampaign(await openStores(parseStoreKind(store)), values.command);
const results: RivalResult[] = [];
try {
  for (const round of listRounds(Number(values.rounds)).filter(({ id }) => id.includes(only))) {
    const result = await runRival(campaign, round, { seed, processes });
    results.push(result);
    for (const { kind, what } of result.violations) console.log(`${kind}: ${what}`);
    if (result.violations.length > 0) {
      console.log(
        `  again: npx tsx bench/rivals.ts --store ${store} --seed ${seed} --processes ${processes} --only ${round.id}`,
      );
    }
  }
} finally {
  await campaign.close();
}
const elapsedS = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `${store}, seed ${seed}, ${processes} processes a volley: ${results.length} rounds in ${elapsedS} s\n`,
);
const HEAD = ['volleys', 'starts', 'killed', 'holders', 'keptOut', 'named', 'foundDone', 'inDoubt'] as const;
sayTable(
  [
    'round',
    'rounds',
    'volleys',
    'starts',
    'killed',
    'held it',
    'kept out',
    'told by whom',
    'found it done',
    'in doubt',
    'violations',
  ],
  [...ROUND_KINDS, 'all'].map((kind) => {
    const of = results.filter((result) => kind === 'all' || result.kind === kind);
    const sum = (count: (result: RivalResult) => number) =>
      of.reduce((total, result) => total + count(result), 0);
    return [
      kind,
      of.length,
      ...HEAD.map((name) => sum((result) => result[name])),
      sum(({ violations }) => violations.length),
    ];
  }),
);
const isWrong = results.length === 0 || results.some(({ violations }) => violations.length > 0);
process.exitCode = isWrong ? 1 : 0;
