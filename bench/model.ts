/**
 * The model campaign, at length: random rollouts judged by the engine and by an independent reference.
 *
 *     npx tsx bench/model.ts [--seed 1] [--rollouts 100000] [--only INDEX]
 *
 * Ends with 1 where they differ, with a line for each that repeats it.
 */
import { parseArgs } from 'node:util';
import { renderNumber } from '../src/base/text.ts';
import { runModelCampaign } from '../test/campaigns/model-campaign.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rollouts: { type: 'string', default: '100000' },
    only: { type: 'string' },
  },
});
const startedAt = performance.now();
const figures = await runModelCampaign({
  seed: Number(values.seed),
  ...(values.only === undefined
    ? { rollouts: Number(values.rollouts) }
    : { from: Number(values.only), rollouts: 1 }),
});
for (const difference of figures.differences) console.log(difference);
console.log(
  [
    `rollouts      ${renderNumber(figures.rollouts)}, ${renderNumber(figures.runs)} of them by the runner in virtual time; ${renderNumber(figures.completed)} completed`,
    `events        ${renderNumber(figures.events)}`,
    `verdicts      ${renderNumber(figures.verdicts)} compared`,
    `halts         ${Object.entries(figures.halts)
      .map(([reason, times]) => `${renderNumber(times)} ${reason}`)
      .join(', ')}`,
    `taken up      ${renderNumber(figures.resumed)} resumed, ${renderNumber(figures.retried)} retried`,
    `differences   ${figures.differences.length}`,
    `time          ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  ].join('\n'),
);
process.exitCode = figures.differences.length === 0 ? 0 : 1;
