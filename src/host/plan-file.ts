/**
 * Where a plan is, as a record tells it: from the root of its repository, so that another clone finds it; absolute where it
 * is in none. A record is data: what it names is looked for here, and is not trusted for being named.
 */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { findSurroundings, isRepository, namesBelow, realPathOf, rootOf } from '../files/repository.ts';

export type Whereabouts = {
  /** An absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** `null` for what is no file that is still there tomorrow: standard input, a pipe. */
export function describePlanFile(path: string, { cwd, env }: Whereabouts): string | null {
  const file = resolve(cwd, path);
  if (!isFile(file)) return null;
  const { root, isRepository: isInRepository } = findSurroundings(dirname(file));
  const workspace = workspaceOf(env);
  const roots = [...(isInRepository ? [root] : []), ...(workspace === null ? [] : [workspace])];
  for (const one of roots) {
    const names =
      namesBelow(one, file) ?? namesBelow(realPathOf(one), join(realPathOf(dirname(file)), nameOf(file)));
    if (names !== null) return names.join('/');
  }
  return file;
}

export type LocatedPlan = {
  /** Relative to `cwd` where that is shorter to read, or absolute. */
  readonly path: string;
  /** Whether it is in the repository (or the job's workspace) that the user is in. */
  readonly isInside: boolean;
};

/**
 * The file that `recorded` names, seen from here; `null` where there is none. `folders` are other places whose repository
 * it may be in: that of the record.
 */
export function locatePlanFile(
  recorded: string,
  { cwd, env }: Whereabouts,
  folders: readonly string[] = [],
): LocatedPlan | null {
  const workspace = workspaceOf(env);
  const inside = [rootOf(cwd), ...(workspace === null ? [] : [workspace])];
  const locate = (file: string): LocatedPlan => ({
    path: shorten(file, cwd),
    // Where it really is: a link within a repository may lead out of it.
    isInside: inside.some((root) => namesBelow(realPathOf(root), realPathOf(file)) !== null),
  });
  if (isAbsolute(recorded)) return isFile(recorded) ? { ...locate(recorded), path: recorded } : null;
  // As `describePlanFile` has made it; anything else was written by somebody else.
  const names = recorded.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..' || name.includes(sep))) return null;
  const roots = [...inside, ...folders.map(rootOf).filter(isRepository)];
  const file = roots.map((root) => join(root, ...names)).find(isFile);
  return file === undefined ? null : locate(file);
}

function workspaceOf(env: Whereabouts['env']): string | null {
  const workspace = env['GITHUB_WORKSPACE'];
  return workspace === undefined || workspace === '' ? null : resolve(workspace);
}

function nameOf(file: string): string {
  return relative(dirname(file), file);
}

function shorten(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return isAbsolute(short) || short.split(sep).filter((name) => name === '..').length > 2 ? file : short;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
