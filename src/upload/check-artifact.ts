/**
 * Whether a file can be an artifact: its name, the digest in it, the archive and the script in its root. Devices find all of
 * this out too, one after the other, when it is too late.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { digestOfName, scriptFor } from '../plan/artifact-name.ts';
import type { ArtifactName } from '../plan/artifact-name.ts';
import { quoteName, createEntryJudge } from './archive/entries.ts';
import type { ArchiveEnd, ArchiveEntry, EntryFault, JudgedEntries } from './archive/entries.ts';
import { readTarGz } from './archive/read-tar.ts';
import { readZip } from './archive/read-zip.ts';
import { readAll } from './read-pieces.ts';

export type ArtifactFindingCode =
  | 'artifact-digest'
  | 'artifact-script'
  | EntryFault
  | 'archive-size'
  | 'archive-unchecked'
  | 'archive-damaged'
  | 'archive-changed';

export type ArtifactFinding = {
  readonly code: ArtifactFindingCode;
  readonly severity: 'error' | 'warning';
  /** Whether a person may say that it is meant so (`--allow-unusual`). */
  readonly isLiftable: boolean;
  /** A sentence without its full stop. What comes from the file is quoted, and is to be made printable. */
  readonly message: string;
};

export type CheckedArtifact = {
  readonly name: ArtifactName;
  readonly md5: string;
  readonly bytes: number;
  /** What the name must begin with. */
  readonly digest: string;
  readonly script: string;
  /** The script's size; `null` where there is none. */
  readonly scriptBytes: number | null;
  readonly entries: number;
  readonly unpackedBytes: number;
  readonly findings: readonly ArtifactFinding[];
};

export type ArtifactCheck =
  | { readonly kind: 'checked'; readonly artifact: CheckedArtifact }
  | { readonly kind: 'not-regular' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'empty' };

/** `path` is absolute. Rejects with the system's error where it cannot be read. */
export async function checkArtifact(path: string, name: ArtifactName): Promise<ArtifactCheck> {
  // A pipe that nobody writes to would hold the opening up.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = await file.stat({ bigint: true });
    if (before.isDirectory()) return { kind: 'directory' };
    if (!before.isFile()) return { kind: 'not-regular' };
    if (before.size === 0n) return { kind: 'empty' };
    const { md5, bytes } = await sum(file);
    const script = scriptFor(name);
    const judge = createEntryJudge(script);
    const { end, unpackedBytes } = await readArchive(file, { name, bytes, onEntry: judge.add });
    const judged = judge.finish();
    const after = await file.stat({ bigint: true });
    const isChanged = before.mtimeNs !== after.mtimeNs || before.size !== after.size;
    const digest = digestOfName(md5, name.rest);
    const findings = [
      ...(digest === name.digest ? [] : [describeDigest(name, digest)]),
      ...(isChanged || BigInt(bytes) !== before.size
        ? [CHANGED]
        : describeArchive({ end, judged, script, name })),
    ];
    const { entries } = judged;
    const scriptBytes = judged.script.kind === 'found' ? judged.script.bytes : null;
    return {
      kind: 'checked',
      artifact: { name, md5, bytes, digest, script, scriptBytes, entries, unpackedBytes, findings },
    };
  } finally {
    await file.close();
  }
}

async function sum(file: FileHandle): Promise<{ readonly md5: string; readonly bytes: number }> {
  const hash = createHash('md5');
  let bytes = 0;
  for await (const piece of readAll(file)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { md5: hash.digest('hex'), bytes };
}

type Reading = {
  readonly name: ArtifactName;
  readonly bytes: number;
  readonly onEntry: (entry: ArchiveEntry) => void;
};

async function readArchive(
  file: FileHandle,
  { name, bytes, onEntry }: Reading,
): Promise<{ readonly end: ArchiveEnd; readonly unpackedBytes: number }> {
  const other = await findOtherFormat(file, name);
  if (other !== null) return { end: { kind: 'damaged', why: other }, unpackedBytes: 0 };
  return name.format === 'zip' ? readZip(file, { onEntry, bytes }) : readTarGz(file, { onEntry, bytes });
}

/** By how it begins. */
const BEGINNINGS = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['zip', Buffer.from('PK')],
  ['bzip2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['7-Zip', Buffer.from('7z\u00bc\u00af', 'latin1')],
  ['a Git LFS pointer, not the file itself', Buffer.from('version https://git-lfs')],
] as const;

/** Why it is certainly not what its name says; `null` where it may be. */
async function findOtherFormat(file: FileHandle, { format }: ArtifactName): Promise<string | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
  const beginning = buffer.subarray(0, bytesRead);
  const found = BEGINNINGS.find(([, bytes]) => beginning.subarray(0, bytes.length).equals(bytes))?.[0];
  const wanted = format === 'zip' ? 'zip' : 'gzip';
  if (found === wanted) return null;
  if (found !== undefined) return `its name says ${format}, but it is ${found}`;
  // A zip may have a program before it.
  return format === 'zip' ? null : `its name says ${format}, but it is not gzip`;
}

const CHANGED: ArtifactFinding = {
  code: 'archive-changed',
  severity: 'error',
  isLiftable: false,
  message: 'the file changed while it was read',
};

function describeDigest({ digest: written, rest }: ArtifactName, digest: string): ArtifactFinding {
  return {
    code: 'artifact-digest',
    severity: 'warning',
    isLiftable: true,
    message: `the name begins with ${written}, but the file and the rest of its name give ${digest}; expected name: ${digest}-${rest}`,
  };
}

type Read = {
  readonly end: ArchiveEnd;
  readonly judged: JudgedEntries;
  readonly script: string;
  readonly name: ArtifactName;
};

function describeArchive({ end, judged, script, name }: Read): readonly ArtifactFinding[] {
  const faults = [...judged.faults].map(([code, { first, count }]): ArtifactFinding => ({
    code,
    severity: 'error',
    isLiftable: true,
    message: `${FAULTS[code]}: ${quoteName(first)}${count === 1 ? '' : ` and ${count - 1} more`}`,
  }));
  switch (end.kind) {
    case 'whole': {
      const missing = describeScript(judged, script, name);
      return missing === null ? faults : [missing, ...faults];
    }
    case 'damaged': {
      const message = `the archive cannot be unpacked: ${end.why}`;
      return [{ code: 'archive-damaged', severity: 'error', isLiftable: false, message }, ...faults];
    }
    case 'unchecked': {
      const message = `the archive could not be checked completely: ${end.why}`;
      return [{ code: 'archive-unchecked', severity: 'error', isLiftable: true, message }, ...faults];
    }
    case 'too-large': {
      const message = `the archive was not read to the end: ${end.why}`;
      return [{ code: 'archive-size', severity: 'error', isLiftable: true, message }, ...faults];
    }
  }
}

const FAULTS: Readonly<Record<EntryFault, string>> = {
  'archive-path': 'an entry may be unpacked outside its folder',
  'archive-link': 'a link points outside the archive, or an entry is inside a linked folder',
  'archive-special': 'an entry is a device, a pipe or a socket',
  'archive-duplicate': 'an entry exists twice',
  'archive-encrypted': 'an entry is encrypted',
};

function describeScript(
  { script: judged }: JudgedEntries,
  script: string,
  { platform }: ArtifactName,
): ArtifactFinding | null {
  const found = (message: string): ArtifactFinding => ({
    code: 'artifact-script',
    severity: 'error',
    isLiftable: true,
    message,
  });
  const root = `the root of the archive must hold ${script}, for ${platform === 'L' ? 'Linux' : 'Windows'}`;
  switch (judged.kind) {
    case 'found':
      return null;
    case 'empty':
      return found(`${root}, but it is empty`);
    case 'not-a-file':
      return found(`${root}, but it is not a file`);
    case 'missing':
      return found(
        judged.elsewhere === null
          ? `${root}, but it is missing`
          : `${root}, but it is in ${quoteName(judged.elsewhere)}`,
      );
  }
}
