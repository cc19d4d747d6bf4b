/** Who holds a rollout, and what whoever is kept out can do. */
import { renderElapsed } from '../../base/duration.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner } from '../../rollout/event.ts';
import type { Commands } from './commands.ts';
import { describeRunner } from './phrases.ts';

/** A sentence without its full stop. */
export function describeLockOwner(name: RolloutName, holder: LockOwner | null, now: number): string {
  return holder === null
    ? `another runner is just taking hold of ${name}, or was killed while it did`
    : `${name} is held by another runner: ${describeRunner(holder)}, for ${renderElapsed(now - holder.since)}`;
}

export function adviseHeld(holder: LockOwner | null, { unlock }: Pick<Commands, 'unlock'>): string {
  return holder === null
    ? 'Try again in a moment.'
    : `Wait for it (--wait-lock 10m), or stop it and run this again. If that runner is gone for good:\n  ${unlock(holder.id)}`;
}
