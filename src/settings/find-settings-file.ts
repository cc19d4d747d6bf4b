/**
 * Which file the settings stand in: the nearest one, from a folder upwards to the root of its repository. Outside a
 * repository only the folder itself is searched. Files that are code are not looked for: settings are data.
 */
import { closeSync, existsSync, lstatSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileFailure } from '../document/file-reader.ts';

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

/** `folder` is absolute. */
export async function findSettingsFile(folder: string): Promise<SettingsFile | UnreadSettingsFile | null> {
  const { cosmiconfigSync } = await import('cosmiconfig');
  const load = (path: string, text: string) => loadText(path, text);
  const explorer = cosmiconfigSync('breakwater', {
    searchPlaces: SEARCH_PLACES,
    searchStrategy: 'none',
    loaders: { '.json': load, '.yaml': load, noExt: load },
    cache: false,
  });
  for (const candidate of foldersUpwards(folder)) {
    // cosmiconfig passes over what it may not read, and a setting that somebody relies on would not hold.
    const unread = findUnread(candidate);
    if (unread !== null) return unread;
    const found = explorer.search(candidate);
    if (found !== null) return found.config as SettingsFile;
  }
  return null;
}

/** The folder that a repository's settings and records belong to: the repository's root, or the folder itself. */
export function rootOf(folder: string): string {
  return foldersUpwards(folder).at(-1) ?? folder;
}

/** Where a settings file is looked for, nearest first. */
export function foldersUpwards(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    folders.push(current);
    if (existsSync(join(current, '.git'))) return folders;
    if (dirname(current) === current) return [folder];
  }
}

function findUnread(folder: string): UnreadSettingsFile | null {
  for (const place of SEARCH_PLACES) {
    const path = join(folder, place);
    const failure = tryToOpen(path);
    if (failure !== null) return { path, failure };
  }
  return null;
}

/** `null` where it can be read, or is not there. A link that leads nowhere is there. */
function tryToOpen(path: string): FileFailure | null {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
    closeSync(openSync(path, 'r'));
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const message = error instanceof Error ? error.message : String(error);
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'failed', problem: 'forbidden', message };
    return { kind: 'failed', problem: code === 'ENOENT' ? 'missing' : 'unreadable', message };
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
