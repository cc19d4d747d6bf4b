/**
 * The files that a plan may read: those of its repository, or of its folder if there is no repository. A plan and the links
 * beside it are untrusted, so the real path of a file counts.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import type { FileFailure, ProgramFinder } from '../document/file-reader.ts';
import { createFiles, describeError, openAnyFiles, withOpened } from './files.ts';
import type { Files, OpenFile } from './files.ts';
import { createProgramFinder } from './find-program.ts';
import { findInTree, NOT_REGULAR, OUTSIDE } from './find-in-tree.ts';
import type { Tree, TreeEntry } from './find-in-tree.ts';
import { findSurroundings, isGitFolder, isWithin, namesBelow, realPathOf } from './repository.ts';

export type PlanFilesWanted = {
  /** As the user typed it. Paths of other files are relative to the same folder. */
  readonly planPath: string;
  /** An absolute path. */
  readonly cwd: string;
  /** `--allow-outside`: the user trusts the plan. */
  readonly allowOutside: boolean;
};

export function openPlanFiles({ planPath, cwd, allowOutside }: PlanFilesWanted): Files {
  const anyFiles = openAnyFiles(cwd);
  const folder = dirname(resolve(cwd, planPath));
  if (allowOutside) {
    const { root } = parse(folder);
    const tree = openTree(root, (path) => namesBelow(root, path));
    return { ...anyFiles, findProgram: openPrograms(tree, root, folder) };
  }
  const { root, isRepository } = findSurroundings(folder);
  const locate = createLocate(folder, root);
  const tree = openTree(root, locate);
  const opened = createFiles((path) => {
    const names = locate(resolve(cwd, path));
    if (names === null) return OUTSIDE;
    const found = findInTree(tree, names);
    return found.kind === 'failed' ? found : openInside(root, found.names);
  });
  const inside: Files = { ...opened, findProgram: openPrograms(tree, root, folder) };
  if (isRepository) return inside;
  // Outside a repository, only the user has put the plan there, so it may be a pipe, or a link to any file.
  return {
    ...inside,
    readFile: (path, bytesMax) => (path === planPath ? anyFiles : inside).readFile(path, bytesMax),
  };
}

function openTree(root: string, locate: Tree['locate']): Tree {
  return { lookAt: (names) => lookAt(join(root, ...names)), locate };
}

function openPrograms(tree: Tree, root: string, folder: string): ProgramFinder {
  return createProgramFinder({
    tree,
    folder,
    list: (names) => listNames(join(root, ...names)),
    inspect: (names, look) => withOpened(() => openInside(root, names), look),
  });
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `folder` is where the user says that the plan is; `root` is real. */
function createLocate(folder: string, root: string): Tree['locate'] {
  const parents = parentsOf(folder);
  return (path) => {
    // Paths in the plan continue from a folder that the user named, and access to that folder is allowed.
    const shared = parents.find((parent) => isWithin(parent, path)) ?? root;
    const real = join(realPathOf(shared), ...(namesBelow(shared, path) ?? []));
    return namesBelow(root, real) ?? namesBelow(root, path);
  };
}

/** All parents, starting with the folder itself. */
function parentsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...parentsOf(parent)];
}

function lookAt(path: string): TreeEntry {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { kind: 'missing' };
    if (stat.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
    if (stat.isDirectory()) return { kind: 'folder' };
    return { kind: stat.isFile() ? 'file' : 'other' };
  } catch (error) {
    return describeError(error);
  }
}

/** Opening must not block on a pipe, or take over a terminal. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Checks the opened file, because it may have been replaced after it was found. */
function openInside(root: string, names: readonly string[]): OpenFile | FileFailure {
  const path = join(root, ...names);
  const file = openSync(path, FLAGS);
  try {
    const failure = checkOpened(root, path, file);
    if (failure === null) return { kind: 'open', file };
    closeSync(file);
    return failure;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function checkOpened(root: string, path: string, file: number): FileFailure | null {
  if (!fstatSync(file).isFile()) return NOT_REGULAR;
  const real = pathOfOpened(path, file);
  const names = real === null ? null : namesBelow(root, real);
  return names === null || names.some(isGitFolder) ? OUTSIDE : null;
}

/** The real path of the file that was opened as `path`; `null` if another file is there now. */
function pathOfOpened(path: string, file: number): string | null {
  try {
    // The answer of the kernel, without a race.
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    const real = realpathSync.native(path);
    const [opened, there] = [fstatSync(file, { bigint: true }), lstatSync(real, { bigint: true })];
    return there.ino === opened.ino && there.dev === opened.dev ? real : null;
  }
}
