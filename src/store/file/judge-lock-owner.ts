/**
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
import { INITIAL_PROCESSES } from './machine.ts';
import type { ProcessSight } from './machine.ts';
import type { LockOwner } from '../../rollout/event.ts';

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
