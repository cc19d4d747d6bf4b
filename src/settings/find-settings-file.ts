/**
 * Which file the settings stand in: the nearest one, from a folder upwards to the root of its repository. Outside a
 * repository only the folder itself is searched. Files that are code are not looked for: settings are data.
 */
import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileFailure } from '../document/file-reader.ts';
import type { Files } from '../files/files.ts';
import { foldersUpwards } from '../files/repository.ts';

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

/** It is there, and what stands in it cannot be told. */
export type UnreadSettingsFile = { readonly path: string; readonly failure: FileFailure };

/** `folder` is absolute. `check` says of an absolute path whether it may and can be read. */
export async function findSettingsFile(
  folder: string,
  check: Files['check'],
): Promise<SettingsFile | UnreadSettingsFile | null> {
  // The package's front door looks for a configuration of its own in the current folder, `.config/config.js` among it, and
  // runs that: whoever checks a pull request would run its code.
  const { ExplorerSync } = await import('cosmiconfig/dist/ExplorerSync.js');
  const explorer = new ExplorerSync({
    moduleName: 'breakwater',
    searchPlaces: SEARCH_PLACES,
    searchStrategy: 'none',
    loaders: { '.json': loadText, '.yaml': loadText, noExt: loadText },
    ignoreEmptySearchPlaces: true,
    cache: false,
    metaConfigFilePath: null,
    transform: (found) => found,
  });
  for (const candidate of foldersUpwards(folder)) {
    // cosmiconfig passes over what it may not read, and a setting that somebody relies on would not hold.
    const unread = findUnread(candidate, check);
    if (unread !== null) return unread;
    const found = explorer.search(candidate);
    if (found !== null) return found.config as SettingsFile;
  }
  return null;
}

function findUnread(folder: string, check: Files['check']): UnreadSettingsFile | null {
  for (const place of SEARCH_PLACES) {
    const path = join(folder, place);
    const failure = isThere(path) ? check(path) : null;
    // A folder of that name is none of ours.
    if (failure !== null && failure.problem !== 'directory') return { path, failure };
  }
  return null;
}

/** A link that leads nowhere is there, and so is what may not be looked at. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
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
