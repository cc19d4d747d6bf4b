/** A lock that others have for a moment, and that is waited for. */
import type { Clock } from '../../base/clock.ts';
import { printable } from '../../base/text.ts';
import { readLock } from './lock-file.ts';
import type { Taking } from './lock-file.ts';
import { acquireLock, findLockOwner } from './lock.ts';
import type { Lock } from './lock.ts';
import { Trouble } from '../problem.ts';
import type { LockRecord } from './judge-lock-owner.ts';

const LOOK_EVERY_MS = 25;
const WAIT_MS_MAX = 30_000;

/** Throws an `unavailable` trouble that names the holder, where it does not come to an end. */
export async function takeTurn(path: string, taking: () => Taking, waiting: Clock): Promise<Lock> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const wanted = taking();
    // Looking is much cheaper than trying.
    const holder = findLockOwner(path, wanted.machine);
    const taken = holder === null ? acquireLock(path, wanted) : null;
    if (taken?.kind === 'locked') return taken.lock;
    if (waitedMs >= WAIT_MS_MAX) throw tooLong(path, readLock(path));
    await waiting.sleepUntil(waiting.now() + LOOK_EVERY_MS);
  }
}

function tooLong(path: string, holder: LockRecord | null): Trouble {
  const who = holder === null ? 'others' : `process ${holder.pid} on ${printable(holder.host)}`;
  return new Trouble(
    'unavailable',
    `${path}: ${who} has been looking at all rollouts for longer than ${WAIT_MS_MAX / 1000} s. If it is gone for good, delete this file and run again`,
  );
}
