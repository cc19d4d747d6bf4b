/**
 * The files that a plan may have read: those of its repository, or of its own folder where there is none. A plan is
 * untrusted, and so are the links beside it: what counts is where a file really is.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FileFailure } from '../document/file-reader.ts';
import { createFiles, describeError, openAnyFiles } from './files.ts';
import type { Files, OpenFile } from './files.ts';
import { findInTree, NOT_REGULAR, OUTSIDE } from './find-in-tree.ts';
import type { Tree, TreeEntry } from './find-in-tree.ts';
import { findSurroundings, isGitFolder, isWithin, namesBelow, realPathOf } from './repository.ts';

export type PlanFilesWanted = {
  /** As the user typed it; the paths of other files are relative to the same folder as it is. */
  readonly planPath: string;
  /** An absolute path. */
  readonly cwd: string;
  /** `--allow-outside`: the user trusts the plan. */
  readonly allowOutside: boolean;
};

export function openPlanFiles({ planPath, cwd, allowOutside }: PlanFilesWanted): Files {
  const anyFiles = openAnyFiles(cwd);
  if (allowOutside) return anyFiles;
  const folder = dirname(resolve(cwd, planPath));
  const { root, isRepository } = findSurroundings(folder);
  const locate = createLocate(folder, root);
  const tree: Tree = { lookAt: (names) => lookAt(join(root, ...names)), locate };
  const inside = createFiles((path) => {
    const names = locate(resolve(cwd, path));
    if (names === null) return OUTSIDE;
    const found = findInTree(tree, names);
    return found.kind === 'failed' ? found : openInside(root, found.names);
  });
  if (isRepository) return inside;
  // Nobody but the user has put the plan where it is: it may be a pipe, or a link to anywhere.
  return {
    ...inside,
    readFile: (path, bytesMax) => (path === planPath ? anyFiles : inside).readFile(path, bytesMax),
  };
}

/** `folder` is where the user says that the plan is; `root` is real. */
function createLocate(folder: string, root: string): Tree['locate'] {
  const parents = parentsOf(folder);
  return (path) => {
    // What the plan names goes on from a folder that the user has named, and that one may be looked at.
    const shared = parents.find((parent) => isWithin(parent, path)) ?? root;
    const real = join(realPathOf(shared), ...(namesBelow(shared, path) ?? []));
    return namesBelow(root, real) ?? namesBelow(root, path);
  };
}

/** With itself, the nearest first. */
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

/** A pipe must not hold the opening up, nor a terminal become ours; Windows knows neither. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Looks at what it has opened: it may have been exchanged since the way to it was found. */
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

/** Where the file is that was opened as `path`; `null` where that is another one by now. */
function pathOfOpened(path: string, file: number): string | null {
  try {
    // The kernel's word, which nobody can come between.
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    const real = realpathSync.native(path);
    const [opened, there] = [fstatSync(file, { bigint: true }), lstatSync(real, { bigint: true })];
    return there.ino === opened.ino && there.dev === opened.dev ? real : null;
  }
}
