import { execa } from 'execa';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/base/assert.ts';
import { ROOT } from './command.ts';

/** What would be published, in `folder`; its path. Of `dist/` as it is: it was built before the tests. */
export async function packProject(folder: string): Promise<string> {
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  return join(folder, present(tarball, 'the tarball'));
}

/** In `project`, without a network and with an empty cache: there is nothing to be fetched. */
export async function installPackage(tarball: string, project: string): Promise<void> {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const cache = join(project, '..', 'cache');
  await execa('npm', ['install', '--offline', '--cache', cache, '--no-audit', '--no-fund', tarball], {
    cwd: project,
  });
}
