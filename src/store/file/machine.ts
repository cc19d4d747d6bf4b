/**
 * What a machine can tell of itself and of its processes, for judging whether a lock's holder still lives. Linux tells
 * nearly all of it under `/proc`; where it cannot be told it is `null`, and nothing is concluded from it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../journal.ts';
import type { LockOwner } from '../../rollout/event.ts';

export type Machine = {
  readonly host: string;
  /** Names this start of the machine. Containers share it with their host, but for those that are given one of their own. */
  readonly boot: string | null;
  /** Within which process numbers, and the times at which processes started, mean the same. */
  readonly namespaces: string | null;
  readonly processOf: (pid: number) => ProcessSight;
  /** Whether the directory is on a disk, or in memory, that one machine at a time can have mounted. */
  readonly isLocal: (directory: string) => boolean;
  /** Locks the open file for as long as this process has it open; `false` where that cannot be done. */
  readonly flock: (file: number) => boolean;
  /** Whether certainly nobody has it locked so. */
  readonly isFlockFree: (file: number) => boolean;
};

/** `start` tells processes apart that had the same number one after the other. */
export type ProcessSight = 'gone' | { readonly start: string | null };

/** The namespace of the processes that are in no container; the kernel gives it this number everywhere. */
export const INITIAL_PROCESSES = 'pid:[4026531836]';

export const thisMachine: Machine = {
  host: hostname(),
  boot: readText('/proc/sys/kernel/random/boot_id'),
  namespaces: namespacesOfThis(),
  processOf,
  isLocal,
  flock: (file) => flock(file, '-x'),
  isFlockFree: (file) => flock(file, '-s'),
};

function namespacesOfThis(): string | null {
  const processes = readLink('/proc/self/ns/pid');
  // Starts are told in the time of this one, where the kernel has it.
  return processes === null ? null : `${processes} ${readLink('/proc/self/ns/time') ?? ''}`.trimEnd();
}

function processOf(pid: number): ProcessSight {
  if (!isThere(pid)) return 'gone';
  // A container may have been given the /proc of another one, where the numbers are others'.
  if (readLink('/proc/self') !== String(process.pid)) return { start: null };
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return { start: null };
  // After the name, which may hold anything: the state is the 3rd field, the start the 22nd.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return ['Z', 'X'].includes(state) ? 'gone' : { start: fields[19] ?? null };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** A file server may not answer at all. */
const FLOCK_WITHIN_MS = 5_000;

/** As statfs(2) numbers them: ext2 to ext4, XFS, Btrfs, tmpfs, F2FS, ZFS, overlay. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0x794c7630,
]);

function isLocal(directory: string): boolean {
  try {
    return LOCAL_FILE_SYSTEMS.has(statfsSync(directory).type >>> 0);
  } catch {
    return false;
  }
}

/** Node has no flock(2). The lock belongs to the open file, which the command shares with this process and leaves to it. */
function flock(file: number, kind: '-x' | '-s'): boolean {
  const { status } = spawnSync('flock', [kind, '-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file],
    timeout: FLOCK_WITHIN_MS,
  });
  return status === 0;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/*
 * Whether the holder of a lock is dead for certain, alive for certain, or neither can be told. A runner that is taken for
 * dead and is not would post beside its successor, so that every doubt counts for it.
 *
 * Dead for certain, and why:
 *
 * | where the holder was | what tells | why it is certain |
 * |---|---|---|
 * | same boot, same namespaces | its number is nobody's, or another process' | one kernel counts its processes |
 * | same boot, any container | the flock(2) on the lock's own file can be had | the kernel frees it when the holder ends, not before |
 * | another boot by name, both on a local file system | the flock can be had | one machine at a time mounts it: either the kernel that had the flock is this one, or it is gone |
 * | another boot, both on a local file system, neither in a container | the boots' names | as above, and the kernels are two: so the holder's is gone |
 * | neither side knows its boot, same host name | its number is nobody's | host names are told apart where there is no `/proc` to go by |
 *
 * What does not tell: another boot's name alone, because some containers (systemd-nspawn) are given one of their own
 * beside the host's; a local file system at this end alone, because it may be exported to where the holder is; a host
 * name alone, because containers are often called alike. The first release's locks say nothing of namespaces, file
 * systems and flocks, so that only the last row applies to them.
 */

export type LockRecord = LockOwner & {
  readonly boot: string | null;
  readonly processStart: string | null;
  /** From here on, what the first release did not write. */
  readonly namespaces: string | null;
  readonly isFlocked: boolean;
  readonly isLocal: boolean;
  /** Of the lock's own file, so that a copy of it is not taken for it. */
  readonly device: string | null;
  readonly inode: string | null;
  /** Ids of the holders before it that had not let go, and were certainly dead. */
  readonly gone: readonly string[];
};

export type Verdict = 'dead' | 'alive' | 'unsure';

/** What the one who judges sees; the functions are asked only where it matters. */
export type Sight = {
  readonly host: string;
  readonly boot: string | null;
  readonly namespaces: string | null;
  /** Of the lock's directory. */
  readonly isLocal: boolean;
  /** The process that has the holder's number here. */
  readonly processOf: (pid: number) => ProcessSight;
  /** Whether nobody has the lock's file flocked, and it is the very file that the holder flocked. */
  readonly isFlockFree: () => boolean;
};

export type LockOwnerFacts = Omit<LockRecord, 'id' | 'since' | 'startedBy' | 'device' | 'inode' | 'gone'>;

export function judgeLockOwner(holder: LockOwnerFacts, sight: Sight): Verdict {
  if (holder.boot === null || sight.boot === null) {
    const isAlike = holder.boot === sight.boot && holder.host === sight.host;
    return isAlike && sight.processOf(holder.pid) === 'gone' ? 'dead' : 'unsure';
  }
  const isSameBoot = holder.boot === sight.boot;
  const verdict =
    isSameBoot && isAmongOurs(holder, sight) ? judgeProcess(holder, sight.processOf(holder.pid)) : 'unsure';
  if (verdict !== 'unsure') return verdict;
  const isLocal = holder.isLocal && sight.isLocal;
  if ((isSameBoot || isLocal) && holder.isFlocked && sight.isFlockFree()) return 'dead';
  return !isSameBoot && isLocal && isInNoContainer(holder) && isInNoContainer(sight) ? 'dead' : 'unsure';
}

function isAmongOurs(holder: LockOwnerFacts, sight: Sight): boolean {
  return holder.namespaces !== null && holder.namespaces === sight.namespaces;
}

function judgeProcess({ processStart }: LockOwnerFacts, process: ProcessSight): Verdict {
  if (process === 'gone') return 'dead';
  if (process.start === null || processStart === null) return 'unsure';
  return process.start === processStart ? 'alive' : 'dead';
}

function isInNoContainer({ namespaces }: { readonly namespaces: string | null }): boolean {
  return namespaces?.split(' ')[0] === INITIAL_PROCESSES;
}
