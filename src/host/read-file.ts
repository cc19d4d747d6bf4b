/** Files that the user names, as bytes or as the reason why there are none. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { count } from '../base/text.ts';
import type { FileFailure, FileReader, FileReading, FileSum, FileSummer } from '../document/file-reader.ts';

const CHUNK_BYTES = 65_536;

/** Reads files relative to `cwd`. A file larger than `bytesMax` is not read. */
export function createFileReader(cwd: string): FileReader {
  return (path, bytesMax) => withOpened(resolve(cwd, path), (file) => readOpen(file, bytesMax));
}

/** Sums files relative to `cwd`, of any size, in pieces. */
export function createFileSummer(cwd: string): FileSummer {
  return (path) => withOpened(resolve(cwd, path), sumOpen);
}

/** The one way in which a file that the user or a plan names is opened. */
function withOpened<T>(path: string, work: (file: number) => T): T | FileFailure {
  try {
    const file = openSync(path, 'r');
    try {
      return work(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return describeFailure(error);
  }
}

function readOpen(file: number, bytesMax: number): FileReading {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return IS_DIRECTORY;
  if (stat.size > bytesMax) return tooLarge(stat.size);
  const bytes = stat.isFile() ? readFileSync(file) : readAtMost(file, bytesMax + 1);
  return bytes.length > bytesMax ? tooLarge(bytes.length) : { kind: 'read', bytes };
}

const PIECE_BYTES = 1_048_576;

/** Only of a file that has an end. */
function sumOpen(file: number): FileSum {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return IS_DIRECTORY;
  if (!stat.isFile()) return { kind: 'failed', problem: 'unreadable', message: 'it is no regular file' };
  const hash = createHash('md5');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let bytes = 0;
  for (;;) {
    const length = readSync(file, piece);
    if (length === 0) return { kind: 'summed', md5: hash.digest('hex'), bytes };
    hash.update(piece.subarray(0, length));
    bytes += length;
  }
}

const IS_DIRECTORY: FileFailure = { kind: 'failed', problem: 'directory', message: 'it is a directory' };

/** For pipes and devices, which do not tell their size, and some of which never end. */
function readAtMost(file: number, bytesMax: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length < bytesMax;) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytesMax - length));
    const bytesRead = readSync(file, chunk);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytes: number): FileFailure {
  return { kind: 'failed', problem: 'too-large', message: `it has ${count(bytes, 'byte')} or more` };
}

function describeFailure(error: unknown): FileFailure {
  const message = error instanceof Error ? error.message : String(error);
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'failed', problem: 'missing', message };
    case 'EISDIR':
      return { kind: 'failed', problem: 'directory', message };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'failed', problem: 'forbidden', message };
    default:
      return { kind: 'failed', problem: 'unreadable', message };
  }
}
