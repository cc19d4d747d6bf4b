/**
 * Settings from flags, the environment, the settings file and the defaults, in this order; each is looked up once, here,
 * and everything that is wrong in any of them is told.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { parseBaseUrl } from '../allxon/base-url.ts';
import { parseDuration } from '../base/duration.ts';
import { present } from '../base/assert.ts';
import type { Diagnostic, Place, Range, SourceFile } from '../diagnostics/diagnostic.ts';
import { indexLines } from '../diagnostics/line-index.ts';
import { makeError } from '../diagnostics/make-diagnostic.ts';
import type { SettingsDocument } from '../document/generated/settings.d.ts';
import { validateSettings } from '../document/generated/validators.js';
import { readDocument } from '../document/read-document.ts';
import type { ReadDocument } from '../document/read-document.ts';
import { describeFailure } from '../document/read-text.ts';
import { openAnyFiles } from '../files/files.ts';
import { openPlanFiles } from '../files/plan-files.ts';
import { foldersUpwards, rootOf } from '../files/repository.ts';
import { findSettingsFile } from './find-settings-file.ts';
import type { SettingsFile } from './find-settings-file.ts';
import { SETTINGS_DEFAULTS } from './settings.ts';
import type { ProgressChoice, SettingOrigin, Settings, Sourced, SourcedSettings } from './settings.ts';
import { parseState } from './state-location.ts';

export type SettingsSources = {
  /** As the user typed it; the settings file is looked for from its folder. `null`: from the current one. */
  readonly planPath: string | null;
  /** `--allow-outside`; without it, a plan's settings file must be in the plan's repository. */
  readonly allowOutside: boolean;
  /** An absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: { readonly state: string | null; readonly progress: ProgressChoice | null };
};

export type ResolvedSettings = {
  /** `null` exactly when a diagnostic is an error. */
  readonly settings: Settings | null;
  /** The same values with where each came from; `null` as `settings` is. */
  readonly sourced: SourcedSettings | null;
  /** The folders that a settings file was looked for in, nearest first; absolute. */
  readonly searched: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
};

const PROGRESS_CHOICES: readonly ProgressChoice[] = ['auto', 'live', 'plain', 'json'];

export async function resolveSettings(sources: SettingsSources): Promise<ResolvedSettings> {
  const { planPath, cwd, allowOutside } = sources;
  const folder = planPath === null ? cwd : dirname(resolve(cwd, planPath));
  const searched = foldersUpwards(folder);
  const { check } = planPath === null ? openAnyFiles(cwd) : openPlanFiles({ planPath, cwd, allowOutside });
  const file = await findSettingsFile(folder, check);
  if (file !== null && 'failure' in file) {
    const request = { path: relative(cwd, file.path), kind: 'settings file', bytesMax: 0 };
    const diagnostics = [describeFailure(file.failure, request)];
    return { settings: null, sourced: null, searched, diagnostics, sources: new Map() };
  }
  const read = file === null ? null : readSettings(file, cwd);
  const readSources = new Map(read === null ? [] : [[read.source.path, read.source]]);
  const document = read?.document.value ?? {};
  const diagnostics =
    read !== null && read.document.value === null
      ? read.document.diagnostics
      : [
          ...(read === null ? [] : checkSettings(document, read.document)),
          ...checkEnvironment(sources.env),
          ...checkFlags(sources.flags),
        ];
  if (diagnostics.length > 0) {
    return { settings: null, sourced: null, searched, diagnostics, sources: readSources };
  }
  const sourced = layOver(document, sources, { folder, file, read });
  return { settings: valuesOf(sourced), sourced, searched, diagnostics, sources: readSources };
}

type Read = { readonly source: SourceFile; readonly document: ReadDocument<SettingsDocument> };

function readSettings(file: SettingsFile, cwd: string): Read {
  const source = { path: relative(cwd, file.path), text: file.text };
  const document = readDocument<SettingsDocument>(source, {
    kind: 'settings file',
    validate: validateSettings,
    isText: () => false,
    root: file.root,
    isEmptyAllowed: true,
  });
  return { source, document };
}

function checkSettings(
  document: SettingsDocument,
  places: ReadDocument<SettingsDocument>,
): readonly Diagnostic[] {
  const { apiUrl, state, polling = {}, apiOutage } = document;
  return [
    ...(apiUrl === undefined ? [] : checkApiUrl(apiUrl, 'apiUrl', places.placeOf(['apiUrl']))),
    ...(state === undefined ? [] : checkStateInFile(state, places.placeOf(['state']))),
    ...checkLength(apiOutage, places.placeOf(['apiOutage']), 'apiOutage'),
    ...checkLength(polling.minInterval, places.placeOf(['polling', 'minInterval']), 'minInterval'),
    ...checkPolling(document, places.placeOf(['polling'])),
  ];
}

function checkApiUrl(url: string, from: string, place: Place): readonly Diagnostic[] {
  const parsed = parseBaseUrl(url);
  if (parsed.kind === 'url') return [];
  return [makeError({ code: 'settings-api-url', place, facts: { url, from, reason: parsed.reason } })];
}

/** The file is in git, where no password belongs. */
function checkStateInFile(text: string, place: Place): readonly Diagnostic[] {
  const parsed = parseState(text, '/');
  if (parsed.kind === 'refused' || !parsed.hasPassword) return checkState(text, 'state', place);
  return [
    makeError({ code: 'settings-state-password', place, facts: { key: 'state', masked: rangesOf(place) } }),
  ];
}

function checkState(text: string, from: string, place: Place): readonly Diagnostic[] {
  const parsed = parseState(text, '/');
  if (parsed.kind === 'state') return [];
  const facts = { from, reason: parsed.reason, masked: rangesOf(place) };
  return [makeError({ code: 'settings-state', place, facts })];
}

function rangesOf({ range }: Place): readonly Range[] {
  return range === null ? [] : [range];
}

function checkLength(duration: string | undefined, place: Place, key: string): readonly Diagnostic[] {
  if (duration === undefined || msOf(duration) > 0) return [];
  return [makeError({ code: 'settings-duration-zero', place, facts: { key } })];
}

function checkPolling(document: SettingsDocument, place: Place): readonly Diagnostic[] {
  const { minIntervalMs, maxIntervalMs } = pollingOf(document);
  if (minIntervalMs <= maxIntervalMs) return [];
  const { minInterval = '2s', maxInterval = '5m' } = document.polling ?? {};
  return [makeError({ code: 'settings-polling-crossed', place, facts: { minInterval, maxInterval } })];
}

function checkEnvironment(env: SettingsSources['env']): readonly Diagnostic[] {
  const place: Place = { path: 'the environment', range: null };
  const url = given(env['ALLXON_API_URL']);
  const state = given(env['BREAKWATER_STATE']);
  const progress = given(env['BREAKWATER_PROGRESS']);
  return [
    ...(url === null ? [] : checkApiUrl(url, 'ALLXON_API_URL', place)),
    ...(state === null ? [] : checkState(state, 'BREAKWATER_STATE', place)),
    ...(progress === null || isProgressChoice(progress)
      ? []
      : [
          makeError({
            code: 'settings-variable',
            place,
            facts: { name: 'BREAKWATER_PROGRESS', value: progress, allowed: PROGRESS_CHOICES },
          }),
        ]),
  ];
}

function checkFlags({ state }: SettingsSources['flags']): readonly Diagnostic[] {
  return state === null ? [] : checkState(state, '--state', { path: 'the command line', range: null });
}

type Where = { readonly folder: string; readonly file: SettingsFile | null; readonly read: Read | null };

function layOver(
  document: SettingsDocument,
  { env, flags, cwd }: SettingsSources,
  { folder, file, read }: Where,
): SourcedSettings {
  const { polling = {} } = document;
  const variable = (name: string) => candidate(given(env[name]), { kind: 'environment', name });
  const inFile = (value: string | undefined, ...path: readonly string[]) =>
    value === undefined || read === null ? [] : candidate(value, originInFile(read, path));
  const length = (candidates: readonly Sourced<string>[], unlessGiven: number) =>
    first(candidates.map(convert(msOf)), unlessGiven);
  const fileFolder = file === null ? folder : dirname(file.path);
  return {
    apiUrl: first<string | null>(
      [...variable('ALLXON_API_URL'), ...inFile(document.apiUrl, 'apiUrl')].map(convert(originOf)),
      null,
    ),
    // A folder is relative to the settings file; without one, in the repository's root: the same from wherever it is run.
    state: first(
      [
        ...[
          ...candidate(flags.state, { kind: 'flag', name: '--state' }),
          ...variable('BREAKWATER_STATE'),
        ].map(convert((text) => stateOf(text, cwd))),
        ...inFile(document.state, 'state').map(convert((text) => stateOf(text, fileFolder))),
      ],
      { kind: 'files', directory: join(rootOf(folder), SETTINGS_DEFAULTS.state) },
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
  };
}

function valuesOf(sourced: SourcedSettings): Settings {
  return {
    apiUrl: sourced.apiUrl.value,
    state: sourced.state.value,
    progress: sourced.progress.value,
    polling: {
      minIntervalMs: sourced.minIntervalMs.value,
      maxIntervalMs: sourced.maxIntervalMs.value,
    },
    apiOutageMs: sourced.apiOutageMs.value,
  };
}

/** None where there is no value. */
function candidate(value: string | null, from: SettingOrigin): readonly Sourced<string>[] {
  return value === null ? [] : [{ value, from }];
}

function convert<T>(read: (text: string) => T): (written: Sourced<string>) => Sourced<T> {
  return ({ value, from }) => ({ value: read(value), from });
}

function first<T>(candidates: readonly Sourced<T>[], unlessGiven: T): Sourced<T> {
  return candidates[0] ?? { value: unlessGiven, from: { kind: 'default' } };
}

function originInFile({ source, document }: Read, path: readonly string[]): SettingOrigin {
  const start = document.placeOf(path).range?.start ?? 0;
  return { kind: 'file', path: source.path, line: indexLines(source.text).positionOf(start).line };
}

/** The checks have let only such through. */
function stateOf(text: string, folder: string): Settings['state'] {
  const parsed = parseState(text, folder);
  return present(parsed.kind === 'state' ? parsed.state : null, 'the place of the record');
}

function pollingOf({ polling = {} }: SettingsDocument): Settings['polling'] {
  const { minInterval, maxInterval } = polling;
  return {
    minIntervalMs: minInterval === undefined ? SETTINGS_DEFAULTS.minIntervalMs : msOf(minInterval),
    maxIntervalMs: maxInterval === undefined ? SETTINGS_DEFAULTS.maxIntervalMs : msOf(maxInterval),
  };
}

function originOf(url: string): string {
  const parsed = parseBaseUrl(url);
  return parsed.kind === 'url' ? parsed.origin : url;
}

/** The schema has let only durations through. */
function msOf(duration: string): number {
  return present(parseDuration(duration), `the duration ${duration}`);
}

/** An empty variable is an unset one. */
function given(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function progressOf(text: string): ProgressChoice {
  return present(isProgressChoice(text) ? text : null, 'how progress is shown');
}

function isProgressChoice(text: string): text is ProgressChoice {
  return (PROGRESS_CHOICES as readonly string[]).includes(text);
}
