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
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { batchesOf, cutIntoBatches } from '../plan/rollout-plan.ts';
import type { Wave } from '../plan/rollout-plan.ts';
import { EMPTY_TALLY, openOf } from './bucket.ts';
import {
  acknowledgeFailures,
  changeWave,
  deploymentOf,
  markReverted,
  moveDevices,
  noteLastWord,
  ownDeployments,
  putDeployment,
  standingOf,
  supersede,
  waveOf,
} from './change-state.ts';
import { acknowledgeCommands, endGate, forgetFailedCommands, openGates, putHook } from './command-state.ts';
import type { DeploymentKey, JournaledEvent, RolloutEvent } from './event.ts';
import { hasBegun } from './in-doubt.ts';
import { NO_WORDS } from './last-word.ts';
import type { OrderRecord } from './order.ts';
import { damageBy } from './record-damage.ts';
import { reportDevices } from './report-devices.ts';
import { SerialIndex } from './serial-index.ts';
import type {
  AnsweredOrder,
  DeploymentCall,
  DeploymentState,
  Phase,
  RolloutState,
  WaveState,
} from './state.ts';

type EventOf<Type extends RolloutEvent['type']> = Extract<JournaledEvent, { readonly type: Type }>;

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
      seeToAccepted(state, event.deployment);
      return moveDevices(state, event.deployment, [
        ['timed-out', event.timedOut],
        ['unknown', event.unknown],
      ]);
    case 'devices-noted':
      return noteDevices(state, event);
    case 'deployment-not-found':
      return loseDeployment(state, event);
    case 'deployment-found':
      return putDeployment(state, { ...deploymentOf(state, event.deployment), notFound: null });
    case 'successes-unconfirmed': {
      const unconfirmed = event.devices ?? successesOf(deploymentOf(state, event.deployment));
      return moveDevices(state, event.deployment, [['inconclusive', unconfirmed]]);
    }
    case 'devices-reverted': {
      const { deployment, devices: serials } = event;
      seeToAccepted(state, deployment);
      const cleared = noteLastWord(state, deployment, { word: null, serials });
      const failed = moveDevices(cleared, deployment, [['failed', serials]]);
      return markReverted(failed, deployment, { serials, isReverted: true });
    }
    case 'earlier-waves-checked':
      seeToPhase(state, event.wave, ['running', 'soaked']);
      return changeWave(state, event.wave, { isEarlierChecked: true });
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

function seeToPhase(state: RolloutState, name: WaveName, phases: readonly WaveState['phase'][]): WaveState {
  const wave = waveOf(state, name);
  assert(
    state.phase.kind === 'running' && phases.includes(wave.phase),
    `wave ${name} of a ${state.phase.kind} rollout is ${wave.phase}, and not ${phases.join(' or ')}`,
  );
  return wave;
}

function seeToAccepted(state: RolloutState, key: DeploymentKey): void {
  assert(
    deploymentOf(state, key).call.kind === 'accepted',
    `${key} has devices to report on once it was accepted`,
  );
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
    posted.has(wave.name) ? { ...waveOf(state, wave.name), wave, index } : waitingWave(wave, index),
  );
  return { ...state, plan, digest, givenDigest: givenDigest ?? null, waves };
}

const NONE_CLOSED: ReadonlySet<Serial> = new Set();

/** What was judged stays; what has become of the devices since is a late outcome. */
function followUp(state: RolloutState, event: EventOf<'deployment-followed-up'>): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  const lateOutcomes = new Map(deployment.lateOutcomes);
  for (const outcome of ['success', 'failed'] as const) {
    for (const serial of event[outcome]) lateOutcomes.set(serial, outcome);
  }
  const { at, answer: word } = event;
  return putDeployment(state, { ...deployment, lateOutcomes, followedUp: { at, answer: word } });
}

function acceptOpen(state: RolloutState, { accepted }: EventOf<'open-accepted'>): RolloutState {
  for (const { deployment: key, devices } of accepted) {
    const deployment = deploymentOf(state, key);
    putDeployment(state, { ...deployment, closed: new Set([...deployment.closed, ...devices]) });
  }
  return state;
}

function intend(state: RolloutState, event: EventOf<'deployment-intended'>): RolloutState {
  const { deployment: key, wave, batch, attempt, devices, at } = event;
  const earlier = state.deployments.get(key);
  assert(
    earlier === undefined || earlier.call.kind === 'not-made',
    `${key} is intended again only after it was certainly not made`,
  );
  const { startedAt, wave: planned } = waveOf(state, wave);
  assert(state.phase.kind === 'running' && startedAt !== null, `${key} is intended while its wave runs`);
  const known = new SerialIndex(planned.devices);
  assert(
    devices.length > 0 && devices.every((serial) => known.has(serial)),
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
    call: { kind: 'intended' },
    standings: new Uint8Array(devices.length),
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

function answer(state: RolloutState, key: DeploymentKey, call: DeploymentCall): RolloutState {
  const deployment = deploymentOf(state, key);
  assert(deployment.call.kind === 'intended', `${key} gets its answer after it was intended`);
  return putDeployment(state, { ...deployment, call });
}

/** `state`, after seeing to it that `key` may still turn out to exist. */
function answerable(state: RolloutState, key: DeploymentKey): RolloutState {
  const { kind } = deploymentOf(state, key).call;
  assert(kind === 'intended' || kind === 'doubted', `${key} exists only after it was intended`);
  return state;
}

type Acceptance = Pick<
  EventOf<'deployment-accepted'>,
  'deploymentId' | 'requestId' | 'rejected' | 'unreadable'
> & { readonly acceptedAt: number };

function accept(state: RolloutState, key: DeploymentKey, acceptance: Acceptance): RolloutState {
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

function noteDevices(
  state: RolloutState,
  { deployment, words, notListed, cleared }: EventOf<'devices-noted'>,
): RolloutState {
  let next = noteLastWord(state, deployment, { word: null, serials: cleared });
  next = noteLastWord(next, deployment, { word: { kind: 'not-listed' }, serials: notListed });
  for (const { word, devices } of words)
    next = noteLastWord(next, deployment, { word: { kind: 'listed', word }, serials: devices });
  return next;
}

function loseDeployment(
  state: RolloutState,
  { deployment: key, failure, at }: EventOf<'deployment-not-found'>,
): RolloutState {
  const deployment = deploymentOf(state, key);
  const isForgotten = waveOf(state, deployment.wave).phase === 'passed';
  return putDeployment(state, { ...deployment, notFound: { at, failure, isForgotten } });
}

function successesOf(deployment: DeploymentState): readonly Serial[] {
  return deployment.devices.filter((serial) => standingOf(deployment, serial) === 'success');
}

function halt(state: RolloutState, { at, wave, cause }: EventOf<'rollout-halted'>): RolloutState {
  assert(state.phase.kind === 'running', 'a halt is decided once');
  assert(waveOf(state, wave).phase !== 'passed', `wave ${wave} halts before it has passed`);
  const phase: Phase = { kind: 'halted', at, wave, cause, watchedFrom: at };
  return changeWave({ ...state, phase }, wave, { phase: 'halted', endedAt: at });
}

function resume(state: RolloutState): RolloutState {
  const resumed = { ...state, pause: null };
  return state.phase.kind === 'running'
    ? { ...resumed, round: state.round + 1 }
    : acknowledgeFailures(acknowledgeCommands(acknowledgeLost(goOn(resumed))));
}

/** Deployments that the API does not know any more are asked about no more. */
function acknowledgeLost(state: RolloutState): RolloutState {
  let next = state;
  for (const deployment of state.deployments.values()) {
    const { notFound } = deployment;
    if (notFound !== null)
      next = putDeployment(next, { ...deployment, notFound: { ...notFound, isForgotten: true } });
  }
  return next;
}

function retry(state: RolloutState, { wave, devices, earlier = [] }: EventOf<'wave-retried'>): RolloutState {
  let next = forgetFailedCommands(goOn({ ...state, pause: null }));
  next = changeWave(next, wave, { isEarlierChecked: false });
  for (const again of [{ wave, devices }, ...earlier]) next = deployAgain(next, again);
  return next;
}

/** What is posted anew soaks anew; a wave that had passed is at work again. */
function deployAgain(
  state: RolloutState,
  { wave: name, devices }: { readonly wave: WaveName; readonly devices: readonly Serial[] },
): RolloutState {
  if (devices.length === 0) return state;
  const { wave, batches } = waveOf(state, name);
  const again = changeWave(state, name, {
    batches: [...batches, ...cutIntoBatches(devices, wave.batch.size)],
    phase: 'running',
    endedAt: null,
    soakUntil: null,
    reverted: 0,
    isEarlierChecked: false,
  });
  return supersede(again, name, devices);
}

/** After a halt: the wave that halted runs again, and what the API refused may be posted again. */
function goOn(state: RolloutState): RolloutState {
  const { phase } = state;
  assert(phase.kind === 'halted' || phase.kind === 'closed', 'only a halted rollout goes on after a halt');
  let next: RolloutState = { ...state, phase: { kind: 'running' }, round: state.round + 1 };
  for (const deployment of state.deployments.values()) {
    const { call } = deployment;
    if (call.kind === 'refused')
      next = putDeployment(next, { ...deployment, call: { ...call, isAcknowledged: true } });
  }
  const { startedAt } = waveOf(next, phase.wave);
  // Nothing of it is posted anew, and it has soaked.
  const { reason } = phase.cause;
  if (reason === 'gate-failed' || reason === 'check-inconclusive' || reason === 'reverted')
    return changeWave(next, phase.wave, { phase: 'soaked', endedAt: null });
  return changeWave(next, phase.wave, {
    phase: startedAt === null ? 'waiting' : 'running',
    endedAt: null,
    soakUntil: null,
    isEarlierChecked: false,
  });
}

function settle(
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

function noteOrder(
  state: RolloutState,
  { order, at }: { readonly order: OrderRecord; readonly at: number },
  {
    kind,
    refusal,
    wave = null,
  }: Pick<AnsweredOrder, 'kind' | 'refusal'> & Partial<Pick<AnsweredOrder, 'wave'>>,
): RolloutState {
  return { ...state, orders: new Map(state.orders).set(order.id, { kind, wave, order, at, refusal }) };
}
