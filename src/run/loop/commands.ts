/** Hooks and gates, run as the rollout's state asks for: what came of one is on record before anything follows from it. */
import { present } from '../../base/assert.ts';
import { isDeciding, nextHookOf, nextOnDoubt, nextOnStop, nextOnWait } from '../../rollout/hooks.ts';
import type { PlannedHook } from '../../rollout/hooks.ts';
import type { PlannedGate } from '../../rollout/decide.ts';
import { inDoubtOf } from '../../rollout/in-doubt.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { describeDoubts } from './post-deployment.ts';
import type { RunContext } from './run-context.ts';
import type { Notice } from './command-runner.ts';
import type { HookRecord } from '../../rollout/halt-cause.ts';

/** Hooks of one occasion are run one after the other; the record says that one was begun before it is. */
export async function runHook({ hook, command }: PlannedHook, run: RunContext): Promise<void> {
  const { control, recorder } = run;
  const isBegun = await recorder.recordWhat((state) =>
    control.cause() === null && isNext(hook, state) ? { type: 'hook-started', ...hook } : null,
  );
  if (isBegun) await runBegun({ hook, command }, { notice: null, signal: control.signal }, run);
}

type Notifying = {
  /** The hook to be run next, or `null` when all have been. */
  readonly next: (state: RolloutState) => PlannedHook | null;
  readonly notice: Notice;
  /** Ends the hooks; the end of the run does, unless given. */
  readonly signal?: AbortSignal;
};

/** Runs the hooks that `next` names until there are none left, or `signal` aborts. */
export async function notify({ next, notice, signal: given }: Notifying, run: RunContext): Promise<void> {
  const { control, recorder } = run;
  const signal = given ?? control.signal;
  for (;;) {
    const planned = next(recorder.state());
    if (planned === null || signal.aborted) return;
    const isBegun = await recorder.recordWhat((state) =>
      isNext(planned.hook, state) ? { type: 'hook-started', ...planned.hook } : null,
    );
    if (!isBegun) return;
    await runBegun(planned, { notice, signal }, run);
  }
}

/**
 * Tells of a run that ends without its rollout having ended: it waits, is in doubt, or cannot go on. Not of one that a
 * person has interrupted, nor where the record takes no more, so that nothing could keep it from being told again.
 */
export async function notifyOfEnd(run: RunContext, signal: AbortSignal): Promise<void> {
  const { control, recorder } = run;
  const cause = present(control.cause(), 'the reason why the run ended');
  if (!cause.isRecorded || cause.why === 'interrupted') return;
  const { message } = cause;
  if (inDoubtOf(recorder.state()).length > 0) {
    const notice = { reason: 'in-doubt', message: describeDoubts(recorder.state()), until: null } as const;
    await notify({ next: nextOnDoubt, notice, signal }, run);
  }
  switch (cause.why) {
    case 'waiting': {
      const { waitsFor: reason, until } = cause;
      const next = (state: RolloutState) => nextOnWait(state, reason);
      return notify({ next, notice: { reason, message, until }, signal }, run);
    }
    case 'paused': {
      const notice = { reason: 'paused', message, until: null } as const;
      return notify({ next: (state) => nextOnWait(state, 'paused'), notice, signal }, run);
    }
    case 'environment': {
      const { origin: reason } = cause;
      const next = (state: RolloutState) => nextOnStop(state, reason);
      return notify({ next, notice: { reason, message, until: null }, signal }, run);
    }
    case 'in-doubt':
    case 'completed':
    case 'halted':
      return;
  }
}

type Begun = { readonly notice: Notice | null; readonly signal: AbortSignal };

async function runBegun(
  { hook, command }: PlannedHook,
  { notice, signal }: Begun,
  { commands, recorder }: RunContext,
): Promise<void> {
  const { point: occasion, wave } = hook;
  const result = await commands({ command, occasion, wave, notice, state: recorder.state() }, signal);
  // One that decides, and has not, is run again.
  if (result.outcome === 'interrupted' && isDeciding(hook.point)) return;
  await recorder.record({ type: 'hook-ended', ...hook, result });
}

function isNext(hook: HookRecord, state: RolloutState): boolean {
  return nextHookOf(state, hook)?.hook.index === hook.index;
}

export async function runGate({ wave, gate, attempt, command }: PlannedGate, run: RunContext): Promise<void> {
  const { commands, control, observer, recorder } = run;
  observer.notice({ kind: 'gate-started', wave, name: command.name, attempt });
  const request = { command, occasion: 'gate', wave, notice: null, state: recorder.state() } as const;
  const result = await commands(request, control.signal);
  if (result.outcome === 'interrupted') return;
  await recorder.recordWhat(({ phase }) =>
    phase.kind === 'running' ? { type: 'gate-ended', wave, gate, name: command.name, attempt, result } : null,
  );
}
