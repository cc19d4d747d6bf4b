/** What a preview says of a plan, in parts of sentences that are safe to print. */
import { renderDuration } from '../../base/duration.ts';
import { count, enumerate, printable, renderNumber } from '../../base/text.ts';
import { describeCommand } from '../../plan/format/commands.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import { HOOK_POINTS } from '../../plan/rollout-plan.ts';
import type { Rollback, RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import { describeReadiness } from '../../rollout/describe-preflight.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import { ODDS_BREAKAGE } from '../../rollout/preview.ts';
import type { Calls, Preview, WavePreview } from '../../rollout/preview.ts';
import { renderChance, renderMean } from '../wording/chance.ts';
import { listOnRecord } from '../wording/describe-open.ts';
import type { OnRecord } from '../wording/describe-open.ts';
import { describeTimedOutLimit } from '../wording/phrases.ts';
import { nameWaits } from './preview-waits.ts';

/** What the vendor allows a key, unless it was raised. */
const CALLS_AN_HOUR = 1000;

type Fact = readonly [string, string];

/** What is shown of each key of the plan, in this order; none of what is in the heading, or is shown with each wave. */
const FACTS: {
  readonly [Name in keyof RolloutPlan]-?: (preview: Pick<Preview, 'plan' | 'limit'>) => readonly Fact[];
} = {
  name: () => [],
  description: () => [],
  region: () => [],
  artifact: () => [],
  maxFailures: (preview) => [['tolerates', describeRolloutLimit(preview)]],
  whenInDoubt: ({ plan }) => [['in doubt', plan.whenInDoubt === 'stop' ? 'stops and asks' : 'posts again']],
  haltGraceMs: ({ plan }) => [
    ['halted', `devices in flight are watched for ${renderDuration(plan.haltGraceMs)} more`],
  ],
  rollback: ({ plan }) => describeRollback(plan),
  rollbackOf: () => [],
  hooks: ({ plan }) => describeHooks(plan),
  preflight: ({ plan }) => describePreflight(plan),
  waves: () => [],
};

/** What holds for the rollout as a whole: what each is called, and what it is. */
export function listPlanFacts(
  preview: Pick<Preview, 'plan' | 'limit'>,
  online: Preflight | null,
  records: OnRecord | null = null,
): readonly Fact[] {
  return [
    ...Object.values(FACTS).flatMap((describe) => describe(preview)),
    ...(online === null ? [] : [['online', `the credentials work; ${describeReadiness(online)}`] as const]),
    ...(records === null ? [] : listOnRecord(records).map((line) => ['on record', line] as const)),
  ];
}

export function describeBatches({ devices, batch }: Wave, batches: number): string {
  if (batches === 1) return `${count(devices.length, 'device')} in one deployment`;
  const last = devices.length % batch.size;
  const sizes =
    last === 0 ? `of ${renderNumber(batch.size)}` : `of ${renderNumber(batch.size)}, the last of ${last}`;
  return `in ${count(batches, 'deployment')} ${sizes}, ${renderNumber(batch.parallel)} at once`;
}

export function describeLimit({ wave, limit }: WavePreview): string {
  const needed = limit.base - limit.tolerated;
  const written = [
    ...(wave.minSuccess === null ? [] : [`minSuccess ${renderThreshold(wave.minSuccess)}`]),
    ...(wave.maxFailures === null ? [] : [`maxFailures ${renderThreshold(wave.maxFailures)}`]),
    ...(wave.rejected === 'ignore' ? ['rejected devices leave the base'] : []),
  ].join(', ');
  const tolerated = limit.tolerated === 0 ? 'no failure' : count(limit.tolerated, 'failure');
  if (wave.maxTimedOut !== undefined)
    return `tolerates ${tolerated} of ${count(limit.base, 'device')} (${written})${describeTimedOutLimit(wave)}`;
  return `${renderNumber(Math.max(0, needed))} of ${renderNumber(limit.base)} to succeed, tolerates ${tolerated} (${written})`;
}

export function describeHalt({ wave, halt }: WavePreview): string {
  const by = halt.by === 'rollout' ? " by the whole rollout's maxFailures" : '';
  return `at failure #${renderNumber(halt.atFailure)}${by}; ${describeReached(wave, halt.reached)} reached by then`;
}

function describeReached({ devices }: Wave, reached: number): string {
  if (reached < devices.length) return `up to ${count(reached, 'device')}`;
  return reached === 1 ? 'its only device' : `all ${count(reached, 'device')}`;
}

export function describeSoak({ soakMs }: Wave): string {
  return soakMs === undefined ? '' : `, then soaks for ${renderDuration(soakMs)}`;
}

function describeRolloutLimit({ plan, limit }: Pick<Preview, 'plan' | 'limit'>): string {
  if (plan.maxFailures === null || limit === null) return 'what each wave tolerates';
  return `${count(limit.tolerated, 'failure')} over all ${count(limit.base, 'device')} (maxFailures ${renderThreshold(plan.maxFailures)})`;
}

/** Nobody can say how long it takes. */
export function describeWaiting({ waves, hooks }: RolloutPlan): string {
  const waits = [...nameWaits(waves), ...(hooks === undefined ? [] : ['hooks'])];
  return waits.length === 0 ? '' : `, and the time that ${enumerate(waits)} take`;
}

export function describeHour(calls: number): string {
  const hour = `at most ${renderNumber(calls)} in an hour`;
  return calls <= CALLS_AN_HOUR
    ? `${hour}, of ${renderNumber(CALLS_AN_HOUR)} allowed`
    : `${hour}, more than the ${renderNumber(CALLS_AN_HOUR)} allowed: polls will be rarer`;
}

export function renderCalls({ likely, worst }: Calls): string {
  return `about ${renderNumber(likely)}, at most ${renderNumber(worst)}`;
}

function describeRollback({ name, rollback }: RolloutPlan): readonly Fact[] {
  if (rollback === undefined) return [];
  const { artifact, arguments: values, automatic } = rollback;
  const pairs = Object.keys(values).length === 0 ? '' : ` ${describeArguments(values)}`;
  const when = automatic ? 'automatically when devices or a gate halt it' : `by breakwater rollback ${name}`;
  return [
    [
      'rollback',
      `${artifact.uuid}${pairs} to the devices reached, ${when}; ${describeRollbackLimits(rollback)}`,
    ],
  ];
}

/** `tolerates no failed device and any number of silent ones; batches of 50, 2 at once; timeout 30m`. */
function describeRollbackLimits({ maxFailures, maxTimedOut, batch, timeoutMs }: Rollback): string {
  const failed = maxFailures === undefined ? '0' : renderThreshold(maxFailures);
  const silent = maxTimedOut === undefined ? 'any number of' : renderThreshold(maxTimedOut);
  return [
    `tolerates ${failed} failed and ${silent} silent`,
    ...(batch === undefined
      ? []
      : [`batches of ${renderNumber(batch.size)}, ${renderNumber(batch.parallel)} at once`]),
    ...(timeoutMs === undefined ? [] : [`timeout ${renderDuration(timeoutMs)}`]),
  ].join('; ');
}

function describeHooks({ hooks }: RolloutPlan): readonly Fact[] {
  return HOOK_POINTS.flatMap((point) =>
    (hooks?.[point] ?? []).map((command) => ['hook', `${point}: ${describeCommand(command)}`] as const),
  );
}

function describePreflight({ preflight }: RolloutPlan): readonly Fact[] {
  if (preflight === undefined) return [];
  const share = renderThreshold(preflight.minOnline);
  return [['preflight', `posts nothing unless ${share} of the devices to come are online`]];
}

/** `channel='stable' debug='1'`. */
export function describeArguments(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${printable(value)}'`)
    .join(' ');
}

/** What it proves that the first wave has passed; in two parts. */
export function describeOdds({ odds }: Preview): readonly [string, string] {
  const [first] = odds.waves;
  const past =
    first === undefined
      ? ''
      : ` gets past wave ${printable(first.wave)} in ${renderChance(first.passes ?? 0)} of rollouts;`;
  return [
    `an artifact that breaks ${renderThreshold(ODDS_BREAKAGE)} of devices${past}`,
    `${renderMean(odds.broken)} devices are broken before it stops`,
  ];
}
