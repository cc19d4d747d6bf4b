/** The two sides of a diff: a plan file, or a plan as it stands in a revision in git, with the files that it names there. */
import { relative, sep, posix, resolve } from 'node:path';
import type { Place, SourceFile } from '../../findings/source-place.ts';
import type { Files } from '../../files/files.ts';
import { rootOf } from '../../files/repository.ts';
import { readPlan } from '../read-plan.ts';
import type { ReadPlan, PlanContext } from '../../host/read-plan.ts';
import { GitError, openGit } from '../../host/git/git.ts';
import { openRevisionFiles } from '../../host/git/revision-files.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import { existsSync } from 'node:fs';

/** `path` begins at the root of the repository, or with `./` or `../` where one stands. */
export type RevisionPath = { readonly revision: string; readonly path: string };

export type ReadRevision =
  | { readonly kind: 'read'; readonly read: ReadPlan }
  /** `wrong`: what was typed; `failed`: git cannot be run, or cannot read what it holds. */
  | { readonly kind: 'wrong' | 'failed'; readonly message: string };

export async function readRevision(wanted: RevisionPath, context: PlanContext): Promise<ReadRevision> {
  const root = rootOf(context.cwd);
  try {
    const git = openGit({ root, env: context.env });
    const tree = git.findTree(wanted.revision);
    if (tree === null) return { kind: 'wrong', message: `git knows no revision ${wanted.revision} here` };
    const path = pathFromRoot(wanted.path, relative(root, context.cwd));
    const asked = new Set([path]);
    const files = recordAsked(openRevisionFiles(git, tree), asked);
    const plan = { path, state: null, isNeeded: false, isStoreOpened: false, allowOutside: false };
    const read = await readPlan(plan, { ...context, cwd: root }, files);
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

export type Side =
  | { readonly kind: 'path'; readonly path: string }
  | ({ readonly kind: 'revision' } & RevisionPath)
  /** It cannot be either. */
  | { readonly kind: 'wrong'; readonly message: string };

/** With a colon it is `REV:PATH`, unless it begins as a path does or is the name of a file. */
export function parseSide(text: string, cwd: string): Side {
  const colon = findColon(text);
  if (colon < 0 || /^[./]/.test(text) || existsSync(resolve(cwd, text))) return { kind: 'path', path: text };
  const [revision, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (revision === '') return refuse(text, 'names no revision');
  if (revision.startsWith('-')) return refuse(text, 'is no revision: none begins with `-`');
  if (path === '') return refuse(text, 'names no file');
  return { kind: 'revision', revision, path };
}

function refuse(text: string, why: string): Side {
  return { kind: 'wrong', message: `${text} ${why}; write REV:PATH, such as HEAD:rollout.yaml` };
}

/** The first that is not within braces: `main@{2026-01-31 10:00}:rollout.yaml`. */
function findColon(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === ':' && depth === 0) return index;
  }
  return -1;
}
