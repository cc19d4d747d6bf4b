/** Files as who reads a repository knows them: by their paths from its root. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { rootOf } from '../files/repository.ts';
import type { Io } from './io.ts';

/**
 * From a path as the user typed it to the one from the root of the repository that the file is in: the git repository,
 * or else what GitHub Actions works on, or else the current folder. With `/` on every system; `null` for a file that is
 * in none of them.
 */
export function createRepositoryPaths({
  cwd,
  env,
}: Pick<Io, 'cwd' | 'env'>): (path: string) => string | null {
  const workspace = env['GITHUB_WORKSPACE'];
  const others = workspace === undefined || workspace === '' ? [cwd] : [resolve(workspace), cwd];
  return (path) => {
    const file = resolve(cwd, path);
    const repository = rootOf(dirname(file));
    const roots = existsSync(join(repository, '.git')) ? [repository] : others;
    for (const root of roots) {
      const within = relative(root, file);
      if (within !== '..' && !within.startsWith(`..${sep}`) && !isAbsolute(within)) return toUrlPath(within);
    }
    return null;
  };
}

function toUrlPath(path: string): string {
  return path.split(sep).join('/');
}
