/**
 * The files of a revision in git, for a plan that is read from it: those of its tree and no others, whatever a path or a
 * link in it says. Nothing is checked out.
 */
import { createHash } from 'node:crypto';
import { renderNumber } from '../../base/text.ts';
import type { FileFailure } from '../../document/file-reader.ts';
import type { Files } from '../../files/files.ts';
import { findInTree, OUTSIDE } from '../../files/find-in-tree.ts';
import type { Tree, TreeEntry } from '../../files/find-in-tree.ts';
import type { Git, GitEntry } from './git.ts';

/** `tree` is the id of the revision's. Paths begin at the root. Throws `GitError`. */
export function openRevisionFiles(git: Git, tree: string): Files {
  const objects = createObjects(git, tree);
  const inTree: Tree = { lookAt: (names) => objects.lookAt(names), locate: () => null };
  const find = (path: string): GitEntry | FileFailure => {
    if (path.startsWith('/')) return OUTSIDE;
    const found = findInTree(inTree, path.split('/'));
    return found.kind === 'failed' ? found : objects.entryAt(found.names);
  };
  const read = (path: string, bytesMax: number): ReturnType<Files['readFile']> => {
    const found = find(path);
    if ('kind' in found) return found;
    if ((found.bytes ?? 0) > bytesMax) return tooLarge(found.bytes ?? 0);
    return { kind: 'read', bytes: git.readBlob(found.id) };
  };
  return {
    readFile: read,
    sum(path) {
      const reading = read(path, SUM_BYTES_MAX);
      if (reading.kind === 'failed') return reading;
      const md5 = createHash('md5').update(reading.bytes).digest('hex');
      return { kind: 'summed', md5, bytes: reading.bytes.length };
    },
    check(path) {
      const found = find(path);
      return 'kind' in found ? found : null;
    },
  };
}

/** It is held as a whole. */
const SUM_BYTES_MAX = 268_435_456;

/** A path in a link is shorter. */
const LINK_BYTES_MAX = 65_536;

type Objects = {
  readonly lookAt: (names: readonly string[]) => TreeEntry;
  /** Of what was found there. */
  readonly entryAt: (names: readonly string[]) => GitEntry | FileFailure;
};

/** Each folder is listed once. */
function createObjects(git: Git, root: string): Objects {
  const listed = new Map<string, ReadonlyMap<string, GitEntry>>();
  const list = (tree: string): ReadonlyMap<string, GitEntry> => {
    const entries = listed.get(tree) ?? git.listTree(tree);
    listed.set(tree, entries);
    return entries;
  };
  const entryAt = (names: readonly string[]): GitEntry | null => {
    let entry: GitEntry | null = { mode: FOLDER, id: root, bytes: null };
    for (const name of names) {
      if (entry?.mode !== FOLDER) return null;
      entry = list(entry.id).get(name) ?? null;
    }
    return entry;
  };
  return {
    entryAt: (names) => entryAt(names) ?? MISSING,
    lookAt(names) {
      const entry = entryAt(names);
      return entry === null ? { kind: 'missing' } : toTreeEntry(entry, git);
    },
  };
}

function toTreeEntry({ mode, id, bytes }: GitEntry, git: Git): TreeEntry {
  switch (mode) {
    case FOLDER:
      return { kind: 'folder' };
    case LINK:
      if ((bytes ?? 0) > LINK_BYTES_MAX) return { kind: 'other' };
      return { kind: 'link', target: Buffer.from(git.readBlob(id)).toString() };
    case SUBMODULE:
      return { kind: 'other' };
    default:
      return { kind: 'file' };
  }
}

const FOLDER = '040000';
const LINK = '120000';
const SUBMODULE = '160000';

const MISSING: FileFailure = { kind: 'failed', problem: 'missing', message: 'there is no such file' };

function tooLarge(bytes: number): FileFailure {
  return { kind: 'failed', problem: 'too-large', message: `it has ${renderNumber(bytes)} bytes` };
}
