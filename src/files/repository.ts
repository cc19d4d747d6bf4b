/** Where the repository of a plan is. */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folders from `folder`, which is absolute, to the root of its repository; without one, `folder` alone. */
export function foldersUpwards(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    folders.push(current);
    if (isRepository(current)) return folders;
    if (dirname(current) === current) return [folder];
  }
}

/** The folder that a repository's settings and records belong to: the repository's root, or the folder itself. */
export function rootOf(folder: string): string {
  return foldersUpwards(folder).at(-1) ?? folder;
}

export type Surroundings = {
  /** The real path of the repository's root; without a repository, of the folder itself. */
  readonly root: string;
  readonly isRepository: boolean;
};

/**
 * A repository above the folder as it is named comes before one above the folder that it really is: a link within a
 * repository does not make another one of what it leads to.
 */
export function findSurroundings(folder: string): Surroundings {
  const named = rootOf(folder);
  const root = realPathOf(isRepository(named) ? named : rootOf(realPathOf(folder)));
  return { root, isRepository: isRepository(root) };
}

/** The path itself where there is nothing. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Whether `path` is `folder` or below it, going by their names alone. */
export function isWithin(folder: string, path: string): boolean {
  return namesBelow(folder, path) !== null;
}

/** The names that lead from `folder` down to `path`, going by their names alone; `null` where they do not. */
export function namesBelow(folder: string, path: string): readonly string[] | null {
  const names = relative(folder, path);
  if (isAbsolute(names)) return null;
  const parts = names.split(sep).filter((name) => name !== '');
  return parts[0] === '..' ? null : parts;
}

/** What git keeps of a repository is none of its files. Some file systems tell no `.GIT` from it. */
export function isGitFolder(name: string): boolean {
  return name.toLowerCase() === '.git';
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
  /** The roots of the others, the main one first. */
  readonly others: readonly string[];
  /** What git keeps of them and could not be read: there may be more. */
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

/** What all checkouts of a repository share; in a linked one, `.git` is a file that leads there. `null` without a repository. */
function commonFolderOf(root: string): string | null {
  const git = join(root, '.git');
  const stat = ifThere(() => statSync(git));
  if (stat?.isFile() !== true) return stat?.isDirectory() === true ? git : null;
  const target = /^gitdir: (.+)$/.exec(readFileSync(git, 'utf8').trim())?.[1];
  const parent = target === undefined ? null : dirname(resolve(root, target));
  return parent !== null && basename(parent) === 'worktrees' ? dirname(parent) : null;
}

/** `null` where there is nothing. */
function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
