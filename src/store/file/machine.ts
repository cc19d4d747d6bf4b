/**
 * What a machine can tell of itself and of its processes, for judging whether a lock's holder still lives. Linux tells
 * nearly all of it under `/proc`; where it cannot be told it is `null`, and nothing is concluded from it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../problem.ts';

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
