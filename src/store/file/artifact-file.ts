/**
 * The records of uploads as one file, which people keep in git and read there. It is never half written: a new one gets
 * its name when all of it is on the disk. Whoever writes it has the store's lock, and reads it anew first.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, fsyncSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArtifactRecords, renderArtifactRecords } from '../../plan/artifact-record.ts';
import type { ArtifactRecord } from '../../plan/artifact-record.ts';
import { isFileThere, syncFolder, withFile, writeWhole } from './files.ts';
import { ifThere, Trouble } from '../problem.ts';

/** Room for tens of thousands of uploads. */
const BYTES_MAX = 16 * 1_048_576;

/** Throws a `damaged` trouble for a file that cannot be one. */
export function readArtifactFile(path: string): readonly ArtifactRecord[] {
  const size = isFileThere(path) ? (ifThere(() => statSync(path))?.size ?? 0) : 0;
  if (size > BYTES_MAX) throw damaged(path, `is larger than ${BYTES_MAX / 1_048_576} MiB`);
  const text = ifThere(() => readFileSync(path, 'utf8'));
  if (text === null) return [];
  const parsed = parseArtifactRecords(text);
  if (typeof parsed === 'string') throw damaged(path, parsed);
  return parsed;
}

/** Lasts once this returns. The folder must be there. */
export function writeArtifactFile(path: string, records: readonly ArtifactRecord[]): void {
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
    `${path}: it ${reason}. Nothing was changed. Restore it from git or a copy; without it, artifacts are known by their UUIDs in the Allxon portal alone`,
  );
}
