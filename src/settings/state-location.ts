/** Where rollouts are kept on record, as `--state`, BREAKWATER_STATE and `state` take it: a folder or a database's URL. */
import { resolve } from 'node:path';
import { isDatabaseUrl, parseDatabaseUrl, showDatabaseUrl } from '../journal/postgres/database-url.ts';
import type { StateLocation } from './settings.ts';

export type ParsedState =
  | { readonly kind: 'state'; readonly state: StateLocation; readonly hasPassword: boolean }
  /** `reason` is the rest of a sentence that begins with "it". It repeats nothing that could be a password. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A folder is relative to `folder`, which is absolute. */
export function parseState(text: string, folder: string): ParsedState {
  if (text.trim() === '') return { kind: 'refused', reason: 'is empty' };
  if (isDatabaseUrl(text)) {
    const parsed = parseDatabaseUrl(text);
    if (parsed.kind === 'refused') return parsed;
    return {
      kind: 'state',
      state: { kind: 'postgres', url: text },
      hasPassword: parsed.url.password !== null,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):\/\//i.exec(text)?.[1];
  if (scheme !== undefined) {
    return { kind: 'refused', reason: `is a URL of ${scheme}, which rollouts cannot be kept in` };
  }
  return { kind: 'state', state: { kind: 'files', directory: resolve(folder, text) }, hasPassword: false };
}

/** For a person, and to be given to `--state` again: a folder's path, or a URL without its password. */
export function nameState(state: StateLocation): string {
  switch (state.kind) {
    case 'files':
      return state.directory;
    case 'postgres':
      return showDatabaseUrl(state.url);
  }
}
