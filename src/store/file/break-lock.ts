/** Ends a hold by an operator's word: a takeover like any other, but for that word, and giving up at once. */
import type { UnlockOutcome } from '../journal.ts';
import { holderOf, judge } from './lock-file.ts';
import type { Taking } from './lock-file.ts';
import { acquireLock, findLockOwner } from './lock.ts';

export function breakLock(lockPath: string, holderId: string, taking: Taking): UnlockOutcome {
  const record = findLockOwner(lockPath, taking.machine);
  if (record === null) return { kind: 'not-held-by', holder: null };
  const holder = holderOf(record);
  if (holder.id !== holderId) return { kind: 'not-held-by', holder };
  if (judge(record, lockPath, taking.machine) === 'alive') return { kind: 'alive', holder };
  const taken = acquireLock(lockPath, taking, holderId);
  if (taken.kind === 'held') return { kind: 'not-held-by', holder: taken.holder };
  taken.lock.release();
  return { kind: 'done', holder };
}
