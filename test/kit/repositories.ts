/** Scratch repositories in git, which know nothing of who runs the tests. */
import { execaSync } from 'execa';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './folders.ts';

const IDENTITY = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-c', 'commit.gpgsign=false'];

export type Repository = {
  readonly root: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly link: (path: string, target: string) => void;
  /** All that is there. */
  readonly commit: (files?: Readonly<Record<string, string>>) => string;
};

export function makeRepository(): Repository {
  const root = makeFolder();
  const git = (...args: readonly string[]): string =>
    execaSync('git', [...IDENTITY, ...args], {
      cwd: root,
      extendEnv: false,
      env: { PATH: process.env['PATH'] ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
    }).stdout;
  git('init', '--quiet', '--initial-branch=main');
  const prepare = (path: string): string => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) writeFileSync(prepare(path), text);
  };
  return {
    root,
    git,
    write,
    link: (path, target) => {
      symlinkSync(target, prepare(path));
    },
    commit(files = {}) {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--message', 'a change');
      return git('rev-parse', 'HEAD');
    },
  };
}
