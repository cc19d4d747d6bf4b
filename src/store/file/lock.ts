/**
 * One holder at a time, by files that hard links make: of many who link a file to the same free name, one succeeds. It
 * works on every file system that has hard links, on those of a network too.
 *
 *     lock              names the holder, X
 *     lock.X.next       Y's claim to be X's successor, which only one can make, and only once X is dead
 *     lock.Y.next       Z's, after Y died before it had put itself in X's place
 *     lock.ID           ID's draft, until it is linked to one of these names
 *
 * Who finds no `lock` and links its draft there has it. Who finds one follows the chain from `lock` to its end. If
 * anyone on the way may be alive, that one holds the lock. If all are certainly dead (`judge-holder.ts`), it links its
 * draft as the claim on the last of them, reads the chain again from `lock`, and, if it is still the one that it had
 * followed, has the lock: it puts its draft in `lock`'s place by a rename, and removes the claims. Else it takes its claim
 * back and begins anew.
 *
 * Why two can never have it:
 * 1. The holder is the end of the chain that begins at `lock`. Nothing but a claim makes the chain longer, a claim is on
 *    somebody dead, and of all who make it one succeeds: so the chain never forks, and nobody comes after the living.
 * 2. `lock` is changed only by the living end of the chain (by its rename, or by giving it up), and an id never comes back.
 *    Hence, if `lock` holds the same id when the chain is read again, it has held it all along.
 * 3. The claims that were followed were made by processes that are dead now, which remake none. Each that is still there
 *    has been there all along: so at the moment of the second look at `lock`, the claimer was the end of the chain, and
 *    by 1 nobody comes after it while it lives.
 * 4. A claim that was made too late, on somebody who is not on the chain any more, means nothing to anybody; the second
 *    look at `lock` tells its maker.
 *
 * A process that is killed anywhere in between leaves a draft, a claim that the next one follows, or the new `lock` with
 * claims that lead nowhere, for the next holder to sweep up. Nothing is ever waited for.
 *
 * An operator's word (`unlock`) lets one holder that may be alive pass for dead. Should it live, it finds before its next
 * append, and after it, that `lock` is no longer its own. What it does to the lock's files in the instant in which it is
 * overruled can cost its successor the hold (`lost`), and never gives two of them one.
 */
import type { LockOwner } from '../../rollout/event.ts';
import { closeSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { holderOf, judge, readLock, writeDraft } from './lock-file.ts';
import type { Draft, Taking } from './lock-file.ts';
import type { Machine, LockRecord } from './machine.ts';
import { codeOf, Trouble } from '../journal.ts';
import type { Clock } from '../../base/clock.ts';
import { printable } from '../../base/text.ts';
import type { UnlockOutcome } from '../journal.ts';

export type Lock = {
  readonly path: string;
  readonly id: string;
  /** Ids of the holders whom it was taken over from: they are certainly dead. */
  readonly gone: readonly string[];
  /** Whether it is still this one, as far as the file system knows now. */
  isOurs(): boolean;
  release(): void;
};

export type LockOutcome =
  | { readonly kind: 'locked'; readonly lock: Lock }
  /** `holder` is `null` where holders changed too quickly to be told. */
  | { readonly kind: 'held'; readonly holder: LockOwner | null };

/** How many are remembered: a record that was never let go of so often has had its last word meanwhile. */
const GONE_MAX = 50;

/** Bounds an endless loop only: each round that fails is one in which somebody else got further. */
const ROUNDS_MAX = 100;

/** Throws what the file system throws. `overruled` is the id of a holder that passes for dead by an operator's word. */
export function acquireLock(lockPath: string, taking: Taking, overruled: string | null = null): LockOutcome {
  const leftovers = listLeftovers(lockPath);
  // Whoever is dead now stays so, whoever takes over from it.
  const gone = findGone(lockPath, taking.machine).filter((id) => id !== overruled);
  const draft = writeDraft(lockPath, taking, gone);
  let isLocked = false;
  try {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (linkIfFree(draft, lockPath)) isLocked = true;
      else {
        const chain = followChain(lockPath, taking.machine, overruled);
        if (chain.holder !== null) return { kind: 'held', holder: holderOf(chain.holder) };
        isLocked = succeed(draft, chain.dead, lockPath);
      }
      if (isLocked) return { kind: 'locked', lock: lockOf(lockPath, draft) };
    }
    return { kind: 'held', holder: null };
  } finally {
    removeIfPossible(draft.path);
    if (isLocked) sweep(leftovers, taking.machine);
    else closeSync(draft.file);
  }
}

/** Who holds the lock, or `null`: nobody, or a process that is certainly dead. */
export function findLockOwner(lockPath: string, machine: Machine): LockRecord | null {
  return followChain(lockPath, machine, null).holder;
}

/** Ids of the holders that are certainly dead, and have not let go, and of those whom they took over from. */
export function findGone(lockPath: string, machine: Machine): readonly string[] {
  const { dead } = followChain(lockPath, machine, null);
  return dead.flatMap(({ record }) => [record.id, ...record.gone]).slice(0, GONE_MAX);
}

type Chain = { readonly dead: readonly Link[]; readonly holder: LockRecord | null };

type Link = { readonly path: string; readonly record: LockRecord };

/** The dead from `lock` on, and the living one after them, if there is one. */
function followChain(lockPath: string, machine: Machine, overruled: string | null): Chain {
  const dead: Link[] = [];
  let path = lockPath;
  for (;;) {
    const record = readLock(path);
    if (record === null || dead.some((link) => link.record.id === record.id)) return { dead, holder: null };
    if (record.id !== overruled && judge(record, path, machine) !== 'dead') return { dead, holder: record };
    dead.push({ path, record });
    path = claimOn(record, lockPath);
  }
}

/** Whether `draft` is the lock now, after all of `dead`; see the steps above. */
function succeed(draft: Draft, dead: readonly Link[], lockPath: string): boolean {
  const last = dead.at(-1);
  if (last === undefined) return false;
  const claim = claimOn(last.record, lockPath);
  if (!linkIfFree(draft, claim)) return false;
  let isLocked = false;
  try {
    if (dead.some(({ path, record }) => readLock(path)?.id !== record.id)) return false;
    renameSync(draft.path, lockPath);
    isLocked = true;
  } finally {
    const claims = isLocked ? dead.map(({ record }) => claimOn(record, lockPath)) : [claim];
    for (const path of claims) removeIfPossible(path);
  }
  return isLocked;
}

function claimOn({ id }: LockRecord, lockPath: string): string {
  return `${lockPath}.${id}.next`;
}

function linkIfFree({ path, record }: Draft, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    // A file server that was asked twice may say so of the link that it has just made.
    if (code === 'EEXIST') return readLock(name)?.id === record.id;
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) {
      throw new Trouble(
        'unavailable',
        `${dirname(name)}: this file system has no hard links, which the lock needs: keep the state on another file system or in a database`,
      );
    }
    throw error;
  }
}

function lockOf(path: string, { record, file }: Draft): Lock {
  const isOurs = () => readLock(path)?.id === record.id;
  return {
    path,
    id: record.id,
    gone: record.gone,
    isOurs,
    release() {
      // Nobody but an operator changes the lock of somebody who is alive.
      try {
        if (isOurs()) rmSync(path, { force: true });
      } catch {
        // It stays, as that of a process that is gone.
      }
      closeSync(file);
    },
  };
}

/** What others have left beside the lock, before now. */
function listLeftovers(lockPath: string): readonly string[] {
  const directory = dirname(lockPath);
  const prefix = `${basename(lockPath)}.`;
  return readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(directory, name));
}

/**
 * By the new holder. Claims that were there before it held the lock are on the dead, and off the chain; a draft may be
 * that of somebody who is about to find the lock held.
 */
function sweep(leftovers: readonly string[], machine: Machine): void {
  for (const path of leftovers) {
    if (path.endsWith('.next') || isDeadDraft(path, machine)) removeIfPossible(path);
  }
}

function isDeadDraft(path: string, machine: Machine): boolean {
  try {
    const record = readLock(path);
    return record !== null && judge(record, path, machine) === 'dead';
  } catch {
    return false;
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Left over, it means nothing to anybody.
  }
}

// A lock that others have for a moment, and that is waited for.

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
    `${path}: ${who} has held the lock of all rollouts for more than ${WAIT_MS_MAX / 1000} s. If it has ended, delete this file and run again`,
  );
}

// Ends a hold by an operator's word: a takeover like any other, but for that word, and giving up at once.

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
