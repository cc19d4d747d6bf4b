/**
 * The sentences about events of a rollout, for plain and live progress, the summary and JSON. They start
 * in lower case and end without a full stop, so that they fit behind a time and inside another sentence.
 */
import { describePartial } from '../../rollout/preflight.ts';
import { present } from '../../base/assert.ts';
import { renderDuration, renderElapsed } from '../../base/duration.ts';
import { count, list, printable, renderNumber } from '../../base/text.ts';
import type { Serial, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { isSuperseded } from '../../rollout/change-state.ts';
import type { JournaledEvent, RolloutEvent } from '../../rollout/event.ts';
import { limitOf } from '../../rollout/judge.ts';
import type { DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import { describeReason } from './causes.ts';
import { renderMoment } from './moments.ts';
import { describeOrderEvent } from './order-sentences.ts';
import {
  describeFailure,
  describeLastWord,
  describeResult,
  describeRunner,
  describeTimedOutLimit,
  nameHook,
  nameDeployment,
  nameWave,
  written,
} from './phrases.ts';
import { acknowledgedTally, describeTally, totalTally } from '../summary/tallies.ts';

/** How many serials, and how many changes of a plan, one line names. */
const SERIALS_NAMED = 5;
const CHANGES_NAMED = 5;

type EventOf<Type extends RolloutEvent['type']> = Extract<JournaledEvent, { readonly type: Type }>;

/** The sentence of an event; `state` is the state after it. */
export function describeEvent(event: JournaledEvent, state: RolloutState): string {
  switch (event.type) {
    case 'rollout-started':
      return describeStart(event);
    case 'runner-started':
      return `runner started: breakwater ${printable(event.version)}, ${describeRunner(event.runner)}`;
    case 'wave-started':
      return `${nameWave(event.wave)} started: ${describeTerms(event.wave, state)}`;
    case 'deployment-intended':
      return `${nameDeployment(event.deployment)}: ${describePost(event, state)}`;
    case 'deployment-accepted':
      return describeAcceptance(event, state);
    case 'deployment-not-made':
      return `${nameDeployment(event.deployment)} was not made and can be retried: ${describeFailure(event.failure)}`;
    case 'deployment-refused':
      return `${nameDeployment(event.deployment)} was refused: ${describeFailure(event.failure)}`;
    case 'deployment-doubted':
      return `${nameDeployment(event.deployment)} is in doubt and may exist: ${describeFailure(event.failure)}`;
    case 'devices-reported':
      return `${nameDeployment(event.deployment)}: ${describeNews(event, state)}; ${describeWaveOf(event.deployment, state)}`;
    case 'devices-timed-out':
      return `${nameDeployment(event.deployment)}: timeout reached: ${describeGroups([
        ['timed-out', event.timedOut],
        ['unknown', event.unknown],
      ])}; ${describeWaveOf(event.deployment, state)}`;
    case 'devices-noted':
      return `${nameDeployment(event.deployment)}: ${describeNoted(event)}`;
    case 'deployment-not-found':
      return `the API did not find ${nameDeployment(event.deployment)}: ${describeFailure(event.failure)}`;
    case 'deployment-found':
      return `the API lists ${nameDeployment(event.deployment)} again`;
    case 'successes-unconfirmed':
      return `${nameDeployment(event.deployment)}: ${describeUnconfirmed(event)}; ${describeWaveOf(event.deployment, state)}`;
    case 'devices-reverted':
      return `${nameDeployment(event.deployment)}: ${groups([['failed after success', event.devices]]).join('')}; ${describeWaveOf(event.deployment, state)}`;
    case 'earlier-waves-checked':
      return `${nameWave(event.wave)}: earlier waves checked again`;
    case 'connections-checked':
      return describeConnections(event);
    case 'deployment-followed-up':
      return `${nameDeployment(event.deployment)}: checked again after the rollout finished: ${describeFollowUp(event)}`;
    case 'wave-soaking':
      return `${nameWave(event.wave)} passed its thresholds and soaks${describeSoakEnd(event, state)}: ${describeTallyOf(event.wave, state)}`;
    case 'soak-ended':
      return `${nameWave(event.wave)} checked again after its soak: ${describeTallyOf(event.wave, state)}`;
    case 'gate-ended':
      return `${nameWave(event.wave)}: gate ${printable(event.name)}${event.attempt === 1 ? '' : `, attempt ${event.attempt},`} ${describeResult(event.result)}`;
    case 'hook-started':
      return `${nameHook(event)} started`;
    case 'hook-ended':
      return `${nameHook(event)} ${describeResult(event.result)}`;
    case 'wave-passed':
      return `${nameWave(event.wave)} passed${describeTimeTaken(waveOf(state, event.wave))}: ${describeTallyOf(event.wave, state)}`;
    case 'rollout-halted':
      return `rollout halted in ${nameWave(event.wave)} (${event.cause.reason}): ${describeReason(event, state.plan)}`;
    case 'grace-ended':
      return event.unfinished === 0
        ? 'polling after the halt is finished: every device in flight has ended'
        : `polling after the halt is finished: ${count(event.unfinished, 'device')} still in flight, outcome unknown`;
    case 'rollout-completed':
      return `rollout completed after ${renderElapsed(event.at - state.startedAt)}: ${describeTotal(state)}`;
    case 'plan-changed':
      return `plan changed: ${describeChanges(event)}; digest ${event.digest}`;
    case 'rollout-paused':
    case 'rollout-aborted':
    case 'rollout-resumed':
    case 'wave-retried':
    case 'wave-approved':
    case 'deployment-settled':
    case 'rollback-started':
    case 'open-accepted':
    case 'order-refused':
      return describeOrderEvent(event, state);
    case 'runner-stopped':
      return `runner stopped (${event.why}): ${printable(event.message)}`;
  }
}

function describeFollowUp({
  answer,
  success,
  failed,
  processing,
}: EventOf<'deployment-followed-up'>): string {
  if (answer === 'not-found') return 'the API no longer lists it';
  const news = describeGroups([
    ['success', success],
    ['failed', failed],
    ['processing', processing],
  ]);
  return news === '' ? 'no news' : news;
}

function describeStart({ plan, digest, simulated }: EventOf<'rollout-started'>): string {
  return `rollout ${plan.name} started${simulated ? ' (simulated)' : ''}: ${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}, region ${plan.region}, artifact ${plan.artifact.uuid}, digest ${digest}`;
}

function describeTerms(name: WaveName, state: RolloutState): string {
  const { wave } = waveOf(state, name);
  const limit = limitOf(wave, wave.devices.length, state.rules);
  const needs =
    limit.needed === null
      ? `${limit.tolerated === 0 ? 'no failure' : count(limit.tolerated, 'failure')} tolerated${written('maxFailures', wave.maxFailures)}`
      : `${renderNumber(limit.needed)} must succeed${written('minSuccess', wave.minSuccess)}`;
  return `${count(wave.devices.length, 'device')}, ${needs}${describeTimedOutLimit(wave)}, timeout ${renderDuration(wave.timeoutMs)}`;
}

function describeSoakEnd({ wave: name }: EventOf<'wave-soaking'>, state: RolloutState): string {
  const { soakUntil, wave } = waveOf(state, name);
  return soakUntil === null
    ? ''
    : ` for ${renderDuration(wave.soakMs ?? 0)}, until ${renderMoment(soakUntil)}`;
}

/** Batches beyond those of the plan belong to a retry. */
function describePost(
  { wave: name, batch, attempt, devices }: EventOf<'deployment-intended'>,
  state: RolloutState,
): string {
  const { wave } = waveOf(state, name);
  const isRetry = batch > Math.ceil(wave.devices.length / wave.batch.size);
  return `deploying to ${count(devices.length, 'device')}${isRetry ? ' (retry)' : ''}${attempt === 1 ? '' : `, attempt ${attempt}`}`;
}

function describeAcceptance(event: EventOf<'deployment-accepted'>, state: RolloutState): string {
  const deployment = state.deployments.get(event.deployment);
  const inFlight = deployment === undefined ? 0 : inFlightOf(deployment.tally);
  const until =
    deployment?.call.kind === 'accepted' && inFlight > 0
      ? `, timeout at ${renderMoment(deployment.call.deadlineAt)}`
      : '';
  const rejected = event.rejected.map(({ serial, reason }) => `${printable(serial)} (${printable(reason)})`);
  return [
    `${nameDeployment(event.deployment)} accepted: id ${printable(event.deploymentId)}, ${count(inFlight, 'device')} in flight${until}`,
    ...(rejected.length === 0
      ? []
      : [`${renderNumber(rejected.length)} rejected: ${list(rejected, SERIALS_NAMED)}`]),
    ...(event.unreadable === null ? [] : [`unreadable: ${printable(event.unreadable)}`]),
  ].join('; ');
}

function describeNews(event: EventOf<'devices-reported'>, state: RolloutState): string {
  const deployment = state.deployments.get(event.deployment);
  const timeOf = (serial: Serial) => timeliness(serial, deployment);
  const of = (serials: readonly Serial[], time: Timeliness) =>
    serials.filter((serial) => timeOf(serial) === time);
  const processing = event.processing.length;
  const succeeded = of(event.success, 'in-time').length;
  return [
    ...(processing === 0 ? [] : [`${renderNumber(processing)} processing`]),
    ...(succeeded === 0 ? [] : [`${renderNumber(succeeded)} success`]),
    ...groups([
      ['failed', of(event.failed, 'in-time')],
      ['success after the timeout', of(event.success, 'late')],
      ['failed after the timeout', of(event.failed, 'late')],
      ['success in the attempt before the retry', of(event.success, 'retried')],
      ['failed in the attempt before the retry', of(event.failed, 'retried')],
    ]),
  ].join(', ');
}

function describeNoted({ words, notListed, cleared }: EventOf<'devices-noted'>): string {
  return groups([
    ...words.map(({ word, devices }) => [describeLastWord({ kind: 'listed', word }), devices] as const),
    [describeLastWord({ kind: 'not-listed' }), notListed],
    ['listed as on record again', cleared],
  ]).join(', ');
}

function describeConnections({ offline, unlisted, partial }: EventOf<'connections-checked'>): string {
  const told = groups([
    ['offline', offline],
    ['not listed', partial === undefined ? unlisted : []],
  ]);
  const notes = partial === undefined ? told : [...told, describePartial(partial)];
  return `connections: ${notes.length === 0 ? 'every remaining device is online' : notes.join(', ')}`;
}

function describeUnconfirmed({ devices }: EventOf<'successes-unconfirmed'>): string {
  if (devices === null)
    return 'its successful devices are not confirmed, because the API did not find the deployment';
  const what = `${count(devices.length, 'successful device')} not confirmed`;
  return `${what} (${list(devices, SERIALS_NAMED)})`;
}

/** Whether news of a device counted, or why not. */
type Timeliness = 'in-time' | 'late' | 'retried';

function timeliness(serial: Serial, deployment: DeploymentState | undefined): Timeliness {
  if (deployment === undefined || !deployment.lateOutcomes.has(serial)) return 'in-time';
  return isSuperseded(deployment, serial) ? 'retried' : 'late';
}

/** The devices of the whole rollout by status. */
export function describeTotal(state: RolloutState): string {
  return describeTally(totalTally(state), undefined, acknowledgedTally(state));
}

function describeChanges({ changes, kept = [], resets = [] }: EventOf<'plan-changed'>): string {
  const none =
    kept.length === 0 ? 'nothing that affects a wave' : 'nothing that affects the remaining rollout';
  const what = changes.length === 0 ? none : list(changes.map(printable), CHANGES_NAMED);
  const recorded = kept.length === 0 ? '' : `; kept as recorded: ${list(kept.map(printable), CHANGES_NAMED)}`;
  const restarted =
    resets.length === 0 ? '' : `; restarted: wave ${list(resets.map(printable), CHANGES_NAMED)}`;
  return `${what}${recorded}${restarted}`;
}

type Groups = readonly (readonly [string, readonly string[]])[];

function describeGroups(all: Groups): string {
  const told = groups(all);
  return told.length === 0 ? 'no device left' : told.join(', ');
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
  const { tally, acknowledged } = waveOf(state, name);
  return `${before}${describeTally(tally, undefined, acknowledged)}`;
}

function describeTimeTaken({ startedAt, endedAt }: WaveState): string {
  return startedAt === null || endedAt === null ? '' : ` after ${renderElapsed(endedAt - startedAt)}`;
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
