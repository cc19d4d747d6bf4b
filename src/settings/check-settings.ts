/** Checks settings from all sources, beyond the schema of the file, and converts valid ones to their values. */
import { parseBaseUrl } from '../backend/allxon/base-url.ts';
import { faultOfProgram } from '../base/program.ts';
import type { Place, Range } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import type { SettingsDocument } from '../document/generated/settings.d.ts';
import type { Path } from '../document/places.ts';
import { parseState } from './state-location.ts';
import { PROGRESS_CHOICES } from './settings.ts';
import type { SettingsSources, ProgressChoice, Settings } from './settings.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import { present } from '../base/assert.ts';
import { parseDuration } from '../base/duration.ts';
import { SETTINGS_DEFAULTS } from './settings.ts';

/** `placeOf` takes a path relative to the start of the settings. */
export function checkSettings(
  document: SettingsDocument,
  placeOf: (path: Path) => Place,
): readonly Diagnostic[] {
  const { apiUrl, state, polling = {}, apiOutage, credentials } = document;
  return [
    ...(apiUrl === undefined ? [] : checkApiUrl(apiUrl, '`apiUrl`', placeOf(['apiUrl']))),
    ...(state === undefined ? [] : checkStateInFile(state, placeOf(['state']))),
    ...checkLength(apiOutage, placeOf(['apiOutage']), 'apiOutage'),
    ...checkLength(polling.minInterval, placeOf(['polling', 'minInterval']), 'minInterval'),
    ...checkPolling(document, placeOf(['polling'])),
    ...checkLength(credentials?.timeout, placeOf(['credentials', 'timeout']), 'timeout'),
    ...checkCommand(credentials?.command, placeOf(['credentials', 'command', 0])),
  ];
}

/** The finding does not repeat the command line, because a word of it may be a secret. */
function checkCommand(run: readonly string[] | undefined, place: Place): readonly Diagnostic[] {
  const fault = run === undefined ? null : faultOfProgram(run[0] ?? '');
  return fault === null ? [] : [makeError({ code: 'settings-program', place, facts: { fault } })];
}

function checkApiUrl(url: string, from: string, place: Place): readonly Diagnostic[] {
  const parsed = parseBaseUrl(url);
  if (parsed.kind === 'url') return [];
  return [makeError({ code: 'settings-api-url', place, facts: { url, from, reason: parsed.reason } })];
}

/** The file is in git, so it must not contain a password. */
function checkStateInFile(text: string, place: Place): readonly Diagnostic[] {
  const parsed = parseState(text, '/');
  if (parsed.kind === 'refused' || !parsed.hasPassword) return checkState(text, '`state`', place);
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

/** The settings file is part of the branch, and must not decide where a job with secrets connects. */
export function refuseInCi(place: Place): Diagnostic {
  return makeError({ code: 'settings-state-ci', place, facts: null });
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

/** The place of findings in the environment, instead of a file. */
export const ENVIRONMENT = 'the environment';

/** What a command uses. An empty value must not send it to the wrong place. */
export type Uses = {
  /** Whether it opens the record in the settings. */
  readonly record: boolean;
  /** Whether it calls the API in the settings. */
  readonly api: boolean;
};

export function checkEnvironment(env: SettingsSources['env'], uses: Uses): readonly Diagnostic[] {
  const place: Place = { path: ENVIRONMENT, range: null };
  const url = env['ALLXON_API_URL'];
  const progress = given(env['BREAKWATER_PROGRESS']);
  return [
    ...checkApiUrlVariable(url, place, uses),
    ...checkStateVariable(env, uses),
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

/** An empty variable is not the default: the user wants another API, and the default API has real devices. */
function checkApiUrlVariable(url: string | undefined, place: Place, { api }: Uses): readonly Diagnostic[] {
  if (url === undefined) return [];
  if (url.trim() !== '') return checkApiUrl(url, 'ALLXON_API_URL', place);
  return api ? [makeError({ code: 'settings-empty', place, facts: { name: 'ALLXON_API_URL' } })] : [];
}

/** Only a warning for a command without the record, because a pull request from a fork has no secrets. */
export function checkStateVariable(
  env: SettingsSources['env'],
  { record }: Pick<Uses, 'record'>,
): readonly Diagnostic[] {
  const state = env['BREAKWATER_STATE'];
  const findings =
    state === undefined ? [] : checkGivenState(state, 'BREAKWATER_STATE', { path: ENVIRONMENT, range: null });
  return record ? findings : findings.map((finding) => ({ ...finding, severity: 'warning' as const }));
}

export function checkFlags({ state }: SettingsSources['flags']): readonly Diagnostic[] {
  return state === null ? [] : checkGivenState(state, '--state', { path: 'the command line', range: null });
}

export function checkSavedState({ saved = null, planPath }: SettingsSources): readonly Diagnostic[] {
  const place: Place = { path: planPath ?? '', range: null };
  return saved === null ? [] : checkState(saved.place, 'the place of the record', place);
}

function checkGivenState(text: string, name: string, place: Place): readonly Diagnostic[] {
  if (text.trim() === '') return [makeError({ code: 'settings-empty', place, facts: { name } })];
  return checkState(text, name, place);
}

// Written settings to their values. The checks have passed, so all values are valid.

export function stateOf(text: string, folder: string): Settings['state'] {
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

export function originOf(url: string): string {
  const parsed = parseBaseUrl(url);
  return parsed.kind === 'url' ? parsed.origin : url;
}

export function msOf(duration: string): number {
  return present(parseDuration(duration), `the duration ${duration}`);
}

/** An empty variable counts as unset. */
export function given(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

export function progressOf(text: string): ProgressChoice {
  return present(isProgressChoice(text) ? text : null, 'how progress is shown');
}

function isProgressChoice(text: string): text is ProgressChoice {
  return (PROGRESS_CHOICES as readonly string[]).includes(text);
}
