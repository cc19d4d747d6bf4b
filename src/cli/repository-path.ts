/** Files as who reads a repository knows them: by their paths from its root. */
import { dirname, resolve } from 'node:path';
import { isRepository, namesBelow, rootOf } from '../files/repository.ts';
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
    const roots = isRepository(repository) ? [repository] : others;
    for (const root of roots) {
      const names = namesBelow(root, file);
      if (names !== null) return names.join('/');
    }
    return null;
  };
}
