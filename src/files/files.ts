/** Reads named files: as bytes, or as the reason why this fails. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadCrypto } from '../base/crypto.ts';
import { count } from '../base/text.ts';
import type {
  FileFailure,
  FileReader,
  FileReading,
  FileSum,
  FileSummer,
  ProgramFinder,
} from '../document/file-reader.ts';
import { IS_FOLDER, NOT_REGULAR } from './find-in-tree.ts';

export type Files = {
  /** A file larger than `bytesMax` is not read. */
  readonly readFile: FileReader;
  /** Reads files of any size, in pieces. */
  readonly sum: FileSummer;
  /** Why the file cannot be read; `null` if it can. */
  readonly check: (path: string) => FileFailure | null;
  /** Looks at a program that the plan names, and runs nothing. Only where the plan's files are those of this machine. */
  readonly findProgram?: ProgramFinder;
};

/** Opens a file for reading. Throws the error of the system. */
export type Opener = (path: string) => OpenFile | FileFailure;

export type OpenFile = { readonly kind: 'open'; readonly file: number };

type FileText = { readonly path: string; readonly text: string };

const CHUNK_BYTES = 65_536;

/** Any file of the user, relative to `cwd`. */
export function openAnyFiles(cwd: string): Files {
  return createFiles((path) => ({ kind: 'open', file: openSync(resolve(cwd, path), 'r') }));
}

export function createFiles(open: Opener): Files {
  return {
    readFile: (path, bytesMax) =>
      withOpened(
        () => open(path),
        (file) => readOpen(file, bytesMax),
      ),
    sum: (path) => withOpened(() => open(path), sumOpen),
    check: (path) =>
      withOpened(
        () => open(path),
        (file) => (fstatSync(file).isDirectory() ? IS_FOLDER : null),
      ),
  };
}

/** Reads files like `readFile`, except one file whose text is given. */
export function withText({ path, text }: FileText, readFile: FileReader): FileReader {
  const bytes = Buffer.from(text);
  return (other, bytesMax) => {
    if (other !== path) return readFile(other, bytesMax);
    return bytes.length > bytesMax ? tooLarge(bytes.length) : { kind: 'read', bytes };
  };
}

/** The one way in which a file that the user or a plan names is opened. */
export function withOpened<T>(open: () => ReturnType<Opener>, work: (file: number) => T): T | FileFailure {
  try {
    const opened = open();
    if (opened.kind === 'failed') return opened;
    try {
      return work(opened.file);
    } finally {
      closeSync(opened.file);
    }
  } catch (error) {
    return describeError(error);
  }
}

function readOpen(file: number, bytesMax: number): FileReading {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return IS_FOLDER;
  if (stat.size > bytesMax) return tooLarge(stat.size);
  const bytes = stat.isFile() ? readFileSync(file) : readAtMost(file, bytesMax + 1);
  return bytes.length > bytesMax ? tooLarge(bytes.length) : { kind: 'read', bytes };
}

const PIECE_BYTES = 1_048_576;

/** Only for a regular file, because others may never end. */
function sumOpen(file: number): FileSum {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return IS_FOLDER;
  if (!stat.isFile()) return NOT_REGULAR;
  const hash = loadCrypto().createHash('md5');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let bytes = 0;
  for (;;) {
    const length = readSync(file, piece);
    if (length === 0) return { kind: 'summed', md5: hash.digest('hex'), bytes };
    hash.update(piece.subarray(0, length));
    bytes += length;
  }
}

/** For pipes and devices, which have no size, and may never end. */
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
  return { kind: 'failed', problem: 'too-large', message: `it has at least ${count(bytes, 'byte')}` };
}

/** Converts an error of the system to the reason why a file cannot be read. */
export function describeError(error: unknown): FileFailure {
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
