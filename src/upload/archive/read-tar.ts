/** The entries of a `.tar.gz`, from a stream: memory does not grow with the archive. */
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar';
import type { ReadEntry } from 'tar';
import { readAll } from '../read-pieces.ts';
import { messageOf, UnpackBudget } from './entries.ts';
import type { ArchiveEnd, ArchiveEntry, ArchiveReading } from './entries.ts';

/** Longer names of entries, with what else a header may say of one. */
const HEADER_BYTES_MAX = 1_048_576;

export async function readTarGz(
  file: FileHandle,
  { onEntry, bytes }: ArchiveReading,
): Promise<{ readonly end: ArchiveEnd; readonly unpackedBytes: number }> {
  const budget = new UnpackBudget(bytes);
  const found: { end: ArchiveEnd | null; isOver: boolean } = { end: null, isOver: false };
  const stopWith = (end: ArchiveEnd) => {
    found.end ??= end;
  };
  const parser = openParser(stopWith, (entry) => {
    const excess = budget.addEntry();
    if (excess !== null) stopWith({ kind: 'too-large', why: excess });
    if (found.end === null) onEntry(entry);
  });
  parser.on('eof', () => {
    found.isOver = true;
  });
  const source = Readable.from(readAll(file));
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => unzipped.destroy(error));
  try {
    for await (const piece of unzipped as AsyncIterable<Buffer>) {
      const excess = budget.addBytes(piece.length);
      if (excess !== null) stopWith({ kind: 'too-large', why: excess });
      // The parser would unpack it once more, as no other program does.
      if (budget.bytes === piece.length && isGzip(piece))
        stopWith({ kind: 'damaged', why: 'it is compressed with gzip twice' });
      if (found.end !== null) break;
      // What stands after the end of the archive is no part of it.
      if (!found.isOver && !parser.write(piece)) await once(parser, 'drain');
    }
    if (found.end === null) {
      const ended = once(parser, 'end');
      parser.end();
      await ended;
    }
  } catch (error) {
    stopWith(isOfSystem(error) ? rethrow(error) : { kind: 'damaged', why: describeGzip(error) });
  } finally {
    source.destroy();
    unzipped.destroy();
  }
  return { end: found.end ?? { kind: 'whole' }, unpackedBytes: budget.bytes };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function openParser(stopWith: (end: ArchiveEnd) => void, onEntry: (entry: ArchiveEntry) => void): Parser {
  const parser = new Parser({ maxMetaEntrySize: HEADER_BYTES_MAX, brotli: false, zstd: false });
  parser.on('warn', (code: string, message: string | Error) => {
    if (code !== 'TAR_ENTRY_INFO') stopWith({ kind: 'damaged', why: messageOf(message) });
  });
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    stopWith(
      entry.meta
        ? { kind: 'damaged', why: `an entry has a header of more than ${HEADER_BYTES_MAX} bytes` }
        : { kind: 'unchecked', why: `it has an entry of type ${entry.type}` },
    );
  });
  parser.on('entry', (entry: ReadEntry) => {
    onEntry(entryOf(entry));
    entry.resume();
  });
  return parser;
}

const KINDS = new Map<ReadEntry['type'], ArchiveEntry['kind']>([
  ['SymbolicLink', 'link'],
  ['Link', 'hard-link'],
  ['Directory', 'folder'],
  ['GNUDumpDir', 'folder'],
  ['File', 'file'],
  ['OldFile', 'file'],
  ['ContiguousFile', 'file'],
]);

function entryOf({ path, type, size, linkpath = '' }: ReadEntry): ArchiveEntry {
  const kind = KINDS.get(type) ?? 'special';
  const isLink = kind === 'link' || kind === 'hard-link';
  return {
    path,
    // In the oldest form of tar, a folder is a file whose name ends with a slash.
    kind: kind === 'file' && path.endsWith('/') ? 'folder' : kind,
    bytes: isLink ? 0 : size,
    target: isLink ? linkpath : null,
    isEncrypted: false,
  };
}

function describeGzip(error: unknown): string {
  const message = messageOf(error);
  return message === 'unexpected end of file' ? 'it ends too early' : message;
}

/** One of the file itself, such as EIO. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

function rethrow(error: Error): never {
  throw error;
}
