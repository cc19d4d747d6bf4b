/**
 * The path of a plan in a record: relative to the root of its repository, so that another clone finds it; absolute outside a
 * repository. A record is data, so the path is not trusted.
 */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { findSurroundings, isRepository, namesBelow, realPathOf, rootOf } from '../files/repository.ts';

export type Whereabouts = {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** `null` for anything that is not a regular file, such as standard input or a pipe. */
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
  /** Relative to `cwd` if that is short, otherwise absolute. */
  readonly path: string;
  /** Whether it is in the user's repository or the job's workspace. */
  readonly isInside: boolean;
};

/**
 * Finds the file that `recorded` names, as seen from here; `null` if there is none. `folders` are more places whose
 * repository may hold it, such as the place of the record.
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
    // Real paths: a link in a repository may lead out of it.
    isInside: inside.some((root) => namesBelow(realPathOf(root), realPathOf(file)) !== null),
  });
  if (isAbsolute(recorded)) return isFile(recorded) ? { ...locate(recorded), path: recorded } : null;
  // Accept only paths that `describePlanFile` could have made.
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
