/** What a preview tells about a plan, in parts of sentences that are safe to print. */
import { renderDuration, renderElapsed } from '../../base/duration.ts';
import { count, enumerate, printable, renderNumber } from '../../base/text.ts';
import { namesOf } from '../../plan/format/key.ts';
import { WAVE_KEYS } from '../../plan/format/wave-keys.ts';
import type { InPreview, WaitFacts, WaitLine } from '../../plan/format/wave-keys.ts';
import type { PlanDigest } from '../../plan/identifiers.ts';
import { describeCommand } from '../../plan/format/commands.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import { HOOK_POINTS } from '../../plan/rollout-plan.ts';
import type { Rollback, RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import { describeReadiness } from '../../rollout/preflight.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import { ODDS_BREAKAGE } from '../../rollout/preview.ts';
import type { Calls, Preview, WavePreview } from '../../rollout/preview.ts';
import { code, phrase } from '../blocks/block.ts';
import type { Block, Fact } from '../blocks/block.ts';
import { renderChance, renderMean, describeTimedOutLimit } from '../wording/phrases.ts';
import { listOnRecord } from '../wording/describe-others.ts';
import type { OnRecord } from '../wording/describe-others.ts';

/** The vendor's limit for a key, unless it was raised. */
const CALLS_AN_HOUR = 1000;

/** What is known about a plan from outside it. */
export type PreviewContext = {
  readonly digest: PlanDigest;
  /** The API's list of devices; `null` if it was not read. */
  readonly preflight: Preflight | null;
  /** Other rollouts on record that concern the devices; absent if the records were not read. */
  readonly records?: OnRecord | null;
};

export function headingOf({ plan, waves, devices }: Preview): Block {
  const size = `${count(devices, 'device')} in ${count(waves.length, 'wave')}`;
  return {
    kind: 'heading',
    text: phrase`Rollout ${plan.name}: ${size}, region ${plan.region}`,
    about: plan.description,
  };
}

/** The facts of each key of the plan, in this order; none for keys in the heading or with each wave. */
const FACTS: {
  readonly [Name in keyof RolloutPlan]-?: (preview: Pick<Preview, 'plan' | 'limit'>) => readonly Fact[];
} = {
  name: () => [],
  description: () => [],
  region: () => [],
  artifact: () => [],
  maxFailures: (preview) => [['overall limit', describeRolloutLimit(preview)]],
  whenInDoubt: ({ plan }) => [
    ['lost answer', plan.whenInDoubt === 'stop' ? 'stop until `breakwater settle`' : 'deploy again'],
  ],
  haltGraceMs: ({ plan }) => [
    ['after a halt', `poll devices in flight for ${renderDuration(plan.haltGraceMs)}`],
  ],
  rollback: ({ plan }) => describeRollback(plan),
  rollbackOf: () => [],
  hooks: ({ plan }) => describeHooks(plan),
  preflight: ({ plan }) => describePreflight(plan),
  waves: () => [],
};

/** What holds for the whole rollout: label and value. */
export function listFacts(
  preview: Preview,
  { digest, preflight, records = null }: PreviewContext,
): readonly Fact[] {
  return [
    ['artifact', code(preview.plan.artifact.uuid)],
    ['digest', code(digest)],
    ...Object.values(FACTS).flatMap((describe) => describe(preview)),
    ...(preflight === null
      ? []
      : [['online', `credentials accepted; ${describeReadiness(preflight)}`] as const]),
    ...(records === null ? [] : listOnRecord(records).map((line) => ['on record', line] as const)),
  ];
}

/** The facts of a wave by label. */
export function describeWave(preview: WavePreview) {
  const { wave, batches, calls, longestMs } = preview;
  const soak = wave.soakMs === undefined ? '' : `, then soaks for ${renderDuration(wave.soakMs)}`;
  return {
    batches: describeBatches(wave, batches),
    limit: describeLimit(preview),
    halts: describeHalt(preview),
    calls: renderCalls(calls),
    time: `timeout ${renderDuration(wave.timeoutMs)}${soak}; at most ${renderElapsed(longestMs)}`,
  };
}

/** The calls and the time that the rollout may need, and the chance that a bad artifact passes the first wave. */
export function describeTotals(preview: Preview) {
  const { plan, calls, callsAnHour, longestMs } = preview;
  return {
    calls: `${renderCalls(calls)}; ${describeHour(callsAnHour)}`,
    time: `at most ${renderElapsed(longestMs)} if every deployment runs until its timeout${describeWaiting(plan)}`,
    odds: describeOdds(preview),
  };
}

function describeBatches({ devices, batch }: Wave, batches: number): string {
  if (batches === 1) return `1 deployment of ${count(devices.length, 'device')}`;
  const last = devices.length % batch.size;
  const sizes = `of ${count(batch.size, 'device')}${last === 0 ? '' : ` (the last of ${last})`}`;
  return `${count(batches, 'deployment')} ${sizes}, ${renderNumber(batch.parallel)} in parallel`;
}

function describeLimit({ wave, limit }: WavePreview): string {
  const needed = limit.base - limit.tolerated;
  const written = [
    ...(wave.minSuccess === null ? [] : [`minSuccess ${renderThreshold(wave.minSuccess)}`]),
    ...(wave.maxFailures === null ? [] : [`maxFailures ${renderThreshold(wave.maxFailures)}`]),
    ...(wave.rejected === 'ignore' ? ['rejected devices not counted'] : []),
  ].join(', ');
  const tolerated = limit.tolerated === 0 ? 'no failure' : count(limit.tolerated, 'failure');
  if (wave.maxTimedOut !== undefined)
    return `${tolerated} of ${count(limit.base, 'device')} tolerated (${written})${describeTimedOutLimit(wave)}`;
  return `${renderNumber(Math.max(0, needed))} of ${renderNumber(limit.base)} must succeed, ${tolerated} tolerated (${written})`;
}

function describeHalt({ wave, halt }: WavePreview): string {
  const by = halt.by === 'rollout' ? " (the whole rollout's maxFailures)" : '';
  return `at failure #${renderNumber(halt.atFailure)}${by}; ${describeReached(wave, halt.reached)} reached by then`;
}

function describeReached({ devices }: Wave, reached: number): string {
  if (reached < devices.length) return `up to ${count(reached, 'device')}`;
  return reached === 1 ? 'its only device' : `all ${count(reached, 'device')}`;
}

function describeRolloutLimit({ plan, limit }: Pick<Preview, 'plan' | 'limit'>): string {
  if (plan.maxFailures === null || limit === null) return 'none (each wave has its own)';
  return `${count(limit.tolerated, 'failure')} of ${count(limit.base, 'device')} tolerated (maxFailures ${renderThreshold(plan.maxFailures)})`;
}

/** The duration of these waits is unknown. */
function describeWaiting({ waves, hooks }: RolloutPlan): string {
  const waits = [...nameWaits(waves), ...(hooks === undefined ? [] : ['hooks'])];
  return waits.length === 0 ? '' : `, plus the time for ${enumerate(waits)}`;
}

function describeHour(calls: number): string {
  const hour = `at most ${renderNumber(calls)} in an hour`;
  return calls <= CALLS_AN_HOUR
    ? `${hour}, of ${renderNumber(CALLS_AN_HOUR)} allowed`
    : `${hour}, more than the ${renderNumber(CALLS_AN_HOUR)} allowed: polling will slow down`;
}

function renderCalls({ likely, worst }: Calls): string {
  return `about ${renderNumber(likely)}, at most ${renderNumber(worst)}`;
}

function describeRollback({ name, rollback }: RolloutPlan): readonly Fact[] {
  if (rollback === undefined) return [];
  const { artifact, arguments: values, automatic } = rollback;
  const pairs = Object.keys(values).length === 0 ? '' : ` ${describeArguments(values)}`;
  const when = automatic
    ? 'automatically when devices or a gate halt the rollout'
    : `by breakwater rollback ${name}`;
  return [
    [
      'rollback',
      `${artifact.uuid}${pairs} to the devices reached, ${when}; ${describeRollbackLimits(rollback)}`,
    ],
  ];
}

/** `0 failed and any number of silent devices tolerated; batches of 50, 2 in parallel; timeout 30m`. */
function describeRollbackLimits({ maxFailures, maxTimedOut, batch, timeoutMs }: Rollback): string {
  const failed = maxFailures === undefined ? '0' : renderThreshold(maxFailures);
  const silent = maxTimedOut === undefined ? 'any number of' : renderThreshold(maxTimedOut);
  return [
    `${failed} failed and ${silent} silent devices tolerated`,
    ...(batch === undefined
      ? []
      : [`batches of ${renderNumber(batch.size)}, ${renderNumber(batch.parallel)} in parallel`]),
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
  return [['preflight', `deploys nothing unless ${share} of the remaining devices are online`]];
}

/** `channel='stable' debug='1'`. */
export function describeArguments(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${printable(value)}'`)
    .join(' ');
}

/** In two parts. */
function describeOdds({ odds }: Preview): readonly [string, string] {
  const [first] = odds.waves;
  const past =
    first === undefined
      ? ''
      : ` passes wave ${printable(first.wave)} in ${renderChance(first.passes ?? 0)} of rollouts;`;
  return [
    `an artifact that breaks ${renderThreshold(ODDS_BREAKAGE)} of devices${past}`,
    `${renderMean(odds.broken)} devices broken before it stops`,
  ];
}

type WaitShown = {
  /** Of several waves: `windows`. */
  readonly many: string;
  readonly label: string;
  readonly lines: readonly WaitLine[];
};

/** What else a wave waits for, in the order of the keys. */
export function listWaits(wave: Wave): readonly WaitShown[] {
  return namesOf(WAVE_KEYS).flatMap((name) => showWait(name, wave[name]) ?? []);
}

/** What any of the waves waits for, in the order of the keys: `windows`, `gates`. */
function nameWaits(waves: readonly Wave[]): readonly string[] {
  return namesOf(WAVE_KEYS).flatMap((name) =>
    waves.flatMap((wave) => showWait(name, wave[name])?.many ?? []).slice(0, 1),
  );
}

export function waitFacts(wave: Wave): WaitFacts {
  const facts = namesOf(WAVE_KEYS).flatMap((name) => describeWait(name, wave[name]));
  // The type of `WAVE_KEYS` holds each to the type of its fact.
  return Object.fromEntries(facts) as WaitFacts;
}

function showWait<Name extends keyof Wave>(name: Name, value: Wave[Name]): WaitShown | null {
  const preview = previewOf(name);
  const given = value ?? null;
  if (preview.kind !== 'wait' || given === null) return null;
  const { many, label, lines } = preview;
  return { many, label, lines: lines(given) };
}

function describeWait<Name extends keyof Wave>(
  name: Name,
  value: Wave[Name],
): readonly (readonly [string, unknown])[] {
  const preview = previewOf(name);
  return preview.kind === 'wait' ? [[name, preview.fact(value)]] : [];
}

function previewOf<Name extends keyof Wave>(name: Name): InPreview<Name> {
  const previews: { readonly [Each in keyof Required<Wave>]: { readonly preview: InPreview<Each> } } =
    WAVE_KEYS;
  const { preview }: { readonly preview: InPreview<Name> } = previews[name];
  return preview;
}
