/**
 * Which file the settings stand in: the nearest one, from a folder upwards to the root of its repository. Outside a
 * repository only the folder itself is searched. Files that are code are not looked for: settings are data.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SEARCH_PLACES = [
  'package.json',
  '.breakwaterrc',
  '.breakwaterrc.yaml',
  '.breakwaterrc.json',
  'breakwater.config.yaml',
  'breakwater.config.json',
];

export type SettingsFile = {
  readonly path: string;
  readonly text: string;
  /** Where the settings are in it. */
  readonly root: readonly string[];
};

/** `folder` is absolute. */
export async function findSettingsFile(folder: string): Promise<SettingsFile | null> {
  const { cosmiconfigSync } = await import('cosmiconfig');
  const load = (path: string, text: string) => loadText(path, text);
  const explorer = cosmiconfigSync('breakwater', {
    searchPlaces: SEARCH_PLACES,
    searchStrategy: 'none',
    loaders: { '.json': load, '.yaml': load, noExt: load },
    cache: false,
  });
  for (const candidate of foldersUpwards(folder)) {
    const found = explorer.search(candidate);
    if (found !== null) return found.config as SettingsFile;
  }
  return null;
}

/** The folder that a repository's settings and records belong to: the repository's root, or the folder itself. */
export function rootOf(folder: string): string {
  return foldersUpwards(folder).at(-1) ?? folder;
}

function foldersUpwards(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    folders.push(current);
    if (existsSync(join(current, '.git'))) return folders;
    if (dirname(current) === current) return [folder];
  }
}

/** A package.json counts only if it has a key for us; whether the rest of it is sound is not our business. */
function loadText(path: string, text: string): SettingsFile | Readonly<Record<string, SettingsFile>> {
  if (basename(path) !== 'package.json') return { path, text, root: [] };
  return hasKey(text) ? { breakwater: { path, text, root: ['breakwater'] } } : {};
}

function hasKey(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'breakwater' in value;
  } catch {
    return false;
  }
}
