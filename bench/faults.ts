/**
 * The faults campaign, at length: rollouts in virtual time among everything that the simulator can do wrong.
 *
 *     npx tsx bench/faults.ts [--seed 7] [--rounds 5] [--mixtures 500] [--only PART-OF-A-NAME]
 *
 * A round is every case once; each has its own seed, counted from `--seed`. Ends with 1 where anything was violated, or a
 * fault never struck; each violation comes with the line that repeats it.
 */
import { parseArgs } from 'node:util';
import { renderNumber } from '../src/base/text.ts';
import {
  describeFaultViolations,
  faultFiguresOf,
  FAULTS,
  listFaultCases,
  SHARES,
} from '../test/campaigns/faults-campaign.ts';
import { runFaultCase } from '../test/campaigns/kit/fault-case.ts';
import type { FaultResult } from '../test/campaigns/kit/fault-case.ts';
import { sayTable } from '../test/campaigns/kit/figures.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '7' },
    rounds: { type: 'string' },
    mixtures: { type: 'string', default: '500' },
    only: { type: 'string' },
  },
});
const first = Number(values.seed);
// One that is repeated is repeated once.
const rounds = Number(values.rounds ?? (values.only === undefined ? 5 : 1));
const mixtures = Number(values.mixtures);

const startedAt = performance.now();
const results: FaultResult[] = [];
for (let seed = first; seed < first + rounds; seed++) {
  for (const one of listFaultCases(seed, mixtures).filter(({ id }) => id.includes(values.only ?? ''))) {
    const result = await runFaultCase(one);
    results.push(result);
    for (const line of describeFaultViolations(result, seed, mixtures)) console.log(line);
  }
}

const elapsedS = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  `seeds ${first} to ${first + rounds - 1}: ${renderNumber(results.length)} rollouts in ${elapsedS} s\n`,
);
sayTable(
  [
    'faults',
    'share',
    'rollouts',
    'runs',
    'calls',
    'struck',
    'record full',
    'adopted',
    'not created',
    'refused',
    'misled',
    'violations',
  ],
  [
    ...['alone', 'together'].flatMap((what) => SHARES.map((share) => rowOf(what, share))),
    rowOf('mixtures', null),
    rowOf('all', null),
  ],
);
console.log('');
const { struck, violations } = faultFiguresOf(results);
sayTable(
  ['fault', 'on a POST', 'on a poll', 'on the list of devices'],
  FAULTS.map((fault) => [
    fault,
    ...['post', 'poll', 'connection'].map((call) => struck.get(`${fault} ${call}`) ?? 0),
  ]),
);
const unstruck = FAULTS.filter((fault) => ![...struck.keys()].some((name) => name.startsWith(`${fault} `)));
if (values.only === undefined && unstruck.length > 0) console.log(`\nnever struck: ${unstruck.join(', ')}`);
const isWhole = values.only !== undefined || unstruck.length === 0;
process.exitCode = violations > 0 || results.length === 0 || !isWhole ? 1 : 0;

function rowOf(what: string, share: number | null): readonly (string | number)[] {
  const of = results.filter(({ id }) => {
    const [kind, part] = id.split('/');
    const group = kind === 'together' ? 'together' : kind === 'mixture' ? 'mixtures' : 'alone';
    return (what === 'all' || group === what) && (share === null || Number(part) === share);
  });
  const figures = faultFiguresOf(of);
  const times = [...figures.struck.values()].reduce((sum, count) => sum + count, 0);
  const { rollouts, runs, calls, recordsFull, adopted, notCreated, refused, misled } = figures;
  return [
    what,
    share === null ? '' : `${share * 100} %`,
    rollouts,
    runs,
    calls,
    times,
    recordsFull,
    adopted,
    notCreated,
    refused,
    misled,
    figures.violations,
  ];
}
