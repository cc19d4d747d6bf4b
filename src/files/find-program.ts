/**
 * Looks at the programs that a plan names, without running any. What is outside the tree is not looked at, as with every file
 * of a plan.
 */
import { fstatSync, readSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { nearest } from '../base/text.ts';
import type {
  FileFailure,
  FoundProgram,
  ProgramFinder,
  WrittenProgramKind,
} from '../document/file-reader.ts';
import { findFolderInTree, findInTree } from './find-in-tree.ts';
import type { Tree } from './find-in-tree.ts';

export type ProgramPlaces = {
  readonly tree: Tree;
  /** An absolute path, and the names that lead to it from the root of the tree. */
  readonly folder: string;
  readonly list: (names: readonly string[]) => readonly string[];
  /** Opens a file that is found in the tree. */
  readonly inspect: <T>(names: readonly string[], look: (file: number) => T) => T | FileFailure;
};

/** Finding the nearest name takes time with their number. */
const NAMES_COMPARED_MAX = 1_000;

const POINTER = Buffer.from('version https://git-lfs');

export function createProgramFinder(places: ProgramPlaces): ProgramFinder {
  const { tree, folder, inspect } = places;
  return (program, kind) => {
    const names = tree.locate(isAbsolute(program) ? program : join(folder, program));
    if (names === null) return USABLE;
    const found = findInTree(tree, names);
    if (found.kind === 'failed') {
      switch (found.problem) {
        case 'missing':
          return { kind: 'missing', nearest: findNearest(program, names, places) };
        case 'directory':
          return { kind: 'unusable', fault: 'directory' };
        case 'not-regular':
        case 'outside':
        case 'forbidden':
        case 'too-large':
        case 'unreadable':
          return USABLE;
      }
    }
    const looked = inspect(found.names, (file) => lookAtProgram(file, kind));
    return looked.kind === 'failed' ? USABLE : looked;
  };
}

const USABLE: FoundProgram = { kind: 'usable' };

function lookAtProgram(file: number, kind: WrittenProgramKind): FoundProgram {
  const { size, mode } = fstatSync(file);
  if (size === 0) return { kind: 'unusable', fault: 'empty' };
  const start = Buffer.alloc(POINTER.length);
  readSync(file, start, 0, start.length, 0);
  if (start.equals(POINTER)) return { kind: 'unusable', fault: 'git-lfs-pointer' };
  const mustBeExecutable = kind === 'program' && process.platform !== 'win32';
  return mustBeExecutable && (mode & 0o111) === 0 ? { kind: 'unusable', fault: 'not-executable' } : USABLE;
}

/** A name that is misspelt in one of its parts, a line that begins with a program, or a path from the root of the repository. */
function findNearest(program: string, names: readonly string[], places: ProgramPlaces): string | null {
  const { tree, folder } = places;
  const [first = ''] = program.trim().split(/\s+/);
  const others = [
    correct(names, 0, places),
    first.includes('/') ? tree.locate(join(folder, first)) : null,
    isAbsolute(program) ? null : program.split('/'),
  ];
  const found = others.find((one) => one !== null && findInTree(tree, one).kind === 'found');
  const from = tree.locate(folder);
  if (found === undefined || found === null || from === null) return null;
  const path = relative(join(sep, ...from), join(sep, ...found))
    .split(sep)
    .join('/');
  return path.startsWith('../') ? path : `./${path}`;
}

/** The names with those put right that are not there; `null` where nothing is near. */
function correct(names: readonly string[], from: number, places: ProgramPlaces): readonly string[] | null {
  const { tree, list } = places;
  for (let at = from; at < names.length; at++) {
    const here = names.slice(0, at + 1);
    const isLast = at === names.length - 1;
    if (isLast ? findInTree(tree, here).kind === 'found' : findFolderInTree(tree, here) !== null) continue;
    const parent = findFolderInTree(tree, names.slice(0, at));
    const near = parent === null ? null : nearestName(names[at] ?? '', list(parent));
    return near === null
      ? null
      : correct([...names.slice(0, at), near, ...names.slice(at + 1)], at + 1, places);
  }
  return names;
}

function nearestName(name: string, names: readonly string[]): string | null {
  const compared = names.toSorted().slice(0, NAMES_COMPARED_MAX);
  return compared.find((other) => other.startsWith(`${name}.`)) ?? nearest(name, compared);
}
