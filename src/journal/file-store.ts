/**
 * Journals as files: `DIR/NAME/journal.jsonl`, beside the lock of whoever writes it.
 *
 * Upheld here:
 * 1. An append has resolved only when its bytes are on the disk (fdatasync), and a new journal only when its
 *    directories are too.
 * 2. An append that failed leaves no half of itself: the file is cut back to what was acknowledged, and if even that
 *    fails, the torn rest is cut by the next one who opens it.
 * 3. Nothing is appended behind a torn or damaged line.
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { parseRolloutName } from '../plan/identifiers.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent, RunnerIdentity } from '../rollout/event.ts';
import type {
  Journal,
  JournalProblem,
  JournalReading,
  JournalStore,
  OpenOutcome,
  Outcome,
} from './journal.ts';
import { decodeJournal, encodeEvents, encodeHeader } from './line-codec.ts';
import { acquireLock, readHolder } from './lock.ts';

const JOURNAL = 'journal.jsonl';

export function openFileStore(directory: string, clock: Clock): JournalStore {
  return {
    location: directory,
    list: () => outcomeOf(directory, () => listRollouts(directory)),
    read: (name) => readJournal(join(directory, name), name),
    open: (name, holder) => openJournal(join(directory, name), name, { holder, now: clock.now() }),
  };
}

function listRollouts(directory: string): readonly RolloutName[] {
  return entriesOf(directory)
    .flatMap((entry) => parseRolloutName(entry) ?? [])
    .filter((name) => entriesOf(join(directory, name)).includes(JOURNAL))
    .sort();
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isOneOf(error, ['ENOENT', 'ENOTDIR'])) return [];
    throw error;
  }
}

async function readJournal(directory: string, name: RolloutName): Promise<Outcome<JournalReading | null>> {
  const path = join(directory, JOURNAL);
  const bytes = await outcomeOf(path, () => readIfThere(path));
  if (bytes.kind === 'problem') return bytes;
  if (bytes.value === null) return { kind: 'done', value: null };
  const decoded = decodeJournal(bytes.value, name);
  if (decoded.kind === 'damaged') return damage(path, decoded);
  const tornBytes = bytes.value.length - decoded.soundBytes;
  return { kind: 'done', value: { events: decoded.events, tornBytes, holder: readHolder(directory) } };
}

type Taking = { readonly holder: RunnerIdentity; readonly now: number };

async function openJournal(directory: string, name: RolloutName, taking: Taking): Promise<OpenOutcome> {
  const lock = await outcomeOf(directory, () => {
    mkdirSync(directory, { recursive: true });
    return acquireLock(directory, taking.holder, taking.now);
  });
  if (lock.kind === 'problem') return lock;
  if (lock.value.kind === 'held') return lock.value;
  const { unlock } = lock.value;
  const path = join(directory, JOURNAL);
  const opened = await outcomeOf(path, () => openLocked(path, name, unlock));
  if (opened.kind === 'problem' || opened.value.kind === 'problem') unlock();
  return opened.kind === 'problem' ? opened : opened.value;
}

function openLocked(path: string, name: RolloutName, unlock: () => void): OpenOutcome {
  const bytes = readIfThere(path) ?? Buffer.alloc(0);
  const decoded = decodeJournal(bytes, name);
  if (decoded.kind === 'damaged') return damage(path, decoded);
  const file = openSync(path, 'a');
  const tornBytes = bytes.length - decoded.soundBytes;
  if (tornBytes > 0) ftruncateSync(file, decoded.soundBytes);
  const writer: Writer = { file, path, length: decoded.soundBytes, sum: decoded.sum ?? '', isBroken: false };
  if (decoded.sum === null) {
    const header = encodeHeader(name);
    appendText(writer, header.text);
    writer.sum = header.sum;
  }
  fsyncSync(file);
  for (const folder of [dirname(path), dirname(dirname(path))]) syncDirectory(folder);
  return { kind: 'done', value: journalOf(writer, { events: decoded.events, tornBytes, unlock }) };
}

/** `length` and `sum` are of what has been acknowledged. */
type Writer = {
  readonly file: number;
  readonly path: string;
  length: number;
  sum: string;
  isBroken: boolean;
};

type Opened = Pick<Journal, 'events' | 'tornBytes'> & { readonly unlock: () => void };

function journalOf(writer: Writer, { events, tornBytes, unlock }: Opened): Journal {
  return {
    events,
    tornBytes,
    append: (added) => outcomeOf(writer.path, () => appendEvents(writer, added)),
    close() {
      closeSync(writer.file);
      unlock();
      return Promise.resolve();
    },
  };
}

function appendEvents(writer: Writer, events: readonly JournaledEvent[]): null {
  if (writer.isBroken) throw new Error('an earlier append failed');
  const { text, sum } = encodeEvents(events, writer.sum);
  appendText(writer, text);
  writer.sum = sum;
  return null;
}

function appendText(writer: Writer, text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(writer.file, bytes, written);
    fdatasyncSync(writer.file);
    writer.length += bytes.length;
  } catch (error) {
    writer.isBroken = true;
    cutBack(writer);
    throw error;
  }
}

function cutBack(writer: Writer): void {
  try {
    ftruncateSync(writer.file, writer.length);
  } catch {
    // The rest of the failed append stays as a torn line, which the next one who opens the journal cuts.
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isOneOf(error, ['ENOENT'])) return null;
    throw error;
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function damage(
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): JournalProblem {
  return {
    kind: 'problem',
    message: `${path}:${line}: the journal is damaged: ${reason}. Nothing was changed; restore the file from a copy, because what it says was done cannot be told without it.`,
  };
}

/** Runs file operations and turns what the system says into a problem that names the path. */
async function outcomeOf<T>(path: string, work: () => T): Promise<Outcome<T>> {
  try {
    return await Promise.resolve({ kind: 'done', value: work() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'problem', message: `${path}: the rollout's record cannot be read or written: ${reason}` };
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
