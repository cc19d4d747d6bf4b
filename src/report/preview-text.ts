/** `breakwater plan`, for a person. No time of day, no path and no width of a terminal: the same plan, the same bytes. */
import { renderDuration, renderElapsed } from '../base/duration.ts';
import { count, enumerate, list, printable, renderNumber } from '../base/text.ts';
import { renderThreshold } from '../plan/threshold.ts';
import { describeWindow } from '../plan/describe-window.ts';
import type { PlanDigest } from '../plan/identifiers.ts';
import { HOOK_POINTS } from '../plan/rollout-plan.ts';
import type { Gate, RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { describeReadiness } from '../rollout/describe-preflight.ts';
import type { Preflight } from '../rollout/preflight.ts';
import { renderChance, renderMean } from './chance.ts';
import type { Calls, Preview, WavePreview } from '../rollout/preview.ts';
import { ODDS_BREAKAGE, TYPICAL_DEVICE_MS } from '../rollout/preview.ts';

/** What the vendor allows a key, unless it was raised. */
const CALLS_AN_HOUR = 1000;

/** How many serials are named for a wave. */
const SERIALS_SHOWN = 3;

export type PreviewOptions = {
  readonly digest: PlanDigest;
  /** Whether every serial is listed, a line each. */
  readonly withDevices: boolean;
  /** What the API tells of the devices; `null` where it was not asked. */
  readonly preflight: Preflight | null;
};

export function renderPreview(preview: Preview, { digest, withDevices, preflight }: PreviewOptions): string {
  const { plan, waves, devices } = preview;
  return [
    `Rollout ${plan.name}: ${count(devices, 'device')} in ${count(waves.length, 'wave')}, region ${plan.region}`,
    ...(plan.description === null ? [] : [`  ${printable(plan.description)}`]),
    `  artifact   ${plan.artifact.uuid}`,
    `  digest     ${digest}`,
    `  tolerates  ${describeRolloutLimit(preview)}`,
    `  in doubt   ${plan.whenInDoubt === 'stop' ? 'stops and asks' : 'posts again'}`,
    `  halted     devices in flight are watched for ${renderDuration(plan.haltGraceMs)} more`,
    ...renderRollback(plan),
    ...renderHooks(plan),
    ...renderPreflight(plan, preflight),
    '',
    ...waves.flatMap((wave, index) => [
      ...renderWave(wave, index),
      ...(withDevices ? wave.wave.devices.map((serial) => `    ${serial}`) : []),
      '',
    ]),
    `Calls to the API: ${renderCalls(preview.calls)}; ${describeHour(preview.callsAnHour)}`,
    `  likely: every device ends within ${renderDuration(TYPICAL_DEVICE_MS)}; at most: one device of each deployment never ends`,
    `Time: at most ${renderElapsed(preview.longestMs)}, if every deployment needs its whole timeout${describeWaiting(plan)}`,
    `Odds: ${describeOdds(preview)}`,
    '',
  ].join('\n');
}

/** Lines of one wave; `index` from 0. */
function renderWave(preview: WavePreview, index: number): readonly string[] {
  const { wave, batches, calls, longestMs } = preview;
  return [
    `Wave ${index + 1}: ${printable(wave.name)}`,
    `  devices    ${renderNumber(wave.devices.length)}: ${list(wave.devices, SERIALS_SHOWN)}`,
    ...renderArguments(wave),
    `  posted     ${describeBatches(wave, batches)}`,
    `  needs      ${describeLimit(preview)}`,
    `  halts      ${describeHalt(preview)}`,
    `  calls      ${renderCalls(calls)}`,
    `  time       timeout ${renderDuration(wave.timeoutMs)}${describeSoak(wave)}; at most ${renderElapsed(longestMs)}`,
    ...(wave.window === undefined ? [] : [`  window     ${describeWindow(wave.window)}`]),
    ...(wave.approval === undefined ? [] : ['  approval   by a person, before it starts']),
    ...(wave.gates ?? []).map((gate) => `  gate       ${describeGate(gate)}`),
  ];
}

function describeGate({ name, run, timeoutMs, retries, intervalMs }: Gate): string {
  const tries =
    retries === 0 ? '' : `, up to ${renderNumber(retries + 1)} times, ${renderDuration(intervalMs)} apart`;
  return `${printable(name)}: ${describeProgram(run)}, ${renderDuration(timeoutMs)} at most${tries}`;
}

function renderPreflight({ preflight }: RolloutPlan, found: Preflight | null): readonly string[] {
  return [
    ...(preflight === undefined
      ? []
      : [
          `  preflight  posts nothing unless ${renderThreshold(preflight.minOnline)} of the devices to come are online`,
        ]),
    ...(found === null ? [] : [`  online     the credentials work; ${describeReadiness(found)}`]),
  ];
}

function renderRollback({ name, rollback }: RolloutPlan): readonly string[] {
  if (rollback === undefined) return [];
  const { artifact, arguments: values, automatic } = rollback;
  const pairs = Object.entries(values).map(([key, value]) => ` ${key}='${printable(value)}'`);
  const when = automatic ? 'by itself when it halts' : `by breakwater rollback ${name}`;
  return [`  rollback   ${artifact.uuid}${pairs.join('')} to the devices reached, ${when}`];
}

function renderHooks({ hooks }: RolloutPlan): readonly string[] {
  return HOOK_POINTS.flatMap((point) =>
    (hooks?.[point] ?? []).map(
      ({ name, run, timeoutMs }) =>
        `  hook       ${point}: ${printable(name)}: ${describeProgram(run)}, ${renderDuration(timeoutMs)} at most`,
    ),
  );
}

/** The program and its arguments, told apart where they hold spaces. */
function describeProgram(run: readonly string[]): string {
  return run.map((word) => printable(/^[^\s'"]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function describeSoak({ soakMs }: Wave): string {
  return soakMs === undefined ? '' : `, then soaks for ${renderDuration(soakMs)}`;
}

function renderArguments({ arguments: values }: Wave): readonly string[] {
  const pairs = Object.entries(values).map(([name, value]) => `${name}='${printable(value)}'`);
  return pairs.length === 0 ? [] : [`  arguments  ${pairs.join(' ')}`];
}

function describeBatches({ devices, batch }: Wave, batches: number): string {
  if (batches === 1) return `${count(devices.length, 'device')} in one deployment`;
  const last = devices.length % batch.size;
  const sizes =
    last === 0 ? `of ${renderNumber(batch.size)}` : `of ${renderNumber(batch.size)}, the last of ${last}`;
  return `in ${count(batches, 'deployment')} ${sizes}, ${renderNumber(batch.parallel)} at once`;
}

function describeLimit({ wave, limit }: WavePreview): string {
  const needed = limit.base - limit.tolerated;
  const written = [
    ...(wave.minSuccess === null ? [] : [`minSuccess ${renderThreshold(wave.minSuccess)}`]),
    ...(wave.maxFailures === null ? [] : [`maxFailures ${renderThreshold(wave.maxFailures)}`]),
    ...(wave.rejected === 'ignore' ? ['rejected devices leave the base'] : []),
  ].join(', ');
  const tolerated = limit.tolerated === 0 ? 'no failure' : count(limit.tolerated, 'failure');
  return `${renderNumber(Math.max(0, needed))} of ${renderNumber(limit.base)} to succeed, tolerates ${tolerated} (${written})`;
}

function describeHalt({ wave, halt }: WavePreview): string {
  if (halt === null) return 'never: all of its devices may fail';
  const by = halt.by === 'rollout' ? " by the whole rollout's maxFailures" : '';
  return `at failure #${renderNumber(halt.atFailure)}${by}; ${describeReached(wave, halt.reached)} reached by then`;
}

function describeReached({ devices }: Wave, reached: number): string {
  if (reached < devices.length) return `up to ${count(reached, 'device')}`;
  return reached === 1 ? 'its only device' : `all ${count(reached, 'device')}`;
}

function describeRolloutLimit({ plan, limit }: Preview): string {
  if (plan.maxFailures === null || limit === null) return 'what each wave tolerates';
  return `${count(limit.tolerated, 'failure')} over all ${count(limit.base, 'device')} (maxFailures ${renderThreshold(plan.maxFailures)})`;
}

/** What it proves that the first wave has passed. */
function describeOdds({ odds }: Preview): string {
  const [first] = odds.waves;
  const past =
    first === undefined
      ? ''
      : ` gets past wave ${printable(first.wave)} in ${renderChance(first.passes ?? 0)} of rollouts;\n `;
  return `an artifact that breaks ${renderThreshold(ODDS_BREAKAGE)} of devices${past} ${renderMean(odds.broken)} devices are broken before it stops`;
}

/** Nobody can say how long it takes. */
function describeWaiting({ waves, hooks }: RolloutPlan): string {
  const waits = [
    ...(waves.some(({ window }) => window !== undefined) ? ['windows'] : []),
    ...(waves.some(({ approval }) => approval !== undefined) ? ['approvals'] : []),
    ...(waves.some(({ gates }) => gates !== undefined) ? ['gates'] : []),
    ...(hooks === undefined ? [] : ['hooks']),
  ];
  return waits.length === 0 ? '' : `, and the time that ${enumerate(waits)} take`;
}

function describeHour(calls: number): string {
  const hour = `at most ${renderNumber(calls)} in an hour`;
  return calls <= CALLS_AN_HOUR
    ? `${hour}, of ${renderNumber(CALLS_AN_HOUR)} allowed`
    : `${hour}, more than the ${renderNumber(CALLS_AN_HOUR)} allowed: polls will be rarer`;
}

function renderCalls({ likely, worst }: Calls): string {
  return `about ${renderNumber(likely)}, at most ${renderNumber(worst)}`;
}
