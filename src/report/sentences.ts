/**
 * The sentences about what happens to a rollout: said by plain and live progress, by the summary and in JSON. They start
 * in lower case and end without a full stop, so that they fit behind a time and inside another sentence.
 */
import { present } from '../base/assert.ts';
import { renderDuration, renderElapsed } from '../base/duration.ts';
import { count, list, printable, renderNumber } from '../base/text.ts';
import { renderThreshold } from '../plan/threshold.ts';
import type { WaveName } from '../plan/identifiers.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { inFlightOf } from '../rollout/bucket.ts';
import type { DeploymentKey, HaltCause, JournaledEvent, RolloutEvent } from '../rollout/event.ts';
import type { FailureRecord } from '../rollout/failure.ts';
import { limitOf } from '../rollout/judge.ts';
import type { DeploymentState, RolloutState, WaveState } from '../rollout/state.ts';
import { renderMoment } from './moments.ts';
import { describeTally, totalTally } from './tallies.ts';

/** How many serials one line names. */
const SERIALS_NAMED = 5;

type EventOf<Type extends RolloutEvent['type']> = Extract<JournaledEvent, { readonly type: Type }>;

/** What an event says; `state` is the one after it. */
export function describeEvent(event: JournaledEvent, state: RolloutState): string {
  switch (event.type) {
    case 'rollout-started':
      return describeStart(event);
    case 'runner-started':
      return `runner started: breakwater ${printable(event.version)}, ${describeRunner(event.runner)}`;
    case 'wave-started':
      return `${nameWave(event.wave)} started: ${describeTerms(event.wave, state)}`;
    case 'deployment-intended':
      return `${nameDeployment(event.deployment)}: posting ${count(event.devices.length, 'device')}${event.attempt === 1 ? '' : `, attempt ${event.attempt}`}`;
    case 'deployment-accepted':
      return describeAcceptance(event, state);
    case 'deployment-not-made':
      return `${nameDeployment(event.deployment)} was not made, and may be tried again: ${describeFailure(event.failure)}`;
    case 'deployment-refused':
      return `${nameDeployment(event.deployment)} was refused: ${describeFailure(event.failure)}`;
    case 'deployment-doubted':
      return `${nameDeployment(event.deployment)} is in doubt, it may exist: ${describeFailure(event.failure)}`;
    case 'devices-reported':
      return `${nameDeployment(event.deployment)}: ${describeNews(event, state)}; ${describeWaveOf(event.deployment, state)}`;
    case 'devices-timed-out':
      return `${nameDeployment(event.deployment)}: time is out: ${describeGroups([
        ['timed-out', event.timedOut],
        ['unknown', event.unknown],
      ])}; ${describeWaveOf(event.deployment, state)}`;
    case 'wave-passed':
      return `${nameWave(event.wave)} passed${describeTimeTaken(waveOf(state, event.wave))}: ${describeTallyOf(event.wave, state)}`;
    case 'rollout-halted':
      return `rollout halted in ${nameWave(event.wave)} (${event.cause.reason}): ${describeCause(event, state.plan)}`;
    case 'grace-ended':
      return event.unfinished === 0
        ? 'watching after the halt is over: every device that was in flight has ended'
        : `watching after the halt is over: ${count(event.unfinished, 'device')} still in flight, their outcome is not known`;
    case 'rollout-completed':
      return `rollout completed after ${renderElapsed(event.at - state.startedAt)}: ${describeTally(totalTally(state))}`;
    case 'runner-stopped':
      return `runner stopped (${event.why}): ${printable(event.message)}`;
  }
}

export type Halt = { readonly wave: WaveName; readonly cause: HaltCause };

/** Why a rollout halted, with the numbers: `wave berlin has 3 failures of 80 devices and tolerates 2 (maxFailures 3%)`. */
export function describeCause({ wave: name, cause }: Halt, plan: RolloutPlan): string {
  switch (cause.reason) {
    case 'failures-exceeded': {
      const wave = plan.waves.find((one) => one.name === name);
      return `${nameWave(name)} has ${describeFailures(cause, wave)} and tolerates ${tolerated(cause.tolerated)}${written('maxFailures', wave?.maxFailures)}`;
    }
    case 'success-unreachable': {
      const wave = plan.waves.find((one) => one.name === name);
      const needed = cause.needed ?? cause.base - cause.tolerated;
      return `${nameWave(name)} has ${describeFailures(cause, wave)}, so at most ${renderNumber(cause.base - cause.failures)} can succeed, and it needs ${renderNumber(needed)}${written('minSuccess', wave?.minSuccess)}`;
    }
    case 'rollout-failures-exceeded':
      return `the rollout has ${describeFailures(cause, undefined)} over all waves and tolerates ${tolerated(cause.tolerated)}${written("the plan's maxFailures", plan.maxFailures)}`;
    case 'deployment-refused':
      return `the API refused ${nameDeployment(cause.deployment)}: ${describeFailure(cause.failure)}`;
  }
}

/** The same for a cell of a table: `failures-exceeded in berlin: 3 of 80, tolerates 2`. */
export function describeCauseBriefly({ wave, cause }: Halt): string {
  const where = `${cause.reason} in ${printable(wave)}`;
  if (cause.reason === 'deployment-refused') return `${where}: ${printable(cause.deployment)}`;
  return `${where}: ${renderNumber(cause.failures)} of ${renderNumber(cause.base)}, tolerates ${tolerated(cause.tolerated)}`;
}

/** What went wrong with a call, with the id that the vendor's support asks for. */
export function describeFailure({ message, requestId }: FailureRecord): string {
  const isNamed = requestId === null || message.includes(requestId);
  return printable(isNamed ? message : `${message} (X-Request-ID ${requestId})`);
}

export function nameWave(name: WaveName): string {
  return `wave ${printable(name)}`;
}

export function nameDeployment(key: DeploymentKey): string {
  return `deployment ${printable(key)}`;
}

export function describeRunner(runner: EventOf<'runner-started'>['runner']): string {
  const by = runner.startedBy === null ? '' : `, started by ${printable(runner.startedBy)}`;
  return `process ${runner.pid} on ${printable(runner.host)}${by}`;
}

function describeStart({ plan, digest, simulated }: EventOf<'rollout-started'>): string {
  return `rollout ${plan.name} started${simulated ? ' (simulated)' : ''}: ${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}, region ${plan.region}, artifact ${plan.artifact.uuid}, digest ${digest}`;
}

function describeTerms(name: WaveName, state: RolloutState): string {
  const { wave } = waveOf(state, name);
  const limit = limitOf(wave, wave.devices.length);
  const needs =
    limit.needed === null
      ? `tolerates ${tolerated(limit.tolerated)}${written('maxFailures', wave.maxFailures)}`
      : `needs ${renderNumber(limit.needed)} to succeed${written('minSuccess', wave.minSuccess)}`;
  return `${count(wave.devices.length, 'device')}, ${needs}, timeout ${renderDuration(wave.timeoutMs)}`;
}

function describeAcceptance(event: EventOf<'deployment-accepted'>, state: RolloutState): string {
  const deployment = state.deployments.get(event.deployment);
  const inFlight = deployment === undefined ? 0 : inFlightOf(deployment.tally);
  const until =
    deployment?.call.kind === 'accepted' && inFlight > 0
      ? ` until ${renderMoment(deployment.call.deadlineAt)} at the latest`
      : '';
  const rejected = event.rejected.map(({ serial, reason }) => `${printable(serial)} (${printable(reason)})`);
  return [
    `${nameDeployment(event.deployment)} accepted: id ${printable(event.deploymentId)}, ${count(inFlight, 'device')} in flight${until}`,
    ...(rejected.length === 0
      ? []
      : [`${renderNumber(rejected.length)} rejected: ${list(rejected, SERIALS_NAMED)}`]),
    ...(event.unreadable === null ? [] : [`not readable: ${printable(event.unreadable)}`]),
  ].join('; ');
}

function describeNews(event: EventOf<'devices-reported'>, state: RolloutState): string {
  const late = state.deployments.get(event.deployment)?.lateOutcomes;
  const isLate = (serial: EventOf<'devices-reported'>['success'][number]) => late?.has(serial) === true;
  const processing = event.processing.length;
  return [
    ...(processing === 0 ? [] : [`${renderNumber(processing)} processing`]),
    ...(event.success.some((serial) => !isLate(serial))
      ? [`${renderNumber(event.success.filter((serial) => !isLate(serial)).length)} success`]
      : []),
    ...groups([
      ['failed', event.failed.filter((serial) => !isLate(serial))],
      ['success after the time was out', event.success.filter(isLate)],
      ['failed after the time was out', event.failed.filter(isLate)],
    ]),
  ].join(', ');
}

type Groups = readonly (readonly [string, readonly string[]])[];

function describeGroups(all: Groups): string {
  const told = groups(all);
  return told.length === 0 ? 'no device was left' : told.join(', ');
}

/** `2 failed (a, b)`, for the groups that are not empty. */
function groups(all: Groups): readonly string[] {
  return all
    .filter(([, serials]) => serials.length > 0)
    .map(([what, serials]) => `${renderNumber(serials.length)} ${what} (${list(serials, SERIALS_NAMED)})`);
}

function describeWaveOf(key: DeploymentKey, state: RolloutState): string {
  const deployment = state.deployments.get(key);
  return deployment === undefined
    ? ''
    : describeTallyOf(deployment.wave, state, `${nameWave(deployment.wave)}: `);
}

function describeTallyOf(name: WaveName, state: RolloutState, before = ''): string {
  return `${before}${describeTally(waveOf(state, name).tally)}`;
}

function describeTimeTaken({ startedAt, endedAt }: WaveState): string {
  return startedAt === null || endedAt === null ? '' : ` after ${renderElapsed(endedAt - startedAt)}`;
}

function describeFailures(
  { failures, base }: { readonly failures: number; readonly base: number },
  wave: Wave | undefined,
): string {
  const ignored = wave === undefined ? 0 : wave.devices.length - base;
  const less = ignored > 0 ? ` (${renderNumber(ignored)} rejected ones do not count)` : '';
  return `${count(failures, 'failure')} of ${count(base, 'device')}${less}`;
}

function tolerated(n: number): string {
  return n <= 0 ? 'none' : renderNumber(n);
}

function written(key: string, threshold: Wave['maxFailures'] | undefined): string {
  return threshold === null || threshold === undefined ? '' : ` (${key} ${renderThreshold(threshold)})`;
}

function waveOf(state: RolloutState, name: WaveName): WaveState {
  return present(
    state.waves.find(({ wave }) => wave.name === name),
    nameWave(name),
  );
}

/** Which deployment an event is about, or `null`. */
export function deploymentOf(event: RolloutEvent, state: RolloutState): DeploymentState | null {
  return 'deployment' in event ? (state.deployments.get(event.deployment) ?? null) : null;
}
