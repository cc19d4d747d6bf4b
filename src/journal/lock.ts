/**
 * One runner a rollout, by a file that only one process can make. It names its holder: host, boot, process and the
 * process' start, so that a holder that is certainly dead (same host, and that process is gone or is another one) does
 * not keep anybody out, and one that may be alive always does.
 *
 * A dead holder's lock is replaced inside a second, momentary lock (`lock.takeover`): of many that find it dead, one
 * takes it over and the others see a living holder.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { RunnerIdentity } from '../rollout/event.ts';
import type { Holder } from './journal.ts';

export type LockOutcome =
  | { readonly kind: 'locked'; readonly unlock: () => void }
  | { readonly kind: 'held'; readonly holder: Holder | null; readonly lockPath: string };

type LockFile = Holder & { readonly boot: string | null; readonly processStart: string | null };

/** Throws what the file system throws: an unwritable directory. */
export function acquireLock(directory: string, runner: RunnerIdentity, now: number): LockOutcome {
  const lockPath = join(directory, 'lock');
  const own: LockFile = {
    ...runner,
    id: randomUUID(),
    since: now,
    boot: bootId(),
    processStart: processStartOf(runner.pid),
  };
  const draftPath = `${lockPath}.${own.id}`;
  writeFileSync(draftPath, JSON.stringify(own), { flag: 'wx' });
  try {
    const isLocked = linkIfFree(draftPath, lockPath) || takeOver(draftPath, lockPath);
    if (!isLocked) return { kind: 'held', holder: readHolder(directory), lockPath };
    return {
      kind: 'locked',
      unlock: () => {
        unlock(lockPath, own.id);
      },
    };
  } finally {
    rmSync(draftPath, { force: true });
  }
}

/** Who holds the lock of `directory`, or `null`: nobody, or a process that is certainly dead. */
export function readHolder(directory: string): Holder | null {
  const lock = readLock(join(directory, 'lock'));
  if (lock === null || isCertainlyDead(lock)) return null;
  const { host, pid, startedBy, id, since } = lock;
  return { host, pid, startedBy, id, since };
}

function linkIfFree(draftPath: string, lockPath: string): boolean {
  try {
    linkSync(draftPath, lockPath);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function takeOver(draftPath: string, lockPath: string): boolean {
  const takeoverPath = `${lockPath}.takeover`;
  if (!linkIfFree(draftPath, takeoverPath)) return false;
  try {
    const holder = readLock(lockPath);
    if (holder === null) return linkIfFree(draftPath, lockPath);
    if (!isCertainlyDead(holder)) return false;
    renameSync(draftPath, lockPath);
    return true;
  } finally {
    rmSync(takeoverPath, { force: true });
  }
}

function unlock(lockPath: string, id: string): void {
  if (readLock(lockPath)?.id === id) rmSync(lockPath, { force: true });
}

function readLock(path: string): LockFile | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockFile;
  } catch {
    return null;
  }
}

function isCertainlyDead(lock: LockFile): boolean {
  if (lock.host !== hostname()) return false;
  const boot = bootId();
  if (boot !== null && lock.boot !== null && boot !== lock.boot) return true;
  const start = processStartOf(lock.pid);
  if (start !== null && lock.processStart !== null) return start !== lock.processStart;
  return !isProcessThere(lock.pid);
}

function isProcessThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Names this start of the machine, where the system tells it. */
function bootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id');
}

/** When a process started, in the kernel's ticks since boot: the 22nd field of its stat, counted after its name. */
function processStartOf(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
