/**
 * Which hook is next, given what is on record.
 *
 * A hook that decides whether to go on (`before…`) is run until its answer is known: after a crash in the middle of it, it
 * is run again. One that only notifies (`afterWave`, `on…`, `afterRollout`) is run once, come what may: somebody who is
 * told twice believes that it has happened twice.
 */
import type { Command, HookPoint } from '../plan/rollout-plan.ts';
import type { WaveName } from '../plan/identifiers.ts';
import type { RolloutEvent, StopOrigin } from './event.ts';
import { inDoubtOf } from './in-doubt.ts';
import type { HookKey, HookState, RolloutState } from './state.ts';
import type { WaitReason } from './wait-reasons.ts';
import type { CommandResult, HookRecord } from './halt-cause.ts';

export type PlannedHook = { readonly hook: HookRecord; readonly command: Command };

export function keyOf({ point, wave, index, round, reason, since }: HookRecord): HookKey {
  return JSON.stringify([
    point,
    wave,
    index,
    round,
    ...(reason === undefined ? [] : [reason, since ?? null]),
  ]);
}

/** A hook without what came of it. */
export function identifyHook({ point, wave, index, round, name, reason, since }: HookRecord): HookRecord {
  return {
    point,
    wave,
    index,
    round,
    name,
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since }),
  };
}

/** Whether its result decides if the rollout continues. */
export function isDeciding(point: HookPoint): boolean {
  return point === 'beforeRollout' || point === 'beforeWave';
}

/** The first hook of the occasion that is still to be run, or `null`. */
export function nextHookOf(
  { plan, hooks }: RolloutState,
  occasion: Omit<HookRecord, 'index' | 'name'>,
): PlannedHook | null {
  const commands = plan.hooks?.[occasion.point] ?? [];
  for (const [at, command] of commands.entries()) {
    const hook: HookRecord = { ...occasion, index: at + 1, name: command.name };
    if (isOpen(hooks.get(keyOf(hook)), occasion.point)) return { hook, command };
  }
  return null;
}

function isOpen(known: HookState | undefined, point: HookPoint): boolean {
  if (known === undefined) return true;
  return isDeciding(point) && (known.result === null || known.result.outcome === 'interrupted');
}

/** Those that are to be run before the wave starts. */
export function nextBefore(state: RolloutState, wave: WaveName): PlannedHook | null {
  return nextHookOf(state, { point: 'beforeWave', wave, round: 1 });
}

export function nextBeforeRollout(state: RolloutState): PlannedHook | null {
  return nextHookOf(state, { point: 'beforeRollout', wave: null, round: 1 });
}

/** Of all waves that have passed. */
export function nextAfterWave(state: RolloutState): PlannedHook | null {
  if (state.plan.hooks?.afterWave === undefined) return null;
  for (const { wave, phase } of state.waves) {
    const next =
      phase === 'passed' ? nextHookOf(state, { point: 'afterWave', wave: wave.name, round: 1 }) : null;
    if (next !== null) return next;
  }
  return null;
}

export function nextOnHalt(state: RolloutState): PlannedHook | null {
  const { phase, round } = state;
  if (phase.kind !== 'halted' && phase.kind !== 'closed') return null;
  return nextHookOf(state, { point: 'onHalt', wave: phase.wave, round });
}

/** Of the rollout's `reason` to wait; once for each reason, wave and round, however many runs wait for it. */
export function nextOnWait(state: RolloutState, reason: WaitReason): PlannedHook | null {
  return nextHookOf(state, { point: 'onWait', wave: currentWaveOf(state), round: state.round, reason });
}

/** Of all deployments that are in doubt: once for each time that one is. */
export function nextOnDoubt(state: RolloutState): PlannedHook | null {
  if (state.plan.hooks?.onDoubt === undefined) return null;
  for (const { key, wave, intendedAt } of inDoubtOf(state)) {
    const occasion = { wave, round: state.round, reason: key, since: intendedAt };
    const next = nextHookOf(state, { point: 'onDoubt', ...occasion });
    if (next !== null) return next;
  }
  return null;
}

/** Of a run that the environment ended. */
export function nextOnStop(state: RolloutState, reason: StopOrigin): PlannedHook | null {
  return nextHookOf(state, { point: 'onStop', wave: currentWaveOf(state), round: state.round, reason });
}

function currentWaveOf({ waves }: RolloutState): WaveName | null {
  return waves.find(({ phase }) => phase !== 'passed')?.wave.name ?? null;
}

function nextAfterRollout(state: RolloutState): PlannedHook | null {
  return nextHookOf(state, { point: 'afterRollout', wave: null, round: 1 });
}

/** The hooks that are still to be run where nothing else is to be done any more; `null` for none. */
export function nextAtEnd(state: RolloutState): PlannedHook | null {
  switch (state.phase.kind) {
    case 'running':
    case 'halted':
      return null;
    case 'completed':
      return nextAfterWave(state) ?? nextAfterRollout(state);
    case 'closed':
      return nextOnHalt(state) ?? (state.abort === null ? null : nextAfterRollout(state));
  }
}

export type FailedHook = HookState & { readonly result: CommandResult };

/** A hook that has failed, that decides, and whose failure nobody has acknowledged. */
export function failedHook({ hooks }: RolloutState): FailedHook | null {
  for (const hook of hooks.values()) {
    const { point, result, isAcknowledged } = hook;
    if (isDeciding(point) && result !== null && isFailed(result) && !isAcknowledged)
      return { ...hook, result };
  }
  return null;
}

export function isFailed({ outcome }: CommandResult): boolean {
  return outcome === 'failed' || outcome === 'timed-out' || outcome === 'not-started';
}

/** What a new runner puts on record of hooks whose runner ended in the middle of them, and that are not run again. */
export function decideLostHooks({ hooks }: RolloutState): readonly RolloutEvent[] {
  return [...hooks.values()]
    .filter(({ point, result }) => result === null && !isDeciding(point))
    .map((hook) => ({
      type: 'hook-ended',
      ...identifyHook(hook),
      result: { outcome: 'lost', detail: 'the runner ended before the hook', output: '', tookMs: 0 },
    }));
}
