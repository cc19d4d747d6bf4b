/** Hooks and gates, run as the rollout's state asks for: what came of one is on record before anything follows from it. */
import { isDeciding, nextHookOf } from '../rollout/hooks.ts';
import type { PlannedHook } from '../rollout/hooks.ts';
import type { PlannedGate } from '../rollout/decide.ts';
import type { CommandResult, HookRecord } from '../rollout/event.ts';
import type { Command, HookPoint } from '../plan/rollout-plan.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { RunContext } from './run-context.ts';

/** Runs a command to its end, or ends it when its time is out or `signal` aborts. Never rejects but for a bug. */
export type CommandRunner = (request: CommandRequest, signal: AbortSignal) => Promise<CommandResult>;

export type CommandRequest = {
  readonly command: Command;
  readonly occasion: HookPoint | 'gate';
  /** The wave that it is about, or `null`. */
  readonly wave: string | null;
  /** Where the rollout stands. */
  readonly state: RolloutState;
};

/** Hooks of one occasion are run one after the other; it stands on record that one was begun before it is. */
export async function runHook({ hook, command }: PlannedHook, run: RunContext): Promise<void> {
  const { commands, control, recorder } = run;
  const isBegun = await recorder.recordWhat((state) =>
    control.cause() === null && isNext(hook, state) ? { type: 'hook-started', ...hook } : null,
  );
  if (!isBegun) return;
  const { point: occasion, wave } = hook;
  const result = await commands({ command, occasion, wave, state: recorder.state() }, control.signal);
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
  const request = { command, occasion: 'gate', wave, state: recorder.state() } as const;
  const result = await commands(request, control.signal);
  if (result.outcome === 'interrupted') return;
  await recorder.recordWhat(({ phase }) =>
    phase.kind === 'running' ? { type: 'gate-ended', wave, gate, name: command.name, attempt, result } : null,
  );
}
