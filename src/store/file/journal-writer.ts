/**
 * A rollout's journal in the hands of the one who holds the rollout.
 *
 * Upheld here:
 * 1. An append has been acknowledged only when its bytes are on the disk (fdatasync), and a new journal only when its
 *    folders are too.
 * 2. An append that failed leaves no half of itself: the file is cut back to what was acknowledged, and if even that
 *    fails, the torn rest is cut by the next one who opens it. Nothing is appended after it.
 * 3. Nothing is appended behind a torn or damaged line.
 * 4. Before an append and again after it, the lock is looked at, and the file: whoever holds the rollout later finds
 *    everything that was acknowledged, and what was written by nobody who held it is never built upon.
 * 5. A file or folder that has vanished is not made anew.
 * 6. A journal gets its name when its header is on the disk: one that is empty, or cut within its first line, was damaged.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { statIfThere, syncFolder, withFile, writeWhole } from './files.ts';
import { draftOfJournal, listLeftovers, nextPathAside, pathOfJournal, readRecord } from './journal-file.ts';
import type { RecordOnDisk } from './journal-file.ts';
import { encodeEvents, encodeHeader } from '../line-codec.ts';
import type { Lock } from './lock.ts';
import { codeOf, Trouble } from '../journal.ts';

/** `length`, `sum`, `device` and `inode` are of what has been acknowledged. */
export type JournalWriter = {
  readonly name: RolloutName;
  readonly folder: string;
  readonly lock: Lock;
  file: number;
  device: bigint;
  inode: bigint;
  length: number;
  sum: string;
  /** Why nothing more can be recorded, or `null`. */
  broken: Error | null;
};

export type Opened = { readonly writer: JournalWriter; readonly record: RecordOnDisk };

/** Makes the journal where there is none, and cuts a torn line off. */
export function openWriter(folder: string, name: RolloutName, lock: Lock): Opened {
  const record = readRecord(folder, name) ?? beginRecord(folder, name);
  const writer: JournalWriter = {
    name,
    folder,
    lock,
    ...openFile(folder),
    length: record.soundBytes,
    sum: record.sum,
    broken: null,
  };
  try {
    if (record.tornBytes > 0) ftruncateSync(writer.file, record.soundBytes);
    for (const path of listLeftovers(folder)) rmSync(path, { force: true });
    fsyncSync(writer.file);
    for (const one of [folder, dirname(folder)]) syncFolder(one);
    return { writer, record };
  } catch (error) {
    closeSync(writer.file);
    throw error;
  }
}

export function append(writer: JournalWriter, events: readonly JournaledEvent[]): void {
  const { text, sum } = encodeEvents(events, writer.sum);
  guarded(writer, () => {
    appendText(writer, text);
    writer.sum = sum;
  });
}

/** Killed in between, it leaves the record or an empty one under its name, and whoever opens that goes on. */
export function setAside(writer: JournalWriter): void {
  const { folder, name } = writer;
  guarded(writer, () => {
    linkSync(pathOfJournal(folder), nextPathAside(folder));
    syncFolder(folder);
    const begun = writeHeader(folder, name, renameSync);
    syncFolder(folder);
    closeSync(writer.file);
    Object.assign(writer, openFile(folder), { length: begun.soundBytes, sum: begun.sum });
  });
}

export function closeWriter({ file }: JournalWriter): void {
  closeSync(file);
}

/** Only by the one who holds the rollout, to the file as it left it: looked at before `work` and after it. */
function guarded(writer: JournalWriter, work: () => void): void {
  if (writer.broken !== null) throw writer.broken;
  try {
    checkHold(writer);
    work();
    checkHold(writer);
  } catch (error) {
    writer.broken = error instanceof Error ? error : new Error(String(error));
    throw writer.broken;
  }
}

/** Throws unless the rollout is held, and its journal as it was left. */
export function checkHold({ name, folder, lock, device, inode, length }: JournalWriter): void {
  const path = pathOfJournal(folder);
  const seen = statIfThere(path);
  const isOurs = lock.isOurs();
  if (seen === null && (isOurs || statIfThere(folder) === null)) {
    throw new Trouble(
      'unavailable',
      `${path}: the record was removed or moved during this run. Nothing was written in its place; restore it and run again`,
    );
  }
  if (!isOurs) {
    throw new Trouble(
      'lost',
      `${lock.path}: this runner lost the lock of ${name}: it was unlocked, and another runner may hold it now`,
    );
  }
  if (seen === null || (seen.ino === inode && seen.dev === device && seen.size === BigInt(length))) return;
  const what =
    seen.ino === inode && seen.dev === device
      ? `it has ${seen.size} bytes, expected ${length}`
      : 'it is another file';
  throw new Trouble(
    'damaged',
    `${path}: something else changed the journal during this run: ${what}. Nothing was added to it; find out what changed it before you run again`,
  );
}

function openFile(folder: string): Pick<JournalWriter, 'file' | 'device' | 'inode'> {
  const file = openSync(pathOfJournal(folder), 'a');
  const { dev: device, ino: inode } = fstatSync(file, { bigint: true });
  return { file, device, inode };
}

/** A record in which nothing stands yet; never in place of one that is there. */
function beginRecord(folder: string, name: RolloutName): RecordOnDisk {
  return writeHeader(folder, name, linkSync);
}

/** Writes a header, flushes it, and lets `giveName` put it in the journal's place. */
function writeHeader(
  folder: string,
  name: RolloutName,
  giveName: (draft: string, path: string) => void,
): RecordOnDisk {
  const { text, sum } = encodeHeader(name);
  const draft = draftOfJournal(folder);
  try {
    withFile(draft, 'wx', (file) => {
      writeWhole(file, Buffer.from(text));
      fdatasyncSync(file);
    });
    giveName(draft, pathOfJournal(folder));
  } finally {
    rmSync(draft, { force: true });
  }
  return { events: [], sum, soundBytes: Buffer.byteLength(text), tornBytes: 0 };
}

function appendText(writer: JournalWriter, text: string): void {
  const bytes = Buffer.from(text);
  try {
    writeWhole(writer.file, bytes);
    fdatasyncSync(writer.file);
    writer.length += bytes.length;
  } catch (error) {
    cutBack(writer);
    throw error;
  }
}

function cutBack({ file, length }: JournalWriter): void {
  try {
    ftruncateSync(file, length);
  } catch (error) {
    // The rest of the failed append stays as a torn line, which the next one who opens the journal cuts.
    if (codeOf(error) === null) throw error;
  }
}
