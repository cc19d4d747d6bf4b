/**
 * Records as files: a folder a rollout, with its journal, the lock of whoever writes it, and the orders left for it.
 *
 *     DIR/NAME/journal.jsonl      and journal.1.jsonl …, which were set aside
 *     DIR/NAME/lock               and lock.ID… for moments
 *     DIR/NAME/orders/…           what has not been taken up yet
 *     DIR/artifacts.json          which file was uploaded as which artifact
 *     DIR/.lock                   for what concerns all rollouts; none of them can have this name
 */
import { readdirSync, chmodSync, fsyncSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, dirname } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import {
  ARTIFACTS_FILE,
  withArtifactRecord,
  parseArtifactRecords,
  renderArtifactRecords,
} from '../../plan/artifact-record.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { RunnerIdentity } from '../../rollout/event.ts';
import { makeFolder, statIfThere, isFileThere, syncFolder, withFile, writeWhole } from './files.ts';
import {
  describeDamage,
  hasRecord,
  pathOfJournal,
  readArchivedRecords,
  readRecord,
  refuseStray,
} from './journal-file.ts';
import { append, checkHold, closeWriter, openWriter, setAside } from './journal-writer.ts';
import type { Opened } from './journal-writer.ts';
import type { Journal, JournalReading, JournalStore, OpenOutcome } from '../journal.ts';
import { breakLock, takeTurn, acquireLock, findGone, findLockOwner } from './lock.ts';
import { holderOf } from './lock-file.ts';
import type { Taking } from './lock-file.ts';
import type { Lock } from './lock.ts';
import { thisMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { readOrders, removeOrder, writeOrder } from './order-inbox.ts';
import { ifThere, outcomeOf, Trouble } from '../journal.ts';
import { randomUUID } from 'node:crypto';
import type { ArtifactRecord } from '../../plan/artifact-record.ts';

/** What a test may put in place of the world. */
export type FileStoreOptions = {
  readonly machine?: Machine;
  /** By which a lock that others have for a moment is waited for. */
  readonly waiting?: Clock;
};

export function openFileStore(
  directory: string,
  clock: Clock,
  { machine = thisMachine, waiting = systemClock }: FileStoreOptions = {},
): JournalStore {
  const taking = (runner: RunnerIdentity): Taking => ({ runner, now: clock.now(), machine });
  const artifacts = join(directory, ARTIFACTS_FILE);
  return {
    location: directory,
    list: () => outcomeOf(directory, () => listRollouts(directory)),
    read: (name) => outcomeOf(join(directory, name), () => readJournal(join(directory, name), name, machine)),
    readArchived: (name) =>
      outcomeOf(join(directory, name), () => readArchivedRecords(join(directory, name), name)),
    open: (name, runner) => openJournal(join(directory, name), name, taking(runner)),
    enqueueOrder(name, order) {
      const folder = join(directory, name);
      return outcomeOf(folder, () => {
        if (!hasRecord(folder)) throw new Trouble('unavailable', `${directory}: no rollout ${name} here`);
        writeOrder(inboxOf(folder), order);
        return null;
      });
    },
    async exclusively(work) {
      const taken = await outcomeOf(directory, () => {
        makeFolder(directory);
        return takeTurn(join(directory, '.lock'), () => taking(ourselves()), waiting);
      });
      if (taken.kind === 'problem') return taken;
      try {
        return { kind: 'done', value: await work() };
      } finally {
        taken.value.release();
      }
    },
    async unlock(name, id) {
      const folder = join(directory, name);
      const unlocked = await outcomeOf(folder, () => breakLock(lockOf(folder), id, taking(ourselves())));
      return unlocked.kind === 'done' ? unlocked.value : unlocked;
    },
    readArtifacts: () => outcomeOf(artifacts, () => readArtifactFile(artifacts)),
    putArtifact: (record) =>
      outcomeOf(artifacts, async () => {
        makeFolder(directory);
        const turn = await takeTurn(join(directory, '.lock'), () => taking(ourselves()), waiting);
        try {
          writeArtifactFile(artifacts, withArtifactRecord(readArtifactFile(artifacts), record));
          return null;
        } finally {
          turn.release();
        }
      }),
    describeDamage: (name, line, reason) =>
      describeDamage(pathOfJournal(join(directory, name)), line, reason),
    close: () => Promise.resolve(),
  };
}

function lockOf(folder: string): string {
  return join(folder, 'lock');
}

function inboxOf(folder: string): string {
  return join(folder, 'orders');
}

function ourselves(): RunnerIdentity {
  return { host: hostname(), pid: process.pid, startedBy: null };
}

function listRollouts(directory: string): readonly RolloutName[] {
  if (statIfThere(directory)?.isDirectory() === false) {
    throw new Trouble('unavailable', `${directory}: not a folder; records need a folder: correct --state`);
  }
  return (ifThere(() => readdirSync(directory)) ?? [])
    .flatMap((entry) => parseRolloutName(entry) ?? [])
    .filter((name) => hasRecord(join(directory, name)))
    .sort();
}

function readJournal(folder: string, name: RolloutName, machine: Machine): JournalReading | null {
  const record = readRecord(folder, name);
  if (record === null) return null;
  const { events, tornBytes } = record;
  const holder = findLockOwner(lockOf(folder), machine);
  return {
    events,
    tornBytes,
    holder: holder === null ? null : holderOf(holder),
    orders: readOrders(inboxOf(folder)),
    gone: findGone(lockOf(folder), machine),
  };
}

async function openJournal(folder: string, name: RolloutName, taking: Taking): Promise<OpenOutcome> {
  const opened = await outcomeOf(folder, (): OpenOutcome => {
    if (!hasRecord(folder)) refuseStray(folder, name);
    makeFolder(folder);
    const taken = acquireLock(lockOf(folder), taking);
    if (taken.kind === 'held') return taken;
    try {
      return { kind: 'done', value: journalOf(openWriter(folder, name, taken.lock), taken.lock) };
    } catch (error) {
      taken.lock.release();
      throw error;
    }
  });
  return opened.kind === 'done' ? opened.value : opened;
}

function journalOf({ writer, record }: Opened, lock: Lock): Journal {
  const inbox = inboxOf(writer.folder);
  const whenHeld = <T>(work: () => T) =>
    outcomeOf(writer.folder, () => {
      checkHold(writer);
      return work();
    });
  const done = (work: () => void) =>
    outcomeOf(writer.folder, () => {
      work();
      return null;
    });
  return {
    id: lock.id,
    gone: lock.gone,
    events: record.events,
    tornBytes: record.tornBytes,
    append: (events) =>
      done(() => {
        append(writer, events);
      }),
    verifyHold: () => whenHeld(() => null),
    orders: () => whenHeld(() => readOrders(inbox)),
    dropOrder: (id) =>
      whenHeld(() => {
        removeOrder(inbox, id);
        return null;
      }),
    archive: () =>
      done(() => {
        setAside(writer);
      }),
    sharedCalls: null,
    close() {
      closeWriter(writer);
      lock.release();
      return Promise.resolve();
    },
  };
}

// The records of uploads as one file, which people keep in git and read there. It is never half written: a new one gets
// its name when all of it is on the disk. Whoever writes it has the store's lock, and reads it anew first.

/** Room for tens of thousands of uploads. */
const BYTES_MAX = 16 * 1_048_576;

/** Throws a `damaged` trouble for a file that cannot be one. */
function readArtifactFile(path: string): readonly ArtifactRecord[] {
  const size = isFileThere(path) ? (ifThere(() => statSync(path))?.size ?? 0) : 0;
  if (size > BYTES_MAX) throw damaged(path, `is larger than ${BYTES_MAX / 1_048_576} MiB`);
  const text = ifThere(() => readFileSync(path, 'utf8'));
  if (text === null) return [];
  const parsed = parseArtifactRecords(text);
  if (typeof parsed === 'string') throw damaged(path, parsed);
  return parsed;
}

/** Lasts once this returns. The folder must be there. */
function writeArtifactFile(path: string, records: readonly ArtifactRecord[]): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    withFile(draft, 'wx', (file) => {
      writeWhole(file, Buffer.from(renderArtifactRecords(records)));
      fsyncSync(file);
    });
    const mode = ifThere(() => statSync(path))?.mode;
    if (mode !== undefined) chmodSync(draft, mode & 0o777);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function damaged(path: string, reason: string): Trouble {
  return new Trouble(
    'damaged',
    `${path}: it ${reason}. Nothing was changed. Restore it from git or a backup. Without it, only the Allxon portal shows which UUID each artifact has`,
  );
}
