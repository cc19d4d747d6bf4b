/**
 * `breakwater status NAME --format json`: one document with the status of every device of a rollout, described by
 * `schemas/status.schema.json`. Times are text, in UTC.
 */
import { assert } from '../../base/assert.ts';
import { renderJson } from '../../base/text.ts';
import type { Serial } from '../../plan/identifiers.ts';
import { batchesOf } from '../../plan/rollout-plan.ts';
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import { needsApproval } from '../../rollout/start-conditions.ts';
import { wordAt } from '../../rollout/last-word.ts';
import type { DeploymentCall, DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import { devicesWithStatus } from './devices.ts';
import {
  causeFacts,
  holderFacts,
  ordersFacts,
  rollbackFacts,
  rolloutFacts,
  orderFacts,
} from '../wording/document-facts.ts';
import { momentOrNull, renderTimestamp } from '../wording/moments.ts';
import { describeCause } from '../wording/causes.ts';
import { situationOf } from '../tables/situation.ts';
import type { StatusEntry } from '../tables/situation.ts';
import { totalTally } from '../summary/tallies.ts';

export function renderStatusJson(entry: StatusEntry): string {
  return `${renderJson(describeStatus(entry), 2)}\n`;
}

/** The same as a value. */
export function describeStatus(entry: StatusEntry) {
  const { state } = entry;
  const { kind: status } = situationOf(state, entry);
  assert(status !== 'lost', 'only a run itself knows that it lost its lock');
  return {
    format: 'breakwater/status',
    version: 1,
    rollout: state.plan.name,
    status,
    ...rolloutFacts(state),
    completedAt: state.phase.kind === 'completed' ? renderTimestamp(state.phase.at) : null,
    halt: describeHalt(state),
    pause: state.pause === null ? null : orderFacts(state.pause),
    abort: state.abort === null ? null : orderFacts(state.abort),
    rollback: rollbackFacts(state),
    round: state.round,
    orders: ordersFacts(entry),
    runner: describeRunner(state),
    holder: holderFacts(entry),
    tally: totalTally(state),
    waves: state.waves.map((wave) => describeWave(wave, state)),
    deployments: [...state.deployments.values()].map(describeDeployment),
    hooks: [...state.hooks.values()].map(({ isAcknowledged, ...hook }) => ({
      ...hook,
      acknowledged: isAcknowledged,
    })),
  } as const;
}

function describeHalt({ phase, plan }: RolloutState) {
  if (phase.kind !== 'halted' && phase.kind !== 'closed') return null;
  const watchedUntil = phase.kind === 'closed' ? phase.at : phase.watchedFrom + plan.haltGraceMs;
  const at = renderTimestamp(phase.kind === 'closed' ? phase.haltedAt : phase.at);
  const cause = causeFacts(phase.cause);
  return {
    at,
    wave: phase.wave,
    cause,
    // Until 1.0, the same facts under the names that only this document has.
    ...cause,
    message: describeCause(phase, plan),
    haltedAt: at,
    watchedUntil: renderTimestamp(watchedUntil),
    /** When polling of the devices in flight stopped, and how many had not ended. */
    closedAt: phase.kind === 'closed' ? renderTimestamp(phase.at) : null,
    unfinished: phase.kind === 'closed' ? phase.unfinished : null,
  };
}

function describeRunner({ runner }: RolloutState) {
  if (runner === null) return null;
  const { identity, startedAt, stopped } = runner;
  return {
    ...identity,
    startedAt: renderTimestamp(startedAt),
    stopped: stopped === null ? null : { ...stopped, at: renderTimestamp(stopped.at) },
  };
}

function describeWave(told: WaveState, state: RolloutState) {
  const { wave, phase, startedAt, endedAt, soakUntil, tally, acknowledged, batches } = told;
  const planned = batchesOf(wave).length;
  return {
    name: wave.name,
    phase,
    startedAt: momentOrNull(startedAt),
    endedAt: momentOrNull(endedAt),
    soakUntil: momentOrNull(soakUntil),
    approval: describeApproval(told, state),
    gates: describeGates(told),
    batches: { planned, retries: batches.length - planned },
    tally,
    acknowledged,
    devices: devicesByStatus(
      wave.devices,
      [...state.deployments.values()].filter((deployment) => deployment.wave === wave.name),
    ),
  };
}

function describeGates({ wave, gates }: WaveState) {
  return gates.map(({ attempts, isAcknowledged, result }, index) => ({
    name: wave.gates?.[index]?.name ?? '',
    attempts,
    acknowledged: isAcknowledged,
    result,
  }));
}

function describeApproval(told: WaveState, state: RolloutState): 'missing' | 'given' | null {
  if (told.wave.approval === undefined) return null;
  return needsApproval(state, told) ? 'missing' : 'given';
}

/**
 * Each device of the wave in exactly one list, by the latest attempt at it; one that no accepted deployment holds, or that
 * waits to be deployed to again, is waiting.
 */
function devicesByStatus(
  devices: readonly Serial[],
  deployments: readonly DeploymentState[],
): Readonly<Record<DeviceStatus, readonly Serial[]>> {
  const listed: Partial<Record<DeviceStatus, readonly Serial[]>> = {};
  const reached = new Set<Serial>();
  for (const deviceStatus of DEVICE_STATUSES.filter((one) => one !== 'waiting')) {
    const serials = deployments.flatMap((deployment) => devicesWithStatus(deployment, deviceStatus));
    for (const serial of serials) reached.add(serial);
    listed[deviceStatus] = serials;
  }
  const of = (deviceStatus: DeviceStatus) => listed[deviceStatus] ?? [];
  return {
    waiting: devices.filter((serial) => !reached.has(serial)),
    accepted: of('accepted'),
    processing: of('processing'),
    success: of('success'),
    failed: of('failed'),
    rejected: of('rejected'),
    'timed-out': of('timed-out'),
    unknown: of('unknown'),
    inconclusive: of('inconclusive'),
  };
}

function describeDeployment(deployment: DeploymentState) {
  const { key, wave, batch, attempt, devices, intendedAt, call, tally, superseded, acknowledged } =
    deployment;
  return {
    key,
    wave,
    batch,
    attempt,
    devices: devices.length,
    intendedAt: renderTimestamp(intendedAt),
    call: describeCall(call),
    tally,
    rejections: [...deployment.rejections].map(([serial, reason]) => ({ serial, reason })),
    lateOutcomes: [...deployment.lateOutcomes].map(([serial, outcome]) => ({ serial, outcome })),
    ...(deployment.followedUp === null
      ? {}
      : {
          followedUp: {
            at: renderTimestamp(deployment.followedUp.at),
            answer: deployment.followedUp.answer,
          },
        }),
    ...(deployment.closed.size === 0 ? {} : { closed: [...deployment.closed] }),
    superseded: devices.filter((_, index) => superseded[index] === 1),
    acknowledged: devices.filter((_, index) => acknowledged[index] === 1),
    lastWords: lastWordsOf(deployment),
    connections: connectionsOf(deployment),
    notFound: deployment.notFound?.failure ?? null,
  };
}

/** Its devices that were not online at the last check before it was intended. */
function connectionsOf({ connections, devices }: DeploymentState) {
  if (connections === null) return null;
  const { at, offline, unlisted, isWhole } = connections;
  return {
    at: renderTimestamp(at),
    offline: devices.filter((serial) => offline.has(serial)),
    notListed: isWhole ? devices.filter((serial) => unlisted.has(serial)) : [],
  };
}

function lastWordsOf({ devices, lastWords }: DeploymentState) {
  if (lastWords.codes.length === 0) return [];
  return devices.flatMap((serial, index) => {
    const lastWord = wordAt(lastWords, index);
    return lastWord === null ? [] : [{ serial, lastWord }];
  });
}

function describeCall(call: DeploymentCall) {
  switch (call.kind) {
    case 'accepted':
      return {
        ...call,
        acceptedAt: renderTimestamp(call.acceptedAt),
        deadlineAt: renderTimestamp(call.deadlineAt),
      };
    case 'intended':
    case 'not-made':
    case 'refused':
      return call;
    case 'doubted':
      return { kind: call.kind, failure: call.failure };
  }
}
