/** What settings are written as, to what they mean. The checks have let only such through as can be read. */
import { parseBaseUrl } from '../backend/allxon/base-url.ts';
import { present } from '../base/assert.ts';
import { parseDuration } from '../base/duration.ts';
import type { SettingsDocument } from '../document/generated/settings.d.ts';
import { SETTINGS_DEFAULTS } from './settings.ts';
import type { ProgressChoice, Settings } from './settings.ts';
import { parseState } from './state-location.ts';

export const PROGRESS_CHOICES: readonly ProgressChoice[] = ['auto', 'live', 'plain', 'json'];

export function stateOf(text: string, folder: string): Settings['state'] {
  const parsed = parseState(text, folder);
  return present(parsed.kind === 'state' ? parsed.state : null, 'the place of the record');
}

export function pollingOf({ polling = {} }: SettingsDocument): Settings['polling'] {
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

/** An empty variable is an unset one. */
export function given(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

export function progressOf(text: string): ProgressChoice {
  return present(isProgressChoice(text) ? text : null, 'how progress is shown');
}

export function isProgressChoice(text: string): text is ProgressChoice {
  return (PROGRESS_CHOICES as readonly string[]).includes(text);
}
