/** What makes files and folders last, and reads them in pieces. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf, ifThere, Trouble } from '../journal.ts';

const PIECE_BYTES = 1_048_576;

/** Makes the folder and those above it, lastingly. One that is there already is left as it is. */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  const parent = dirname(folder);
  if (isFolder(folder)) return;
  // One at a time: the system's own way to make all of them does not come to an end where a folder refuses to hold any.
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && isFolder(folder)) return;
    throw error;
  }
  syncFolder(parent);
}

function isFolder(path: string): boolean {
  return statIfThere(path)?.isDirectory() === true;
}

/** Once this returns, the names in the folder last. */
export function syncFolder(path: string): void {
  withFile(path, 'r', (folder) => {
    fsyncSync(folder);
  });
}

export function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/**
 * Hands on the bytes that a file has when it is opened, in pieces, each of which is only valid until the next; returns
 * how many there were.
 */
export function readInPieces(path: string, take: (piece: Buffer) => void): number {
  return withFile(path, 'r', (file) => {
    const { size } = fstatSync(file);
    const piece = Buffer.allocUnsafe(Math.min(size, PIECE_BYTES));
    let total = 0;
    while (total < size) {
      const length = readSync(file, piece, 0, Math.min(piece.length, size - total), total);
      if (length === 0) break;
      take(piece.subarray(0, length));
      total += length;
    }
    return total;
  });
}

export function withFile<T>(path: string, flags: string, work: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** `null` where nothing is there. */
export function statIfThere(path: string): BigIntStats | null {
  return ifThere(() => statSync(path, { bigint: true }));
}

const FROM_A_COPY = 'restore it from a backup';

/**
 * Whether a file is there to be read. Throws where something else has its name: a pipe would be waited for without end, and
 * a link that leads nowhere would pass for no file.
 */
export function isFileThere(path: string, advice = FROM_A_COPY): boolean {
  const found = statIfThere(path);
  if (found === null && ifThere(() => lstatSync(path))?.isSymbolicLink() !== true) return false;
  if (found?.isFile() === true) return true;
  const what =
    found === null
      ? 'a broken link'
      : found.isDirectory()
        ? 'a folder'
        : found.isFIFO()
          ? 'a pipe'
          : 'a device or a socket';
  throw new Trouble(
    'damaged',
    `${path}: expected a file of the record, found ${what}. Nothing was changed; ${advice}`,
  );
}

/** A small file's text; `null` where none is there. */
export function readTextIfThere(path: string, advice: string): string | null {
  return isFileThere(path, advice) ? ifThere(() => readFileSync(path, 'utf8')) : null;
}

/** The names in a folder; none where no such folder is there. Throws where something else has its name. */
export function namesIn(path: string): readonly string[] {
  const found = statIfThere(path);
  if (found === null && ifThere(() => lstatSync(path)) === null) return [];
  if (found?.isDirectory() === true) return ifThere(() => readdirSync(path)) ?? [];
  throw new Trouble(
    'damaged',
    `${path}: expected a folder of the record, found ${found === null ? 'a broken link' : 'something else'}. Nothing was changed; ${FROM_A_COPY}`,
  );
}
