import type { StopOrigin } from '../../rollout/event.ts';
import type { Command, HookPoint } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { WaitReason } from '../../rollout/wait-reasons.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

export type Notice = {
  readonly reason: WaitReason | StopOrigin | 'in-doubt';
  /** A sentence without its full stop. */
  readonly message: string;
  /** When the wait ends by itself, in epoch milliseconds; `null` where it does not, or that is not known. */
  readonly until: number | null;
};

export type CommandRequest = {
  readonly command: Command;
  readonly occasion: HookPoint | 'gate';
  /** The wave that it is about, or `null`. */
  readonly wave: string | null;
  /** What the rollout waits for, or why it has stopped; `null` for every other occasion. */
  readonly notice: Notice | null;
  /** The current state of the rollout. */
  readonly state: RolloutState;
};

/** Runs a command to its end, or ends it when its time is out or `signal` aborts. Never rejects but for a bug. */
export type CommandRunner = (request: CommandRequest, signal: AbortSignal) => Promise<CommandResult>;
