import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from './command.ts';

/** Who commits in scratch repositories, whatever the machine's own configuration says. */
export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** This project as git would hand it out: what is tracked, or would be with `git add`, as it stands now. */
export async function checkOutProject(folder: string): Promise<void> {
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const path of stdout.split('\0').filter((entry) => entry !== '')) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
}

/** Gives the revision. */
export async function commitAll(folder: string): Promise<string> {
  const git = async (...args: readonly string[]) => execa('git', args, { cwd: folder, env: GIT_ENV });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'test');
  return (await git('rev-parse', 'HEAD')).stdout;
}
