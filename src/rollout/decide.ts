/**
 * What is next, given all that has happened. Pure: the same state and time give the same decision, whether it is
 * asked for by a runner, by one that has just resumed, or by the preview.
 *
 * The order matters: what is certain is put on record before anything more is posted.
 */
import { present } from '../base/assert.ts';
import type { Serial, WaveName, DeploymentKey } from '../plan/identifiers.ts';
import type { Gate } from '../plan/rollout-plan.ts';
import { inFlightOf, openOf } from './device-status.ts';
import { waveOf } from './change-state.ts';
import type { RolloutEvent } from './event.ts';
import { nextAfterWave, nextAtEnd, nextOnHalt } from './hooks.ts';
import type { PlannedHook } from './hooks.ts';
import { nextActionOf, inDoubtOf } from './in-doubt.ts';
import { isRollbackDue, rollbackEvent } from './rollback.ts';
import { holdOnBatch, holdOnStart, holdsOnPosts, nextRelease } from './start-conditions.ts';
import type { PostHold, StartHold } from './start-conditions.ts';
import type { DeploymentState, RolloutState, WaveState } from './state.ts';
import { apiTimeIn, overAt, timesOf } from './time-in-doubt.ts';
import type { Times } from './time-in-doubt.ts';
import type { TimedWait } from './wait-reasons.ts';
import { hasPassed, gateAt, isAsked, toLookBack, toConfirm, decideVerdict } from './verdict.ts';

export type Decision =
  /** Follows from what is known; to be put on record before anything else. */
  | { readonly kind: 'record'; readonly event: RolloutEvent }
  /** Deployments to post, in this order and at most `parallel` in flight at once, and those in flight to follow. */
  | {
      readonly kind: 'deploy';
      readonly wave: WaveState;
      readonly post: readonly PlannedDeployment[];
      readonly follow: readonly DeploymentState[];
      /** When there may be more to post: its window opens, or a signed request has ended; `null` for never. */
      readonly until: number | null;
    }
  /** Nothing is in flight, and nothing is to be done before `until`. */
  | { readonly kind: 'wait'; readonly wave: WaveState; readonly why: TimedWait; readonly until: number }
  /** A person has to approve the wave. */
  | { readonly kind: 'approval'; readonly wave: WaveState }
  /** Devices have ended and are checked again before the wave continues. */
  | {
      readonly kind: 'look-again';
      readonly wave: WaveState;
      readonly at: readonly DeploymentState[];
      /** To be put on record when each of them was answered; `null` for nothing. */
      readonly then: RolloutEvent | null;
    }
  /** Halted: nothing more is posted, devices in flight are followed until they end or until `until`. */
  | {
      readonly kind: 'watch';
      readonly follow: readonly DeploymentState[];
      readonly until: number;
      /** To be run besides. */
      readonly hook: PlannedHook | null;
    }
  | { readonly kind: 'hook'; readonly planned: PlannedHook }
  | { readonly kind: 'gate'; readonly planned: PlannedGate }
  /** Paused, and nothing is in flight. */
  | { readonly kind: 'paused' }
  /** Deployments that may or may not exist. Only an operator can settle them. */
  | { readonly kind: 'in-doubt'; readonly deployments: readonly DeploymentState[] }
  | { readonly kind: 'end' };

export type PlannedGate = {
  readonly wave: WaveName;
  /** Counted from 1, as the attempts are. */
  readonly gate: number;
  readonly attempt: number;
  readonly command: Gate;
};

export type PlannedDeployment = {
  readonly key: DeploymentKey;
  readonly wave: WaveName;
  readonly batch: number;
  readonly attempt: number;
  readonly devices: readonly Serial[];
};

/** `time` may be in doubt: nothing opens or ends by one reading of it alone. */
export function decide(state: RolloutState, time: number | Times): Decision {
  const times = timesOf(time);
  const { now } = times;
  switch (state.phase.kind) {
    case 'completed':
    case 'closed': {
      const planned = nextAtEnd(state);
      if (planned !== null) return { kind: 'hook', planned };
      return isRollbackDue(state)
        ? { kind: 'record', event: rollbackEvent(state, null, 'reached') }
        : { kind: 'end' };
    }
    case 'halted': {
      const from = state.phase.watchedFrom;
      const grace = { from, until: from + state.plan.haltGraceMs };
      return decideWatch(state, overAt(grace, times), now);
    }
    case 'running':
      return decideRunning(state, times);
  }
}

/** Whether `planned` may still be posted: asked once more, immediately before its intent is put on record. */
export function mayPost(state: RolloutState, planned: PlannedDeployment, time: number | Times): boolean {
  if (decideVerdict(state) !== null || state.phase.kind !== 'running') return false;
  const times = timesOf(time);
  const { wave } = waveOf(state, planned.wave);
  if (holdsOnPosts(state, wave, times).length > 0 || holdOnBatch(state, planned, times) !== null)
    return false;
  const earlier = state.deployments.get(planned.key);
  return earlier === undefined || earlier.call.kind === 'not-made';
}

/** Accepted deployments with devices that have not ended. */
export function inFlightDeployments(state: RolloutState): readonly DeploymentState[] {
  return [...state.deployments.values()].filter(({ tally }) => inFlightOf(tally) > 0);
}

function decideWatch(state: RolloutState, until: number, now: number): Decision {
  const follow = inFlightDeployments(state);
  const hook = nextOnHalt(state);
  if (follow.length > 0 && now < until) return { kind: 'watch', follow, until, hook };
  if (hook !== null) return { kind: 'hook', planned: hook };
  const unfinished = follow.reduce((sum, { tally }) => sum + inFlightOf(tally), 0);
  return { kind: 'record', event: { type: 'grace-ended', unfinished } };
}

function decideRunning(state: RolloutState, time: Times): Decision {
  const verdict = decideVerdict(state);
  if (verdict !== null) return { kind: 'record', event: verdict };
  const inDoubt = inDoubtOf(state);
  if (inDoubt.length > 0) return { kind: 'in-doubt', deployments: inDoubt };
  const follow = inFlightDeployments(state);
  if (state.pause !== null && follow.length === 0) return { kind: 'paused' };
  const afterWave = follow.length === 0 ? nextAfterWave(state) : null;
  if (afterWave !== null) return { kind: 'hook', planned: afterWave };
  const wave = present(
    state.waves.find(({ phase }) => phase !== 'passed'),
    'the wave that is next',
  );
  if (openOf(wave.tally) === 0 && (wave.phase === 'running' || wave.phase === 'soaked')) {
    const at = toConfirm(state, wave);
    if (at.length > 0) return { kind: 'look-again', wave, at, then: null };
    const earlier = toLookBack(state, wave);
    return earlier.length > 0
      ? {
          kind: 'look-again',
          wave,
          at: earlier,
          then: { type: 'earlier-waves-checked', wave: wave.wave.name },
        }
      : decideGate(wave, time);
  }
  switch (wave.phase) {
    case 'waiting':
      return decideStart(state, wave, time);
    case 'soaking':
      return decideSoak(state, wave, time);
    case 'running':
    case 'soaked':
    case 'passed':
    case 'halted': {
      const [held] = holdsOnPosts(state, wave.wave, time);
      if (held !== undefined && follow.length === 0) return decideHeld(held, wave);
      const { now } = time;
      const planned = held === undefined ? plannedFor(state, wave) : [];
      const holds = planned.map((one) => holdOnBatch(state, one, time));
      const post = planned.filter((_, index) => holds[index] === null);
      const end = Math.min(...holds.flatMap((one) => one?.until ?? [])) + now - apiTimeIn(time);
      if (post.length === 0 && follow.length === 0 && end !== Infinity)
        return { kind: 'wait', wave, why: 'signature', until: end };
      const until = Math.min(end, nextRelease(wave.wave, now) ?? Infinity);
      return { kind: 'deploy', wave, post, follow, until: until === Infinity ? null : until };
    }
  }
}

/** The first that has not passed; after a failure, once more when its interval is over. */
function decideGate(wave: WaveState, time: Times): Decision {
  const index = wave.gates.findIndex((gate) => !hasPassed(gate));
  const { attempts, endedAt } = present(wave.gates[index], 'a gate that has not passed');
  const command = gateAt(wave, index);
  const until =
    endedAt === null ? time.now : overAt({ from: endedAt, until: endedAt + command.intervalMs }, time);
  if (time.now < until) return { kind: 'wait', wave, why: 'gate', until };
  const planned = { wave: wave.wave.name, gate: index + 1, attempt: attempts + 1, command };
  return { kind: 'gate', planned };
}

function decideStart(state: RolloutState, wave: WaveState, time: Times): Decision {
  const held = holdOnStart(state, wave, time);
  if (held === null) return { kind: 'record', event: { type: 'wave-started', wave: wave.wave.name } };
  return decideHeld(held, wave);
}

/** With nothing in flight. */
function decideHeld(held: StartHold | PostHold, wave: WaveState): Decision {
  switch (held.kind) {
    case 'before-rollout':
    case 'before-wave':
      return { kind: 'hook', planned: held.planned };
    case 'window':
      return { kind: 'wait', wave, why: held.kind, until: held.until };
    case 'approval':
      return { kind: 'approval', wave };
    case 'paused':
      return { kind: 'paused' };
    case 'in-doubt':
      return { kind: 'in-doubt', deployments: held.deployments };
  }
}

function decideSoak(state: RolloutState, wave: WaveState, time: Times): Decision {
  const until = soakOverAt(wave, time);
  if (time.now < until) return { kind: 'wait', wave, why: 'soak', until };
  const at = [...state.deployments.values()].filter(
    (deployment) => deployment.wave === wave.wave.name && isAsked(deployment),
  );
  return { kind: 'look-again', wave, at, then: { type: 'soak-ended', wave: wave.wave.name } };
}

/** When the wave's soak is over by every reading of the time. */
export function soakOverAt({ wave, soakUntil }: WaveState, time: Times): number {
  const until = present(soakUntil, 'the end of the soak');
  return overAt({ from: until - (wave.soakMs ?? 0), until }, time);
}

/** The wave's batches that have not been answered for: never tried, certainly not made, or free to be tried again. */
function plannedFor(state: RolloutState, current: WaveState): readonly PlannedDeployment[] {
  const latest = new Map<number, DeploymentState>();
  for (const deployment of state.deployments.values()) {
    if (deployment.wave === current.wave.name) latest.set(deployment.batch, deployment);
  }
  return current.batches.flatMap((devices, index) => {
    const batch = index + 1;
    const attempt = attemptAfter(latest.get(batch), state);
    if (attempt === null) return [];
    const key = `${current.wave.name}/${batch}${attempt === 1 ? '' : `.${attempt}`}`;
    return [{ key, wave: current.wave.name, batch, attempt, devices }];
  });
}

/** Which attempt at a batch is to be made, or `null` for none. */
function attemptAfter(latest: DeploymentState | undefined, { plan }: RolloutState): number | null {
  if (latest === undefined) return 1;
  switch (nextActionOf(latest, plan)) {
    case 'leave':
    case 'settle-first':
      return null;
    case 'post-this-attempt':
      return latest.attempt;
    case 'post-next-attempt':
      return latest.attempt + 1;
  }
}
