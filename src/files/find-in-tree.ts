/**
 * Finds a file in a tree of files, which can be a folder or a revision in git. It follows each step and each link, and never
 * leaves the tree. It does not access anything outside, so it cannot reveal whether something exists there.
 */
import type { FileFailure } from '../document/file-reader.ts';
import { isGitFolder } from './repository.ts';

export type Tree = {
  /** The entry at this path, without following a link. `names` start at the root, and only the last one may be a link. */
  readonly lookAt: (names: readonly string[]) => TreeEntry;
  /** The names from the root to an absolute path; `null` if it is outside. */
  readonly locate: (path: string) => readonly string[] | null;
};

export type TreeEntry =
  | { readonly kind: 'file' | 'folder' | 'missing' | 'other' }
  | { readonly kind: 'link'; readonly target: string }
  | FileFailure;

export type FoundInTree =
  /** A regular file; none of the names is a link. */
  { readonly kind: 'found'; readonly names: readonly string[] } | FileFailure;

/** The limit of Linux. */
const LINKS_MAX = 40;

/** `names` start at the root, and may contain `..` and `.`. */
export function findInTree(tree: Tree, names: readonly string[]): FoundInTree {
  const found = walkTree(tree, names);
  return found.kind === 'folder' ? IS_FOLDER : found;
}

/** A folder; none of its names is a link. `null` where there is none within the tree. */
export function findFolderInTree(tree: Tree, names: readonly string[]): readonly string[] | null {
  const found = walkTree(tree, names);
  return found.kind === 'folder' ? found.names : null;
}

type Walked = FoundInTree | { readonly kind: 'folder'; readonly names: readonly string[] };

function walkTree(tree: Tree, names: readonly string[]): Walked {
  let place: readonly string[] = [];
  let ahead = names;
  let links = 0;
  while (ahead.length > 0) {
    const [name = '', ...rest] = ahead;
    ahead = rest;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (place.length === 0) return OUTSIDE;
      place = place.slice(0, -1);
      continue;
    }
    if (isGitFolder(name)) return OUTSIDE;
    const next = [...place, name];
    const entry = tree.lookAt(next);
    switch (entry.kind) {
      case 'folder':
        place = next;
        break;
      case 'file':
        return ahead.every(isNoStep) ? { kind: 'found', names: next } : MISSING;
      case 'link': {
        links += 1;
        if (links > LINKS_MAX) return TOO_MANY_LINKS;
        const target = followLink(tree, entry.target);
        if (target === null) return OUTSIDE;
        if (target.isFromRoot) place = [];
        ahead = [...target.names, ...ahead];
        break;
      }
      case 'missing':
        return MISSING;
      case 'other':
        return NOT_REGULAR;
      case 'failed':
        return entry;
    }
  }
  return { kind: 'folder', names: place };
}

type Target = { readonly isFromRoot: boolean; readonly names: readonly string[] };

function followLink(tree: Tree, target: string): Target | null {
  if (!target.startsWith('/')) return { isFromRoot: false, names: target.split('/') };
  const names = tree.locate(target);
  return names === null ? null : { isFromRoot: true, names };
}

function isNoStep(name: string): boolean {
  return name === '' || name === '.';
}

export const OUTSIDE = failure('outside', 'it is outside the repository');
export const NOT_REGULAR = failure('not-regular', 'it is not a regular file');
export const IS_FOLDER = failure('directory', 'it is a folder');
const MISSING = failure('missing', 'the file does not exist');
const TOO_MANY_LINKS = failure('unreadable', 'the path goes through too many links');

function failure(problem: FileFailure['problem'], message: string): FileFailure {
  return { kind: 'failed', problem, message };
}
