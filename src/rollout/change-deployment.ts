/** What events change of one deployment: its call, and what the API says of its devices. Changes in place, as `apply.ts`. */
import { assert } from '../base/assert.ts';
import type { Serial, DeploymentKey } from '../plan/identifiers.ts';
import { EMPTY_TALLY } from './device-status.ts';
import {
  deploymentOf,
  markReverted,
  moveDevices,
  noteLastWord,
  putDeployment,
  deviceStatusOf,
  waveOf,
  isSuperseded,
} from './change-state.ts';
import type { EventOf, RolloutEvent } from './event.ts';
import { NO_WORDS } from './last-word.ts';
import { indexOf, SerialIndex } from './serial-index.ts';
import type { DeploymentCall, DeploymentState, RolloutState } from './state.ts';

export function intend(state: RolloutState, event: EventOf<'deployment-intended'>): RolloutState {
  const { deployment: key, wave, batch, attempt, devices, at } = event;
  const earlier = state.deployments.get(key);
  assert(
    earlier === undefined || earlier.call.kind === 'not-made',
    `${key} is intended again only after it was certainly not made`,
  );
  const { startedAt, wave: planned } = waveOf(state, wave);
  assert(state.phase.kind === 'running' && startedAt !== null, `${key} is intended while its wave runs`);
  assert(
    devices.length > 0 && devices.every((serial) => indexOf(planned.devices).has(serial)),
    `${key} holds devices of its wave, and no others`,
  );
  return putDeployment(state, {
    key,
    wave,
    batch,
    attempt,
    devices,
    index: new SerialIndex(devices),
    intendedAt: at,
    signedAt: event.signedAt ?? null,
    sender: event.sender ?? null,
    connections: state.connections,
    call: { kind: 'intended' },
    deviceStatuses: new Uint8Array(devices.length),
    superseded: new Uint8Array(devices.length),
    acknowledged: new Uint8Array(devices.length),
    reverted: new Uint8Array(devices.length),
    tally: { ...EMPTY_TALLY, waiting: devices.length },
    rejections: new Map(),
    lateOutcomes: new Map(),
    lastWords: NO_WORDS,
    notFound: null,
    followedUp: null,
    closed: NONE_CLOSED,
  });
}

export function answer(state: RolloutState, key: DeploymentKey, call: DeploymentCall): RolloutState {
  const deployment = deploymentOf(state, key);
  assert(deployment.call.kind === 'intended', `${key} gets its answer after it was intended`);
  return putDeployment(state, { ...deployment, call });
}

/** `state`, after seeing to it that `key` may still turn out to exist. */
export function answerable(state: RolloutState, key: DeploymentKey): RolloutState {
  const { kind } = deploymentOf(state, key).call;
  assert(kind === 'intended' || kind === 'doubted', `${key} exists only after it was intended`);
  return state;
}

type Acceptance = Pick<
  EventOf<'deployment-accepted'>,
  'deploymentId' | 'requestId' | 'rejected' | 'unreadable'
> & { readonly acceptedAt: number };

export function accept(state: RolloutState, key: DeploymentKey, acceptance: Acceptance): RolloutState {
  const { deploymentId, requestId, rejected, unreadable, acceptedAt } = acceptance;
  const deployment = deploymentOf(state, key);
  const deadlineAt = acceptedAt + waveOf(state, deployment.wave).wave.timeoutMs;
  const refused = new Set(rejected.map(({ serial }) => serial));
  const called = putDeployment(state, {
    ...deployment,
    call: { kind: 'accepted', deploymentId, requestId, acceptedAt, deadlineAt, unreadable },
    rejections: new Map(rejected.map(({ serial, reason }) => [serial, reason])),
  });
  return moveDevices(called, key, [
    ['accepted', deployment.devices.filter((serial) => !refused.has(serial))],
    ['rejected', [...refused]],
  ]);
}

export function noteDevices(
  state: RolloutState,
  { deployment, words, notListed, cleared }: EventOf<'devices-noted'>,
): RolloutState {
  seeToAccepted(state, deployment);
  let next = noteLastWord(state, deployment, { word: null, serials: cleared });
  next = noteLastWord(next, deployment, { word: { kind: 'not-listed' }, serials: notListed });
  for (const { word, devices } of words)
    next = noteLastWord(next, deployment, { word: { kind: 'listed', word }, serials: devices });
  return next;
}

export function loseDeployment(
  state: RolloutState,
  { deployment: key, failure, at }: EventOf<'deployment-not-found'>,
): RolloutState {
  seeToAccepted(state, key);
  const deployment = deploymentOf(state, key);
  const isForgotten = waveOf(state, deployment.wave).phase === 'passed';
  return putDeployment(state, { ...deployment, notFound: { at, failure, isForgotten } });
}

export function timeOutDevices(
  state: RolloutState,
  { deployment, timedOut, unknown }: EventOf<'devices-timed-out'>,
): RolloutState {
  seeToAccepted(state, deployment);
  return moveDevices(state, deployment, [
    ['timed-out', timedOut],
    ['unknown', unknown],
  ]);
}

export function findDeployment(
  state: RolloutState,
  { deployment: key }: EventOf<'deployment-found'>,
): RolloutState {
  seeToAccepted(state, key);
  return putDeployment(state, { ...deploymentOf(state, key), notFound: null });
}

export function unconfirmSuccesses(
  state: RolloutState,
  { deployment: key, devices }: EventOf<'successes-unconfirmed'>,
): RolloutState {
  seeToAccepted(state, key);
  return moveDevices(state, key, [['inconclusive', devices ?? successesOf(deploymentOf(state, key))]]);
}

export function revertDevices(
  state: RolloutState,
  { deployment: key, devices: serials }: EventOf<'devices-reverted'>,
): RolloutState {
  seeToAccepted(state, key);
  const cleared = noteLastWord(state, key, { word: null, serials });
  const failed = moveDevices(cleared, key, [['failed', serials]]);
  return markReverted(failed, key, { serials, isReverted: true });
}

function successesOf(deployment: DeploymentState): readonly Serial[] {
  return deployment.devices.filter((serial) => deviceStatusOf(deployment, serial) === 'success');
}

export function settle(
  state: RolloutState,
  { at, deployment: key, settlement }: EventOf<'deployment-settled'>,
): RolloutState {
  const deployment = deploymentOf(state, key);
  assert(deployment.call.kind === 'doubted', `${key} is settled while it is in doubt`);
  if (settlement.kind === 'not-created') {
    const failure = {
      kind: 'settled',
      message: 'an operator found that it was not created',
      status: null,
      code: null,
      requestId: null,
    };
    return putDeployment(state, { ...deployment, call: { kind: 'not-made', failure } });
  }
  const { deploymentId } = settlement;
  const { intendedAt: acceptedAt } = deployment;
  const adopted = { deploymentId, requestId: null, rejected: [], unreadable: null, acceptedAt };
  return watchAgain(accept(state, key, adopted), at);
}

/** After a halt, a deployment that was adopted is watched like those that were in flight when it halted. */
function watchAgain(state: RolloutState, at: number): RolloutState {
  const { phase } = state;
  switch (phase.kind) {
    case 'running':
    case 'completed':
      return state;
    case 'halted':
      return { ...state, phase: { ...phase, watchedFrom: at } };
    case 'closed': {
      const { wave, cause, haltedAt } = phase;
      return { ...state, phase: { kind: 'halted', at: haltedAt, wave, cause, watchedFrom: at } };
    }
  }
}

const NONE_CLOSED: ReadonlySet<Serial> = new Set();

/** What was judged stays; what has become of the devices since is a late outcome. */
export function followUp(state: RolloutState, event: EventOf<'deployment-followed-up'>): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  const lateOutcomes = new Map(deployment.lateOutcomes);
  for (const outcome of ['success', 'failed'] as const) {
    for (const serial of event[outcome]) lateOutcomes.set(serial, outcome);
  }
  const { at, answer: word } = event;
  return putDeployment(state, { ...deployment, lateOutcomes, followedUp: { at, answer: word } });
}

export function acceptOpen(state: RolloutState, { accepted }: EventOf<'open-accepted'>): RolloutState {
  for (const { deployment: key, devices } of accepted) {
    const deployment = deploymentOf(state, key);
    putDeployment(state, { ...deployment, closed: new Set([...deployment.closed, ...devices]) });
  }
  return state;
}

export function seeToAccepted(state: RolloutState, key: DeploymentKey): void {
  assert(
    deploymentOf(state, key).call.kind === 'accepted',
    `${key} has devices to report on once it was accepted`,
  );
}

/**
 * What a poll brought, applied: devices that are still open in this attempt move; what comes after a device was judged, or
 * deployed to again, is kept as a late outcome and changes nothing else.
 */
export function reportDevices(
  state: RolloutState,
  event: Extract<RolloutEvent, { readonly type: 'devices-reported' }>,
): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  const { processing, success, failed } = event;
  // One that had failed since its wave had passed may succeed after all.
  const { reverted } = waveOf(state, deployment.wave);
  const from =
    reverted === 0 ? state : markReverted(state, event.deployment, { serials: success, isReverted: false });
  const cleared = noteLastWord(from, event.deployment, {
    word: null,
    serials: [...processing, ...success, ...failed],
  });
  return moveDevices(cleared, event.deployment, [
    ['processing', event.processing],
    ['success', keepLate(deployment, event.success, 'success')],
    ['failed', keepLate(deployment, event.failed, 'failed')],
  ]);
}

/** Whether what the API says of the device from now on comes too late to count. */
export function isSettled(deployment: DeploymentState, serial: Serial): boolean {
  const deviceStatus = deviceStatusOf(deployment, serial);
  return deviceStatus === 'timed-out' || deviceStatus === 'unknown' || isSuperseded(deployment, serial);
}

/** The serials that are not late; of the others, the outcome is kept. */
function keepLate(
  deployment: DeploymentState,
  serials: readonly Serial[],
  outcome: 'success' | 'failed',
): readonly Serial[] {
  const late = deployment.lateOutcomes as Map<Serial, 'success' | 'failed'>;
  return serials.filter((serial) => {
    const isLate = isSettled(deployment, serial);
    if (isLate) late.set(serial, outcome);
    return !isLate;
  });
}
