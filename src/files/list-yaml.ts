/** The YAML files of a folder that somebody names. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeError } from './files.ts';

export type YamlFiles = {
  /** By their paths from where `folder` is named; sorted. */
  readonly paths: readonly string[];
  /** Folders that cannot be listed, with the system's words. */
  readonly unread: readonly string[];
};

const YAML = /\.ya?ml$/i;

/** With those of folders in it, but for `node_modules` and what is hidden. A link to a folder is not followed: it may lead back. */
export function listYamlFiles(folder: string, cwd: string): YamlFiles {
  const paths: string[] = [];
  const unread: string[] = [];
  const ahead = [folder];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    try {
      for (const entry of readdirSync(resolve(cwd, next), { withFileTypes: true })) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && entry.name !== 'node_modules') ahead.push(path);
        } else if (YAML.test(entry.name)) paths.push(path);
      }
    } catch (error) {
      unread.push(describeError(error).message);
    }
  }
  return { paths: paths.toSorted(), unread };
}
