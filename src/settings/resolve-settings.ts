/**
 * Resolves settings from flags, the environment, the settings file and the defaults, in this order. Each source is read once,
 * here, and all its faults are reported.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { isCi } from '../base/ci.ts';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { indexLines } from '../findings/source-place.ts';
import type { SettingsDocument } from '../document/generated/settings.d.ts';
import { validateSettings } from '../document/generated/validate-settings.js';
import type { Path } from '../document/places.ts';
import { readDocument } from '../document/read-document.ts';
import type { ReadDocument } from '../document/read-document.ts';
import { openAnyFiles } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { foldersUpwards, isOwnFolder, isRepository, rootOf } from '../files/repository.ts';
import {
  checkEnvironment,
  checkFlags,
  checkSavedState,
  checkSettings,
  checkStateVariable,
  refuseInCi,
  given,
  msOf,
  originOf,
  progressOf,
  stateOf,
} from './check-settings.ts';
import { findConfidential } from './confidential.ts';
import { findSettingsFile } from './find-settings-file.ts';
import type { SettingsFile } from './find-settings-file.ts';
import { SETTINGS_DEFAULTS } from './settings.ts';
import type {
  ProgressChoice,
  SettingOrigin,
  Settings,
  Sourced,
  SourcedSettings,
  StateLocation,
  SettingsSources,
  SavedState,
} from './settings.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type ResolvedSettings = {
  /** `null` exactly when a diagnostic is an error. */
  readonly settings: Settings | null;
  /** The same values with their sources; `null` if `settings` is. */
  readonly sourced: SourcedSettings | null;
  /** The folders that were searched for a settings file, nearest first; absolute paths. */
  readonly searched: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
};

export async function resolveSettings(sources: SettingsSources): Promise<ResolvedSettings> {
  const { planPath, cwd, allowOutside } = sources;
  const folder = planPath === null ? cwd : dirname(resolve(cwd, planPath));
  const searched = foldersUpwards(folder);
  const files = planPath === null ? openAnyFiles(cwd) : openPlanFiles({ planPath, cwd, allowOutside });
  const file = await findSettingsFile(folder, { files, cwd });
  if (file !== null && 'diagnostics' in file) {
    const { diagnostics, source } = file;
    const quoted = new Map(source === null ? [] : [[source.path, withoutSecrets(source)]]);
    return { settings: null, sourced: null, searched, diagnostics, sources: quoted };
  }
  const read = file === null ? null : readSettings(file, cwd);
  const readSources = new Map(read === null ? [] : [[read.source.path, read.source]]);
  const document = read?.document.value ?? {};
  const diagnostics =
    read !== null && read.document.value === null
      ? read.document.diagnostics
      : [
          ...(read === null ? [] : checkSettings(document, read.placeOf)),
          ...checkEnvironment(sources.env, sources.uses),
          ...checkFlags(sources.flags),
          ...checkSavedState(sources),
        ];
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { settings: null, sourced: null, searched, diagnostics, sources: readSources };
  }
  const sourced = layOver(document, sources, { folder, file, read });
  const { value: state, from } = sourced.state;
  const isOfBranch = from.kind === 'file' || from.kind === 'plan';
  if (state.kind === 'postgres' && isOfBranch && sources.uses.record && isCi(sources.env)) {
    const whole = { path: from.path, range: null };
    const place = from.kind === 'file' ? (read?.placeOf(['state']) ?? whole) : whole;
    const refused = [...diagnostics, refuseInCi(place)];
    return { settings: null, sourced: null, searched, diagnostics: refused, sources: readSources };
  }
  return { settings: valuesOf(sourced, file, cwd), sourced, searched, diagnostics, sources: readSources };
}

/** Text that could not be parsed may still contain secrets, with an unknown end. */
function withoutSecrets(source: SourceFile): SourceFile {
  const confidential = findConfidential(source.text, { rangesOf: () => [] }, []);
  return { ...source, confidential };
}

type Read = {
  readonly source: SourceFile;
  readonly document: ReadDocument<SettingsDocument>;
  /** Takes a path relative to the start of the settings. */
  readonly placeOf: (path: Path) => Place;
};

function readSettings(file: SettingsFile, cwd: string): Read {
  const source = { path: relative(cwd, file.path), text: file.text };
  const document = readDocument<SettingsDocument>(source, {
    kind: 'settings file',
    validate: validateSettings,
    isText: () => false,
    root: file.root,
    // A file with only comments has no settings yet. An empty file may have been cut off.
    isEmptyAllowed: file.text.trim() !== '',
  });
  return {
    source: { ...source, confidential: findConfidential(source.text, document, file.root) },
    document,
    placeOf: (path) => document.placeOf([...file.root, ...path]),
  };
}

type Where = { readonly folder: string; readonly file: SettingsFile | null; readonly read: Read | null };

function layOver(
  document: SettingsDocument,
  { env, flags, cwd, uses, saved = null, planPath }: SettingsSources,
  { folder, file, read }: Where,
): SourcedSettings {
  const { polling = {}, credentials } = document;
  const variable = (name: string) => candidate(given(env[name]), { kind: 'environment', name });
  const inFile = <T>(value: T | undefined, ...path: readonly string[]): readonly Sourced<T>[] =>
    value === undefined || read === null ? [] : [{ value, from: originInFile(read, path) }];
  const length = (candidates: readonly Sourced<string>[], unlessGiven: number) =>
    first(candidates.map(convert(msOf)), unlessGiven);
  const fileFolder = file === null ? folder : dirname(file.path);
  return {
    apiUrl: first<string | null>(
      [...variable('ALLXON_API_URL'), ...inFile(document.apiUrl, 'apiUrl')].map(convert(originOf)),
      null,
    ),
    // Only a command that opens no record ignores an invalid variable.
    // A folder is relative to the settings file, or in the root of the repository: the same from every current folder.
    state: first(
      [
        ...[
          ...candidate(flags.state, { kind: 'flag', name: '--state' }),
          ...(checkStateVariable(env, uses).length > 0 ? [] : variable('BREAKWATER_STATE')),
        ].map(convert((text) => stateOf(text, cwd))),
        ...(saved === null ? [] : [fromSaved(saved, planPath ?? '')]),
        ...inFile(document.state, 'state').map(convert((text) => stateOf(text, fileFolder))),
      ],
      { kind: 'files', directory: defaultPlace(folder) },
    ),
    progress: first<ProgressChoice>(
      [
        ...candidate(flags.progress, { kind: 'flag', name: '--progress' }),
        ...variable('BREAKWATER_PROGRESS'),
        ...inFile(document.progress, 'progress'),
      ].map(convert(progressOf)),
      SETTINGS_DEFAULTS.progress,
    ),
    minIntervalMs: length(
      inFile(polling.minInterval, 'polling', 'minInterval'),
      SETTINGS_DEFAULTS.minIntervalMs,
    ),
    maxIntervalMs: length(
      inFile(polling.maxInterval, 'polling', 'maxInterval'),
      SETTINGS_DEFAULTS.maxIntervalMs,
    ),
    apiOutageMs: length(inFile(document.apiOutage, 'apiOutage'), SETTINGS_DEFAULTS.apiOutageMs),
    credentialsCommand: first<readonly string[] | null>(
      inFile(credentials?.command, 'credentials', 'command'),
      null,
    ),
    credentialsTimeoutMs: length(
      inFile(credentials?.timeout, 'credentials', 'timeout'),
      SETTINGS_DEFAULTS.credentialsTimeoutMs,
    ),
  };
}

function valuesOf(sourced: SourcedSettings, file: SettingsFile | null, cwd: string): Settings {
  const run = sourced.credentialsCommand.value;
  return {
    apiUrl: sourced.apiUrl.value,
    state: sourced.state.value,
    stateFrom: sourced.state.from,
    progress: sourced.progress.value,
    polling: {
      minIntervalMs: sourced.minIntervalMs.value,
      maxIntervalMs: sourced.maxIntervalMs.value,
    },
    apiOutageMs: sourced.apiOutageMs.value,
    credentials:
      run === null || file === null
        ? null
        : {
            run,
            timeoutMs: sourced.credentialsTimeoutMs.value,
            folder: dirname(file.path),
            path: relative(cwd, file.path),
          },
  };
}

function fromSaved({ place, isDefault }: SavedState, path: string): Sourced<StateLocation> {
  return { value: stateOf(place, '/'), from: isDefault ? { kind: 'default' } : { kind: 'plan', path } };
}

/** The root of the repository. Outside a repository, the nearest folder upwards with records, else the plan's folder. */
function defaultPlace(folder: string): string {
  const root = rootOf(folder);
  const place = join(root, SETTINGS_DEFAULTS.state);
  return isRepository(root) ? place : (findPlaceAbove(folder) ?? place);
}

function findPlaceAbove(folder: string): string | null {
  const place = join(folder, SETTINGS_DEFAULTS.state);
  if (isOwnFolder(place)) return place;
  const parent = dirname(folder);
  return parent === folder ? null : findPlaceAbove(parent);
}

/** Empty if there is no value. */
function candidate(value: string | null, from: SettingOrigin): readonly Sourced<string>[] {
  return value === null ? [] : [{ value, from }];
}

function convert<T>(read: (text: string) => T): (written: Sourced<string>) => Sourced<T> {
  return ({ value, from }) => ({ value: read(value), from });
}

function first<T>(candidates: readonly Sourced<T>[], unlessGiven: T): Sourced<T> {
  return candidates[0] ?? { value: unlessGiven, from: { kind: 'default' } };
}

function originInFile({ source, placeOf }: Read, path: Path): SettingOrigin {
  const start = placeOf(path).range?.start ?? 0;
  return { kind: 'file', path: source.path, line: indexLines(source.text).positionOf(start).line };
}
