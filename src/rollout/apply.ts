/**
 * The next state after an event. Resuming a rollout is folding its journal through this function; there is no second
 * path. Nothing here decides anything, and an event that our own rules forbid is a bug.
 *
 * Cost: an event touches one deployment. Its standings are copied as bytes, one a device, so that a journal of a
 * million outcomes folds in time that grows with its length.
 */
import { assert, present } from '../base/assert.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { EMPTY_TALLY, STANDINGS } from './bucket.ts';
import type { Standing, Tally } from './bucket.ts';
import type { DeploymentKey, JournaledEvent, RolloutEvent } from './event.ts';
import type { DeploymentCall, DeploymentState, Phase, RolloutState, WaveState } from './state.ts';

type EventOf<Type extends RolloutEvent['type']> = Extract<JournaledEvent, { readonly type: Type }>;

/** `state` is `null` before the first event, which is always `rollout-started`. */
export function apply(state: RolloutState | null, event: JournaledEvent): RolloutState {
  if (event.type === 'rollout-started') {
    assert(state === null, 'a rollout starts once');
    return startRollout(event);
  }
  assert(state !== null, `${event.type} comes after rollout-started`);
  assert(event.seq === state.seq + 1, `event ${event.seq} follows ${state.seq}`);
  return { ...applyEvent(state, event), seq: event.seq, updatedAt: event.at };
}

/** The state that a whole journal tells, or `null` for an empty one. */
export function fold(events: Iterable<JournaledEvent>): RolloutState | null {
  let state: RolloutState | null = null;
  for (const event of events) state = apply(state, event);
  return state;
}

function startRollout(event: EventOf<'rollout-started'>): RolloutState {
  return {
    plan: event.plan,
    digest: event.digest,
    simulated: event.simulated,
    startedAt: event.at,
    updatedAt: event.at,
    seq: event.seq,
    phase: { kind: 'running' },
    waves: event.plan.waves.map((wave, index) => ({
      wave,
      index,
      phase: 'waiting',
      startedAt: null,
      endedAt: null,
      tally: { ...EMPTY_TALLY, waiting: wave.devices.length },
    })),
    deployments: new Map(),
    runner: null,
  };
}

function applyEvent(
  state: RolloutState,
  event: Exclude<JournaledEvent, { readonly type: 'rollout-started' }>,
): RolloutState {
  switch (event.type) {
    case 'runner-started':
      return { ...state, runner: { identity: event.runner, startedAt: event.at, stopped: null } };
    case 'runner-stopped': {
      const runner = present(state.runner, 'the runner that stopped');
      return {
        ...state,
        runner: { ...runner, stopped: { at: event.at, why: event.why, message: event.message } },
      };
    }
    case 'wave-started':
      return changeWave(state, event.wave, { phase: 'running', startedAt: event.at });
    case 'wave-passed':
      return changeWave(state, event.wave, { phase: 'passed', endedAt: event.at });
    case 'deployment-intended':
      return intend(state, event);
    case 'deployment-not-made':
      return changeCall(state, event.deployment, { kind: 'not-made', failure: event.failure });
    case 'deployment-refused':
      return changeCall(state, event.deployment, { kind: 'refused', failure: event.failure });
    case 'deployment-doubted':
      return changeCall(state, event.deployment, { kind: 'doubted', failure: event.failure });
    case 'deployment-accepted':
      return accept(state, event);
    case 'devices-reported':
      return report(state, event);
    case 'devices-timed-out':
      return changeStandings(state, event.deployment, [
        ['timed-out', event.timedOut],
        ['unknown', event.unknown],
      ]);
    case 'rollout-halted': {
      assert(state.phase.kind === 'running', 'a halt is decided once');
      const phase: Phase = { kind: 'halted', at: event.at, wave: event.wave, cause: event.cause };
      return changeWave({ ...state, phase }, event.wave, { phase: 'halted', endedAt: event.at });
    }
    case 'grace-ended': {
      assert(state.phase.kind === 'halted', 'grace ends after a halt');
      const { wave, cause, at: haltedAt } = state.phase;
      return {
        ...state,
        phase: { kind: 'closed', at: event.at, wave, cause, haltedAt, unfinished: event.unfinished },
      };
    }
    case 'rollout-completed':
      assert(state.phase.kind === 'running', 'only a running rollout completes');
      return { ...state, phase: { kind: 'completed', at: event.at } };
  }
}

function intend(state: RolloutState, event: EventOf<'deployment-intended'>): RolloutState {
  const earlier = state.deployments.get(event.deployment);
  assert(
    earlier === undefined || earlier.call.kind === 'not-made',
    `${event.deployment} is intended again only after it was certainly not made`,
  );
  return putDeployment(state, {
    key: event.deployment,
    wave: event.wave,
    batch: event.batch,
    attempt: event.attempt,
    devices: event.devices,
    indexOf: earlier?.indexOf ?? new Map(event.devices.map((serial, index) => [serial, index])),
    intendedAt: event.at,
    call: { kind: 'intended' },
    standings: new Uint8Array(event.devices.length),
    tally: { ...EMPTY_TALLY, waiting: event.devices.length },
    rejections: new Map(),
    lateOutcomes: new Map(),
  });
}

function accept(state: RolloutState, event: EventOf<'deployment-accepted'>): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  assert(
    deployment.call.kind === 'intended' || deployment.call.kind === 'doubted',
    `${event.deployment} is accepted after it was intended`,
  );
  const wave = waveOf(state, deployment.wave);
  const called: DeploymentState = {
    ...deployment,
    call: {
      kind: 'accepted',
      deploymentId: event.deploymentId,
      requestId: event.requestId,
      acceptedAt: event.at,
      deadlineAt: event.at + wave.wave.timeoutMs,
      unreadable: event.unreadable,
    },
    rejections: new Map(event.rejected.map(({ serial, reason }) => [serial, reason])),
  };
  const rejected = new Set(event.rejected.map(({ serial }) => serial));
  return changeStandings(putDeployment(state, called), event.deployment, [
    ['accepted', deployment.devices.filter((serial) => !rejected.has(serial))],
    ['rejected', [...rejected]],
  ]);
}

function report(state: RolloutState, event: EventOf<'devices-reported'>): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  const lateOutcomes = new Map(deployment.lateOutcomes);
  const onTime = (serials: readonly Serial[], outcome: 'success' | 'failed') =>
    serials.filter((serial) => {
      const standing = standingOf(deployment, serial);
      const isLate = standing === 'timed-out' || standing === 'unknown';
      if (isLate) lateOutcomes.set(serial, outcome);
      return !isLate;
    });
  const success = onTime(event.success, 'success');
  const failed = onTime(event.failed, 'failed');
  return changeStandings(putDeployment(state, { ...deployment, lateOutcomes }), event.deployment, [
    ['processing', event.processing],
    ['success', success],
    ['failed', failed],
  ]);
}

/** Where a device of this deployment stands. */
export function standingOf(deployment: DeploymentState, serial: Serial): Standing {
  const index = present(deployment.indexOf.get(serial), `${serial} in ${deployment.key}`);
  return standingAt(deployment.standings, index);
}

function standingAt(standings: Uint8Array, index: number): Standing {
  return present(STANDINGS[present(standings[index], 'a standing')], 'a standing');
}

function changeStandings(
  state: RolloutState,
  key: DeploymentKey,
  changes: readonly (readonly [Standing, readonly Serial[]])[],
): RolloutState {
  const deployment = deploymentOf(state, key);
  const standings = deployment.standings.slice();
  const tally = { ...deployment.tally };
  for (const [standing, serials] of changes) {
    const code = STANDINGS.indexOf(standing);
    for (const serial of serials) {
      const index = present(deployment.indexOf.get(serial), `${serial} in ${key}`);
      tally[standingAt(standings, index)]--;
      tally[standing]++;
      standings[index] = code;
    }
  }
  const moved = putDeployment(state, { ...deployment, standings, tally });
  return moveTally(moved, deployment, tally);
}

/** A wave's tally changes by what its deployment's changed by. */
function moveTally(state: RolloutState, before: DeploymentState, after: Tally): RolloutState {
  const tally = { ...waveOf(state, before.wave).tally };
  for (const standing of STANDINGS) tally[standing] += after[standing] - before.tally[standing];
  return changeWave(state, before.wave, { tally });
}

function changeCall(state: RolloutState, key: DeploymentKey, call: DeploymentCall): RolloutState {
  const deployment = deploymentOf(state, key);
  assert(deployment.call.kind === 'intended', `${key} gets its answer after it was intended`);
  return putDeployment(state, { ...deployment, call });
}

function putDeployment(state: RolloutState, deployment: DeploymentState): RolloutState {
  const deployments = new Map(state.deployments);
  deployments.set(deployment.key, deployment);
  return { ...state, deployments };
}

function deploymentOf(state: RolloutState, key: DeploymentKey): DeploymentState {
  return present(state.deployments.get(key), `deployment ${key}`);
}

function waveOf(state: RolloutState, name: WaveName): WaveState {
  return present(
    state.waves.find(({ wave }) => wave.name === name),
    `wave ${name}`,
  );
}

function changeWave(state: RolloutState, name: WaveName, change: Partial<WaveState>): RolloutState {
  const { index } = waveOf(state, name);
  return { ...state, waves: state.waves.with(index, { ...waveOf(state, name), ...change }) };
}
