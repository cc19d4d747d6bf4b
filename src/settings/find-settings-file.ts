/**
 * Finds the settings file: the nearest one, from a folder up to the root of its repository. Outside a repository, only the
 * folder itself is searched. A file that is code, or has a name that is not read, is an error and not ignored, because its
 * settings would have no effect. Two files in one folder are an error too.
 */
import { lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import type { FileFailure } from '../document/file-reader.ts';
import { findJsonFault } from '../document/json-fault.ts';
import { describeFailure, readText } from '../document/read-text.ts';
import { describeError } from '../files/files.ts';
import type { Files } from '../files/files.ts';
import { IS_FOLDER, NOT_REGULAR } from '../files/find-in-tree.ts';
import { foldersUpwards, isRepository, rootOf } from '../files/repository.ts';
import { mayHaveSettings, nameInstead, PACKAGE_FILES, SEARCH_PLACES } from './settings-names.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type SettingsFile = {
  /** An absolute path. */
  readonly path: string;
  readonly text: string;
  /** The path of the settings in the file. */
  readonly root: readonly string[];
};

/** Why a settings file cannot be used. */
export type RefusedSettingsFile = {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: SourceFile | null;
};

type Reading = {
  readonly files: Pick<Files, 'check' | 'readFile'>;
  /** An absolute path. Paths of files are shown relative to it. */
  readonly cwd: string;
};

/** Much more than anybody writes, also in a `package.json`. */
const BYTES_MAX = 4 * 1_048_576;

/** `folder` is absolute. */
export async function findSettingsFile(
  folder: string,
  reading: Reading,
): Promise<SettingsFile | RefusedSettingsFile | null> {
  const { openSearch } = await import('./open-search.ts');
  const search = openSearch();
  for (const candidate of foldersUpwards(folder)) {
    const refused = findUnread(candidate, reading) ?? findMisnamed(candidate, reading);
    if (refused !== null) return refused;
    const place = search(candidate, SEARCH_PLACES);
    if (place === null) continue;
    const file = read(join(candidate, place), reading);
    if ('diagnostics' in file) return file;
    const other = search(candidate, SEARCH_PLACES.slice(SEARCH_PLACES.indexOf(place) + 1));
    return other === null ? file : refuseSecond(file.path, join(candidate, other), reading);
  }
  return null;
}

/** Needed because cosmiconfig ignores files that it may not read, and blocks on a pipe. */
function findUnread(folder: string, { files, cwd }: Reading): RefusedSettingsFile | null {
  for (const place of SEARCH_PLACES) {
    const path = join(folder, place);
    const failure = isThere(path) ? (checkKind(path) ?? files.check(path)) : null;
    if (failure !== null) {
      const request = { path: relative(cwd, path), kind: 'settings file', bytesMax: 0 };
      return { diagnostics: [describeFailure(failure, request)], source: null };
    }
  }
  return null;
}

/** A broken link exists, and so does a file that may not be read. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // `.config` may be a file, and then contains no settings file.
    return describeError(error).problem !== 'missing';
  }
}

function checkKind(path: string): FileFailure | null {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return IS_FOLDER;
    return stat.isFile() ? null : NOT_REGULAR;
  } catch (error) {
    return describeError(error);
  }
}

function findMisnamed(folder: string, { cwd }: Reading): RefusedSettingsFile | null {
  const places = [...list(folder), ...list(join(folder, '.config')).map((name) => `.config/${name}`)];
  for (const place of places) {
    const name = nameInstead(place);
    if (name === null) continue;
    const path = relative(cwd, join(folder, place));
    const facts = { file: place, instead: name };
    const diagnostic = makeError({ code: 'settings-file-name', place: { path, range: null }, facts });
    return { diagnostics: [diagnostic], source: null };
  }
  return null;
}

/** Empty for a folder that may not be listed; the search for known names still works there. */
function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function read(path: string, { files, cwd }: Reading): SettingsFile | RefusedSettingsFile {
  const shown = relative(cwd, path);
  const reader: Files['readFile'] = (_, bytesMax) => files.readFile(path, bytesMax);
  const { source, diagnostic } = readText(reader, {
    path: shown,
    kind: 'settings file',
    bytesMax: BYTES_MAX,
  });
  if (diagnostic !== null || source === null)
    return { diagnostics: diagnostic === null ? [] : [diagnostic], source };
  const { text } = source;
  const isPackage = PACKAGE_FILES.has(basename(path));
  const fault = basename(path) === 'package.json' ? findJsonFault(text) : null;
  if (fault !== null) {
    const place = { path: shown, range: { start: fault, end: fault + 1 } };
    return { diagnostics: [makeError({ code: 'settings-package', place, facts: null })], source };
  }
  return { path, text, root: isPackage ? ['breakwater'] : [] };
}

function refuseSecond(first: string, second: string, { cwd }: Reading): RefusedSettingsFile {
  const facts = { file: basename(first), other: basename(second) };
  const place = { path: relative(cwd, second), range: null };
  const related = [{ path: relative(cwd, first), range: null, label: 'the other file' }];
  return { diagnostics: [makeError({ code: 'settings-several', place, facts, related })], source: null };
}

/**
 * A settings file above `folder`, if the folder is in no repository. It is unknown whether the file is for this folder. With a
 * `.git` beside the file, it would be.
 */
export function findSettingsAbove(folder: string): string | null {
  if (isRepository(rootOf(folder))) return null;
  for (let parent = dirname(folder); ; parent = dirname(parent)) {
    const place = SEARCH_PLACES.map((name) => join(parent, name)).find(isSettingsFile);
    if (place !== undefined) return place;
    if (dirname(parent) === parent) return null;
  }
}

/** A file that cannot be read counts as a possible settings file. */
function isSettingsFile(path: string): boolean {
  const name = basename(path);
  if (!isThere(path)) return false;
  if (!PACKAGE_FILES.has(name) || checkKind(path) !== null) return true;
  try {
    return mayHaveSettings(name, readFileSync(path, 'utf8'));
  } catch {
    return true;
  }
}
