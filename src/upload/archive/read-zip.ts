/** The entries of a `.zip`, each unpacked from a stream and held to its checksum. */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { fromFdPromise, getFileNameLowLevel } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { messageOf, quoteName, UnpackBudget } from './entries.ts';
import type { ArchiveEnd, ArchiveEntry, ArchiveReading } from './entries.ts';

const LINK_TARGET_BYTES_MAX = 4_096;
const KIND_MASK = 0o170000;
const KINDS = new Map<number, ArchiveEntry['kind']>([
  [0o120000, 'link'],
  [0o040000, 'folder'],
  [0o100000, 'file'],
  [0, 'file'],
]);
/** Of the general purpose bits: sizes and checksum stand after the data. */
const HAS_DESCRIPTOR = 0x0008;
const IN_ZIP64 = 0xffffffff;

export async function readZip(
  file: FileHandle,
  reading: ArchiveReading,
): Promise<{ readonly end: ArchiveEnd; readonly unpackedBytes: number }> {
  const budget = new UnpackBudget(reading.bytes);
  try {
    const zip = await fromFdPromise(file.fd, { autoClose: false, decodeStrings: false });
    return { end: await readEntries(zip, reading, budget), unpackedBytes: budget.bytes };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    return { end: describeError(error), unpackedBytes: budget.bytes };
  }
}

async function readEntries(
  zip: ZipFile,
  { onEntry, bytes }: ArchiveReading,
  budget: UnpackBudget,
): Promise<ArchiveEnd> {
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    packed += entry.compressedSize;
    // Several entries of one and the same data: each unpacks, and none costs a byte.
    if (packed > bytes) return { kind: 'damaged', why: 'its entries overlap' };
    const excess = budget.addEntry();
    if (excess !== null) return { kind: 'too-large', why: excess };
    const path = nameOf(entry);
    const isEncrypted = entry.isEncrypted();
    const otherwise = await compareHeaders(entry, zip, path);
    if (otherwise !== null) return otherwise;
    const kind = kindOf(entry, path);
    if (isEncrypted) {
      onEntry({ path, kind, bytes: entry.uncompressedSize, target: null, isEncrypted });
      continue;
    }
    if (!entry.canDecodeFileData())
      return { kind: 'unchecked', why: `an entry uses compression method ${entry.compressionMethod}` };
    const unpacked = await unpack(entry, { zip, budget, isKept: kind === 'link' });
    if (unpacked.kind !== 'unpacked') return unpacked;
    onEntry({
      path,
      kind,
      bytes: entry.uncompressedSize,
      isEncrypted,
      target: kind === 'link' ? unpacked.kept : null,
    });
  }
  return { kind: 'whole' };
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, [...extraFields], true);
}

function kindOf({ externalFileAttributes, versionMadeBy }: Entry, path: string): ArchiveEntry['kind'] {
  if (/[/\\]$/.test(path)) return 'folder';
  // Only those who know of Unix say what it is.
  const isUnix = versionMadeBy >> 8 === 3 || versionMadeBy >> 8 === 19;
  return isUnix ? (KINDS.get((externalFileAttributes >>> 16) & KIND_MASK) ?? 'special') : 'file';
}

/** Some unpackers go by the one header of an entry and some by the other. */
async function compareHeaders(entry: Entry, zip: ZipFile, path: string): Promise<ArchiveEnd | null> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const differs = (what: string): ArchiveEnd => ({
    kind: 'damaged',
    why: `the two headers of ${quoteName(path)} have a different ${what}`,
  });
  if (!local.fileName.equals(entry.fileNameRaw)) return differs('name');
  if (local.compressionMethod !== entry.compressionMethod) return differs('method');
  if ((local.generalPurposeBitFlag & 1) !== (entry.generalPurposeBitFlag & 1)) return differs('encryption');
  if ((local.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0) return null;
  if (local.crc32 !== entry.crc32) return differs('checksum');
  if (local.uncompressedSize !== IN_ZIP64 && local.uncompressedSize !== entry.uncompressedSize)
    return differs('size');
  if (local.compressedSize !== IN_ZIP64 && local.compressedSize !== entry.compressedSize)
    return differs('packed size');
  return null;
}

type Unpacking = { readonly zip: ZipFile; readonly budget: UnpackBudget; readonly isKept: boolean };

type Unpacked = { readonly kind: 'unpacked'; readonly kept: string } | ArchiveEnd;

async function unpack(entry: Entry, { zip, budget, isKept }: Unpacking): Promise<Unpacked> {
  const stream = await zip.openReadStreamPromise(entry);
  const kept: Buffer[] = [];
  let bytes = 0;
  let sum = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      sum = crc32(piece, sum);
      const excess = budget.addBytes(piece.length);
      if (excess !== null) return { kind: 'too-large', why: excess };
      if (isKept && bytes <= LINK_TARGET_BYTES_MAX) kept.push(piece);
    }
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32)
    return { kind: 'damaged', why: `the checksum of ${quoteName(nameOf(entry))} is wrong` };
  return { kind: 'unpacked', kept: Buffer.concat(kept).toString() };
}

function describeError(error: unknown): ArchiveEnd {
  const message = messageOf(error);
  return /strong encryption|multi-disk/.test(message)
    ? { kind: 'unchecked', why: message }
    : { kind: 'damaged', why: message };
}
