/** Finds the repository of a plan. */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folders from `folder`, an absolute path, up to the root of its repository; without one, only `folder`. */
export function foldersUpwards(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    folders.push(current);
    if (isRepository(current)) return folders;
    if (dirname(current) === current) return [folder];
  }
}

/** The folder for settings and records: the root of the repository, or the folder itself. */
export function rootOf(folder: string): string {
  return foldersUpwards(folder).at(-1) ?? folder;
}

export type Surroundings = {
  /** The real path of the repository's root; without a repository, the real path of the folder. */
  readonly root: string;
  readonly isRepository: boolean;
};

/**
 * The repository above the named folder comes before the one above its real path: files behind a link in a repository still
 * belong to that repository.
 */
export function findSurroundings(folder: string): Surroundings {
  const named = rootOf(folder);
  const root = realPathOf(isRepository(named) ? named : rootOf(realPathOf(folder)));
  return { root, isRepository: isRepository(root) };
}

/** The path itself if nothing exists there. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Whether `path` is `folder` or below it, by name only. */
export function isWithin(folder: string, path: string): boolean {
  return namesBelow(folder, path) !== null;
}

/** The names from `folder` down to `path`, by name only; `null` if `path` is not below it. */
export function namesBelow(folder: string, path: string): readonly string[] | null {
  const names = relative(folder, path);
  if (isAbsolute(names)) return null;
  const parts = names.split(sep).filter((name) => name !== '');
  return parts[0] === '..' ? null : parts;
}

/** Git's own folder is not part of the files. Some file systems do not distinguish `.GIT` from `.git`. */
export function isGitFolder(name: string): boolean {
  return name.toLowerCase() === '.git';
}

/** Links are followed. */
export function isFolderAt(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** A folder that is there, and of this user, or of an administrator. Another user's must not be gone by unasked. */
export function isOwnFolder(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  const own = process.getuid?.() ?? 0;
  return stat?.isDirectory() === true && (own === 0 || stat.uid === 0 || stat.uid === own);
}

export function isRepository(folder: string): boolean {
  return existsSync(join(folder, '.git'));
}

export type Checkouts = {
  /** The roots of the other checkouts, the main one first. */
  readonly others: readonly string[];
  /** Git's data about them that could not be read: there may be more checkouts. */
  readonly unread: string | null;
};

/** The other checkouts of a repository (`git worktree`). */
export function findCheckouts(root: string): Checkouts {
  try {
    const common = commonFolderOf(root);
    if (common === null) return { others: [], unread: null };
    const worktrees = join(common, 'worktrees');
    const linked = (ifThere(() => readdirSync(worktrees)) ?? []).flatMap((name) => {
      const gitFile = ifThere(() => readFileSync(join(worktrees, name, 'gitdir'), 'utf8'));
      return gitFile === null ? [] : [dirname(resolve(worktrees, name, gitFile.trim()))];
    });
    const main = basename(common) === '.git' ? [dirname(common)] : [];
    const others = [...main, ...linked].filter((one) => realPathOf(one) !== realPathOf(root));
    return { others, unread: null };
  } catch {
    return { others: [], unread: join(root, '.git') };
  }
}

/** The git folder that all checkouts share; in a linked one, `.git` is a file that names it. `null` without a repository. */
function commonFolderOf(root: string): string | null {
  const git = join(root, '.git');
  const stat = ifThere(() => statSync(git));
  if (stat?.isFile() !== true) return stat?.isDirectory() === true ? git : null;
  const target = /^gitdir: (.+)$/.exec(readFileSync(git, 'utf8').trim())?.[1];
  const parent = target === undefined ? null : dirname(resolve(root, target));
  return parent !== null && basename(parent) === 'worktrees' ? dirname(parent) : null;
}

/** `null` if nothing exists there. */
function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
