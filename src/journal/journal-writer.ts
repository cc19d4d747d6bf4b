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
 */
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent } from '../rollout/event.ts';
import { statIfThere, syncFolder, writeWhole } from './files.ts';
import { EMPTY_RECORD, nextPathAside, pathOfJournal, readRecord } from './journal-file.ts';
import type { RecordOnDisk } from './journal-file.ts';
import { encodeEvents, encodeHeader } from './line-codec.ts';
import type { Lock } from './lock.ts';
import { codeOf, Trouble } from './problem.ts';

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
  const record = readRecord(folder, name) ?? EMPTY_RECORD;
  const writer: JournalWriter = {
    name,
    folder,
    lock,
    ...beginFile(folder, 'a'),
    length: 0,
    sum: '',
    broken: null,
  };
  try {
    if (record.tornBytes > 0) ftruncateSync(writer.file, record.soundBytes);
    beginRecord(writer, record);
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

/** Killed in between, it leaves the record or none, and whoever opens that goes on. */
export function setAside(writer: JournalWriter): void {
  const { folder } = writer;
  guarded(writer, () => {
    renameSync(pathOfJournal(folder), nextPathAside(folder));
    syncFolder(folder);
    const begun = beginFile(folder, 'ax');
    closeSync(writer.file);
    Object.assign(writer, begun);
    beginRecord(writer, EMPTY_RECORD);
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
      `${path}: the rollout's record is gone: it was removed or moved while this runner was at work. Nothing was written in its place; put it back, and run again`,
    );
  }
  if (!isOurs) {
    throw new Trouble(
      'lost',
      `${lock.path}: this runner no longer holds ${name}: it was unlocked, and another one may hold it now`,
    );
  }
  if (seen === null || (seen.ino === inode && seen.dev === device && seen.size === BigInt(length))) return;
  const what =
    seen.ino === inode && seen.dev === device
      ? `it has ${seen.size} bytes, and this runner left it with ${length}`
      : 'it is not the file that this runner was writing to';
  throw new Trouble(
    'damaged',
    `${path}: the journal was changed while this runner was at work: ${what}. Nothing was added to it; find out what changed it before running again`,
  );
}

function beginFile(folder: string, flags: 'a' | 'ax'): Pick<JournalWriter, 'file' | 'device' | 'inode'> {
  const file = openSync(pathOfJournal(folder), flags);
  const { dev: device, ino: inode } = fstatSync(file, { bigint: true });
  return { file, device, inode };
}

/** Goes on behind `record`, or begins it with its header; lasting, with the folders that it is in. */
function beginRecord(writer: JournalWriter, record: RecordOnDisk): void {
  writer.length = record.soundBytes;
  writer.sum = record.sum ?? '';
  if (record.sum === null) {
    const header = encodeHeader(writer.name);
    appendText(writer, header.text);
    writer.sum = header.sum;
  }
  fsyncSync(writer.file);
  for (const folder of [writer.folder, dirname(writer.folder)]) syncFolder(folder);
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
