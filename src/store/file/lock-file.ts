/**
 * A lock's file: who holds it, and what tells later whether that one is dead. It is written whole, flushed and, where the
 * system has the means, flocked before it gets its name, so that whoever finds it finds all of it.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LockOwner, RunnerIdentity } from '../../rollout/event.ts';
import { readTextIfThere } from './files.ts';
import { judgeLockOwner } from './machine.ts';
import type { Verdict, LockRecord, Machine } from './machine.ts';
import { ifThere, Trouble } from '../journal.ts';

export type Taking = { readonly runner: RunnerIdentity; readonly now: number; readonly machine: Machine };

/** A lock's file that has no name yet that others go by; open, because that is what keeps its flock. */
export type Draft = { readonly path: string; readonly record: LockRecord; readonly file: number };

export function writeDraft(
  lockPath: string,
  { runner, now, machine }: Taking,
  gone: readonly string[],
): Draft {
  const id = randomUUID();
  const path = `${lockPath}.${id}`;
  const file = openSync(path, 'wx');
  try {
    const { dev, ino } = fstatSync(file, { bigint: true });
    const process = machine.processOf(runner.pid);
    const { host, pid, startedBy } = runner;
    const record: LockRecord = {
      host,
      pid,
      startedBy,
      id,
      since: now,
      boot: machine.boot,
      processStart: process === 'gone' ? null : process.start,
      namespaces: machine.namespaces,
      isFlocked: machine.flock(file),
      isLocal: machine.isLocal(dirname(lockPath)),
      device: String(dev),
      inode: String(ino),
      gone,
    };
    writeFileSync(file, JSON.stringify(record));
    fsyncSync(file);
    return { path, record, file };
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}

const DELETE_IT = 'if no runner is active, delete it';

/** `null` where there is none. */
export function readLock(path: string): LockRecord | null {
  const text = readTextIfThere(path, DELETE_IT);
  return text === null ? null : parseLock(text, path);
}

export function judge(record: LockRecord, path: string, machine: Machine): Verdict {
  return judgeLockOwner(record, {
    ...machine,
    isLocal: machine.isLocal(dirname(path)),
    isFlockFree: () => isFlockFree(record, path, machine),
  });
}

export function holderOf({ host, pid, startedBy, id, since }: LockRecord): LockOwner {
  return { host, pid, startedBy, id, since };
}

function parseLock(text: string, path: string): LockRecord {
  const record = parseJson(text) as Partial<LockRecord> | null;
  const { host, id, since, startedBy = null } = record ?? {};
  const pid = Number(record?.pid);
  // Numbers below 1 name groups of processes.
  const isProcess = Number.isInteger(pid) && pid >= 1;
  if (typeof host !== 'string' || typeof id !== 'string' || typeof since !== 'number' || !isProcess) {
    throw new Trouble(
      'damaged',
      `${path}: the lock is damaged: it does not name its owner. If no runner is active, delete this file`,
    );
  }
  return {
    host,
    pid,
    startedBy,
    id,
    since,
    boot: record?.boot ?? null,
    processStart: record?.processStart ?? null,
    namespaces: record?.namespaces ?? null,
    isFlocked: record?.isFlocked === true,
    isLocal: record?.isLocal === true,
    device: record?.device ?? null,
    inode: record?.inode ?? null,
    gone: Array.isArray(record?.gone) ? record.gone.filter((one) => typeof one === 'string') : [],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isFlockFree({ device, inode, boot }: LockRecord, path: string, machine: Machine): boolean {
  const file = ifThere(() => openSync(path, 'r'));
  if (file === null) return false;
  try {
    const { dev, ino } = fstatSync(file, { bigint: true });
    // A disk may get another number at the next boot.
    const isSame = String(ino) === inode && (boot !== machine.boot || String(dev) === device);
    return isSame && machine.isFlockFree(file);
  } finally {
    closeSync(file);
  }
}
