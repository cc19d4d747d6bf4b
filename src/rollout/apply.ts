/**
 * The next state after an event. Resuming a rollout is folding its journal through this function; there is no second
 * path. Nothing here decides anything. An event that our own rules forbid is a bug where a runner makes it (`apply`), and
 * damage where it is on record (`fold`).
 *
 * Cost: an event touches one deployment. `apply` copies what it is going to change, one byte a device; `fold` owns all
 * that it has made and changes it in place, so that a journal of a million outcomes folds in time that grows with its
 * length, however few devices each of its lines tells of.
 */
import { assert } from '../base/assert.ts';
import { readConnections } from './preflight.ts';
import { compareWaveValues } from '../plan/plan-values.ts';
import { batchesOf } from '../plan/rollout-plan.ts';
import type { Wave } from '../plan/rollout-plan.ts';
import { EMPTY_TALLY, openOf } from './device-status.ts';
import {
  accept,
  acceptOpen,
  answer,
  answerable,
  findDeployment,
  followUp,
  intend,
  loseDeployment,
  noteDevices,
  revertDevices,
  seeToAccepted,
  settle,
  timeOutDevices,
  unconfirmSuccesses,
  reportDevices,
} from './change-deployment.ts';
import {
  changeWave,
  ownDeployments,
  waveOf,
  noteOrder,
  seeToPhase,
  endGate,
  openGates,
  putHook,
} from './change-state.ts';
import { resume, retry } from './continue-rollout.ts';
import type { EventOf, JournaledEvent } from './event.ts';
import { hasBegun } from './in-doubt.ts';
import { damageBy } from './record-damage.ts';
import type { Phase, RolloutState, WaveState } from './state.ts';

/** `state` is `null` before the first event, which is always `rollout-started`. It is left as it was. */
export function apply(state: RolloutState | null, event: JournaledEvent): RolloutState {
  return advance(state === null ? null : ownDeployments(state, event), event);
}

/**
 * The state that a whole journal tells, or `null` for an empty one. `witness` sees each event with the state after it,
 * which the next event changes in place. Throws {@link RecordDamage} for an event that cannot follow those before it.
 */
export function fold(
  events: Iterable<JournaledEvent>,
  witness?: (event: JournaledEvent, state: RolloutState) => void,
): RolloutState | null {
  let state: RolloutState | null = null;
  for (const event of events) {
    try {
      state = advance(state, event);
      witness?.(event, state);
    } catch (error) {
      throw damageBy(error, event);
    }
  }
  return state;
}

/** Changes the deployments of `state` in place. */
function advance(state: RolloutState | null, event: JournaledEvent): RolloutState {
  if (event.type === 'rollout-started') {
    assert(state === null, 'a rollout starts once');
    return startRollout(event);
  }
  assert(state !== null, `${event.type} comes after rollout-started`);
  assert(event.seq === state.seq + 1, `event ${event.seq} follows ${state.seq}`);
  return { ...applyEvent(state, event), seq: event.seq, updatedAt: event.at };
}

function startRollout(event: EventOf<'rollout-started'>): RolloutState {
  return {
    plan: event.plan,
    digest: event.digest,
    simulated: event.simulated,
    rules: event.rules ?? 1,
    givenDigest: null,
    planFile: event.planFile ?? null,
    startedAt: event.at,
    updatedAt: event.at,
    seq: event.seq,
    phase: { kind: 'running' },
    waves: event.plan.waves.map(waitingWave),
    deployments: new Map(),
    pause: null,
    abort: null,
    rollback: null,
    round: 1,
    hooks: new Map(),
    approvals: new Map(),
    connections: null,
    orders: new Map(),
    runner: null,
  };
}

function waitingWave(wave: Wave, index: number): WaveState {
  return {
    wave,
    index,
    phase: 'waiting',
    startedAt: null,
    endedAt: null,
    soakUntil: null,
    gates: openGates(wave),
    batches: batchesOf(wave),
    tally: { ...EMPTY_TALLY, waiting: wave.devices.length },
    acknowledged: EMPTY_TALLY,
    reverted: 0,
    isLimitStricter: false,
    isEarlierChecked: false,
  };
}

function applyEvent(
  state: RolloutState,
  event: Exclude<JournaledEvent, { readonly type: 'rollout-started' }>,
): RolloutState {
  switch (event.type) {
    case 'runner-started':
      return {
        ...state,
        planFile: event.planFile ?? state.planFile,
        runner: { identity: event.runner, startedAt: event.at, stopped: null },
      };
    case 'runner-stopped': {
      const { at, why, message } = event;
      assert(state.runner !== null, 'only a runner stops');
      return { ...state, runner: { ...state.runner, stopped: { at, why, message } } };
    }
    case 'plan-changed':
      return changePlan(state, event);
    case 'wave-started':
      seeToPhase(state, event.wave, ['waiting']);
      return changeWave(state, event.wave, { phase: 'running', startedAt: event.at });
    case 'wave-soaking': {
      const { wave } = seeToPhase(state, event.wave, ['running']);
      return changeWave(state, event.wave, { phase: 'soaking', soakUntil: event.at + (wave.soakMs ?? 0) });
    }
    case 'soak-ended':
      seeToPhase(state, event.wave, ['soaking']);
      return changeWave(state, event.wave, { phase: 'soaked' });
    case 'gate-ended':
      seeToPhase(state, event.wave, ['running', 'soaked']);
      return endGate(state, event);
    case 'hook-started':
      return putHook(state, event, null);
    case 'hook-ended':
      return putHook(state, event, event.result);
    case 'wave-passed':
      assert(
        openOf(seeToPhase(state, event.wave, ['running', 'soaked']).tally) === 0,
        `wave ${event.wave} passes when all its devices have ended`,
      );
      return changeWave(state, event.wave, { phase: 'passed', endedAt: event.at });
    case 'deployment-intended':
      return intend(state, event);
    case 'deployment-not-made':
      return answer(state, event.deployment, { kind: 'not-made', failure: event.failure });
    case 'deployment-refused':
      return answer(state, event.deployment, {
        kind: 'refused',
        failure: event.failure,
        isAcknowledged: false,
      });
    case 'deployment-doubted':
      return answer(state, event.deployment, {
        kind: 'doubted',
        failure: event.failure,
        isSenderGone: event.isSenderGone === true,
      });
    case 'deployment-accepted':
      return accept(answerable(state, event.deployment), event.deployment, {
        ...event,
        acceptedAt: event.at,
      });
    case 'devices-reported':
      seeToAccepted(state, event.deployment);
      return reportDevices(state, event);
    case 'devices-timed-out':
      return timeOutDevices(state, event);
    case 'devices-noted':
      return noteDevices(state, event);
    case 'deployment-not-found':
      return loseDeployment(state, event);
    case 'deployment-found':
      return findDeployment(state, event);
    case 'successes-unconfirmed':
      return unconfirmSuccesses(state, event);
    case 'devices-reverted':
      return revertDevices(state, event);
    case 'earlier-waves-checked':
      seeToPhase(state, event.wave, ['running', 'soaked']);
      return changeWave(state, event.wave, { isEarlierChecked: true });
    case 'connections-checked':
      return { ...state, connections: readConnections(event) };
    case 'rollout-halted':
      return halt(state, event);
    case 'grace-ended': {
      assert(state.phase.kind === 'halted', 'grace ends after a halt');
      const { wave, cause, at: haltedAt } = state.phase;
      return {
        ...state,
        phase: { kind: 'closed', at: event.at, wave, cause, haltedAt, unfinished: event.unfinished },
      };
    }
    case 'rollout-completed':
      assert(
        state.phase.kind === 'running' && state.waves.every(({ phase }) => phase === 'passed'),
        'a rollout completes when it runs and all its waves have passed',
      );
      return { ...state, phase: { kind: 'completed', at: event.at } };
    case 'rollout-paused':
      return { ...noteOrder(state, event, { kind: 'pause', refusal: null }), pause: event.order };
    case 'rollout-aborted':
      return {
        ...noteOrder(state, event, { kind: 'abort', refusal: null }),
        pause: null,
        abort: event.order,
      };
    case 'rollout-resumed':
      return resume(noteOrder(state, event, { kind: 'resume', refusal: null }));
    case 'wave-retried':
      return retry(noteOrder(state, event, { kind: 'retry', refusal: null, wave: event.wave }), event);
    case 'wave-approved': {
      const { order, wave, digest } = event;
      const noted = noteOrder(state, event, { kind: 'approve', refusal: null, wave });
      return { ...noted, approvals: new Map(state.approvals).set(wave, { order, digest }) };
    }
    case 'rollback-started': {
      const { order, only, at, rules = 1 } = event;
      const noted =
        order === null ? state : noteOrder(state, { order, at }, { kind: 'rollback', refusal: null });
      return { ...noted, rollback: { only, order, at, rules } };
    }
    case 'deployment-followed-up':
      return followUp(state, event);
    case 'open-accepted':
      return acceptOpen(noteOrder(state, event, { kind: 'accept-open', refusal: null }), event);
    case 'deployment-settled':
      return settle(noteOrder(state, event, { kind: 'settle', refusal: null }), event);
    case 'order-refused':
      return noteOrder(state, event, { kind: event.kind, refusal: event.message });
  }
}

/**
 * Waves to which anything was ever posted stay as they are, but those that the event resets; whether a change is allowed has
 * been decided before.
 */
function changePlan(state: RolloutState, event: EventOf<'plan-changed'>): RolloutState {
  const { plan, digest, resets = [], givenDigest } = event;
  const posted = new Set([...state.deployments.values()].map(({ wave }) => wave));
  const names = new Set(plan.waves.map(({ name }) => name));
  assert(
    [...posted].every((name) => names.has(name)),
    'a wave to which was posted stays in the plan',
  );
  for (const wave of resets) {
    assert(!hasBegun(state, wave), 'a wave starts from its beginning only if it reached no device');
    posted.delete(wave);
  }
  const waves = plan.waves.map((wave, index) =>
    posted.has(wave.name) ? changeLimits(waveOf(state, wave.name), wave, index) : waitingWave(wave, index),
  );
  return { ...state, plan, digest, givenDigest: givenDigest ?? null, waves };
}

/** Nothing else of a wave that has begun changes; release 0.1 changed nothing of it at all. */
function changeLimits(before: WaveState, wave: Wave, index: number): WaveState {
  const isChanged = compareWaveValues(before.wave, wave).length > 0;
  const isLimitStricter = before.isLimitStricter || (before.phase === 'passed' && isChanged);
  return { ...before, wave, index, isLimitStricter };
}

function halt(state: RolloutState, { at, wave, cause }: EventOf<'rollout-halted'>): RolloutState {
  assert(state.phase.kind === 'running', 'a halt is decided once');
  assert(waveOf(state, wave).phase !== 'passed', `wave ${wave} halts before it has passed`);
  const phase: Phase = { kind: 'halted', at, wave, cause, watchedFrom: at };
  return changeWave({ ...state, phase }, wave, { phase: 'halted', endedAt: at });
}
