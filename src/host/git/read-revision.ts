/** A plan as it stands in a revision in git, with the files that it names there. */
import { relative, sep } from 'node:path';
import { posix } from 'node:path';
import type { Place, SourceFile } from '../../findings/source-place.ts';
import type { Files } from '../../files/files.ts';
import { rootOf } from '../../files/repository.ts';
import { readPlan } from '../read-plan.ts';
import type { ReadPlan } from '../read-plan-with.ts';
import { GitError, openGit } from './git.ts';
import { openRevisionFiles } from './revision-files.ts';
import type { PlanContext } from '../read-plan-with.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** `path` begins at the root of the repository, or with `./` or `../` where one stands. */
export type RevisionPath = { readonly revision: string; readonly path: string };

export type ReadRevision =
  | { readonly kind: 'read'; readonly read: ReadPlan }
  /** `wrong`: what was typed; `failed`: git cannot be run, or cannot read what it holds. */
  | { readonly kind: 'wrong' | 'failed'; readonly message: string };

export async function readRevision(wanted: RevisionPath, standpoint: PlanContext): Promise<ReadRevision> {
  const root = rootOf(standpoint.cwd);
  try {
    const git = openGit({ root, env: standpoint.env });
    const tree = git.findTree(wanted.revision);
    if (tree === null) return { kind: 'wrong', message: `git knows no revision ${wanted.revision} here` };
    const path = pathFromRoot(wanted.path, relative(root, standpoint.cwd));
    const asked = new Set([path]);
    const files = recordAsked(openRevisionFiles(git, tree), asked);
    const plan = { path, state: null, isNeeded: false, isStoreOpened: false, allowOutside: false };
    const read = await readPlan(plan, { ...standpoint, cwd: root }, files);
    return {
      kind: 'read',
      read: renamePaths(read, (file) => (asked.has(file) ? `${wanted.revision}:${file}` : file)),
    };
  } catch (error) {
    if (error instanceof GitError) return { kind: 'failed', message: `git: ${error.message}` };
    throw error;
  }
}

/** `place` is where one stands, from the root. */
function pathFromRoot(path: string, place: string): string {
  return /^\.\.?(\/|$)/.test(path) ? posix.join(...place.split(sep), path) : path;
}

function recordAsked({ readFile, ...files }: Files, asked: Set<string>): Files {
  return {
    ...files,
    readFile(path, bytesMax) {
      asked.add(path);
      return readFile(path, bytesMax);
    },
  };
}

/** As the user would name them: `v1.2:plans/a.yaml`. */
function renamePaths(read: ReadPlan, nameOf: (path: string) => string): ReadPlan {
  const rename = <T extends Place>(place: T): T => ({ ...place, path: nameOf(place.path) });
  return {
    ...read,
    diagnostics: read.diagnostics.map((diagnostic): Diagnostic => ({
      ...diagnostic,
      place: rename(diagnostic.place),
      related: diagnostic.related.map(rename),
    })),
    sources: new Map(
      [...read.sources.values()].map(({ path, text }): [string, SourceFile] => [
        nameOf(path),
        { path: nameOf(path), text },
      ]),
    ),
  };
}
