/** A rollout's record that lies where it is not looked for: its folder was renamed, or the place is one folder off. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printable } from '../../base/text.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import { namesIn, statIfThere } from './files.ts';
import { CURRENT, hasRecord, tracesIn } from './journal-file.ts';
import { Trouble } from '../problem.ts';

/** A header is far shorter. */
const HEADER_BYTES_MAX = 4_096;

/** Throws where a record of `name` seems to be near `folder`, which has none: whoever begins one would begin it anew. */
export function refuseStray(folder: string, name: RolloutName): void {
  const directory = dirname(folder);
  const stray = findStray(directory, basename(folder), name);
  if (stray === null) return;
  throw new Trouble(
    'damaged',
    `${folder}: there is no record of ${name}, and ${printable(stray)} may be it. Nothing was started; give that folder the rollout's name, name the place that it is in, or move it away`,
  );
}

function findStray(directory: string, own: string, name: RolloutName): string | null {
  if (!isFolder(directory)) return null;
  const inside = join(directory, '.breakwater', name);
  if (isFolder(inside) && hasRecord(inside)) return inside;
  for (const entry of namesIn(directory)) {
    const path = join(directory, entry);
    if (entry === own || !isFolder(path)) continue;
    const isOurs = tracesIn(path).some((trace) => {
      const rollout = rolloutIn(join(path, trace));
      return rollout === name || (rollout === null && trace === CURRENT && parseRolloutName(entry) === null);
    });
    if (isOurs) return path;
  }
  return tracesIn(directory).some((trace) => rolloutIn(join(directory, trace)) === name) ? directory : null;
}

function isFolder(path: string): boolean {
  return statIfThere(path)?.isDirectory() === true;
}

/** Whose record the file is, by its first line; `null` where that cannot be told. */
function rolloutIn(path: string): string | null {
  if (statIfThere(path)?.isFile() !== true) return null;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEADER_BYTES_MAX);
    const [line = ''] = bytes.toString('utf8', 0, readSync(file, bytes)).split('\n');
    const { rollout } = JSON.parse(line) as { readonly rollout?: unknown };
    return typeof rollout === 'string' ? rollout : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  } finally {
    closeSync(file);
  }
}
