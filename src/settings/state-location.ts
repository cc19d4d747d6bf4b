/** The place of records, as in `--state`, BREAKWATER_STATE and `state`: a folder or the URL of a database. */
import { resolve, sep } from 'node:path';
import { isDatabaseUrl, parseDatabaseUrl, showDatabaseUrl } from '../store/postgres/database-url.ts';
import type { StateLocation } from './settings.ts';

export type ParsedState =
  | { readonly kind: 'state'; readonly state: StateLocation; readonly hasPassword: boolean }
  /** `reason` is the rest of a sentence that begins with "it". It never repeats a possible password. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A folder is relative to `folder`, which is absolute. */
export function parseState(text: string, folder: string): ParsedState {
  const misread = MISREAD.find(({ is }) => is.test(text));
  if (misread !== undefined) return { kind: 'refused', reason: misread.reason };
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
    return { kind: 'refused', reason: `is a URL of ${scheme}; expected a folder or a \`postgres://\` URL` };
  }
  const reason = faultOfFolder(text) ?? faultOfFolder(decodeLeniently(text));
  if (reason !== null) return { kind: 'refused', reason };
  return { kind: 'state', state: { kind: 'files', directory: resolve(folder, text) }, hasPassword: false };
}

type Shape = { readonly is: RegExp; readonly reason: string };

/** Forms that are never a valid place. */
const MISREAD: readonly Shape[] = [
  { is: /^\s*$/, reason: 'is empty' },
  { is: /[\u0000-\u001f\u007f]/, reason: 'contains a line break or another control character' },
  { is: /^\s|\s$/, reason: 'begins or ends with a space' },
  {
    is: /^["'`“”„‘’«»]|["'`“”„‘’«»]$/,
    reason: 'has quotes in its value; remove them, because only a shell or YAML needs quotes',
  },
];

const HOLDS_VARIABLE = 'contains a variable or a placeholder that was not replaced; write the value itself';
const IS_DATABASE = 'looks like a database, but is not a `postgres://` URL';
const IS_URL = 'is a URL; expected a folder or a `postgres://` URL';

/**
 * Breakwater would silently create a folder with such a name, and start the rollout again in it. So only an unambiguous name
 * is a folder. Most other names become a folder with `./` before them.
 */
const NO_FOLDER: readonly Shape[] = [
  {
    is: /\$|[{}<>]|%[A-Za-z_]\w*%|![A-Za-z_]\w*!|^__.+__$|^@@?.+@@?$|^!|\[\[|\]\]|\[%|%\]/,
    reason: HOLDS_VARIABLE,
  },
  {
    is: /^(?:null|undefined|none|nil|nan|\*+|\[?(?:masked|redacted)\]?|\(null\)|\[object object\])$/i,
    reason: 'is the output of a program that has no value; if a folder has this name, write `./` before it',
  },
  ...(sep === '/'
    ? [{ is: /\\/, reason: 'contains a backslash, which separates folders only on Windows; write `/`' }]
    : []),
  { is: /^~/, reason: 'begins with `~`, which only a shell replaces; write the whole path' },
  { is: /^-/, reason: 'begins with `-` like a flag; if a folder has this name, write `./` before it' },
  {
    is: /^git$/i,
    reason: 'is `git`, but Breakwater does not keep records in git; if a folder has this name, write `./git`',
  },
  { is: /:\/\//, reason: IS_URL },
  // `user:password@host`, anywhere in the text.
  { is: /[^/\\\s:@]*:[^/\\\s@]*@/, reason: IS_DATABASE },
  {
    is: /(?:^|[\s;,&?])(?:host|hostaddr|hostname|server|data source|address|addr|port|db|dbname|database|initial catalog|user|username|user id|uid|password|pwd|passfile|sslmode|ssl mode|service)\s*=/i,
    reason: IS_DATABASE,
  },
];

/** Forms that are allowed in a path that begins with `/`, `./` or `../`, but not in a bare name. */
const NO_BARE_NAME: readonly Shape[] = [
  {
    is: /^(?:postgres|postgresql|pgsql|mysql|mariadb|sqlite|jdbc|redis|mongodb)(?:;|\/\/|\\\\)/i,
    reason: IS_DATABASE,
  },
  { is: /@/, reason: `${IS_DATABASE}; if a folder has this name, write \`./\` before it` },
  {
    is: /^[A-Za-z][A-Za-z0-9+.-]+:/,
    reason: `is a URL or a host with a port; if a folder has this name, write \`./\` before it`,
  },
  { is: /^[^/]*:\d{1,5}(?:\/|$)/, reason: IS_DATABASE },
  {
    is: /^[\w.-]+\s*=/,
    reason: 'looks like an assignment; write only the value, or write `./` before the name of a folder',
  },
];

function faultOfFolder(text: string): string | null {
  const isPath = /^(?:\/(?!\/)|\.{1,2}(?:[/\\]|$)|[A-Za-z]:[/\\])/.test(text);
  const shapes = isPath ? NO_FOLDER : [...NO_FOLDER, ...NO_BARE_NAME];
  return shapes.find(({ is }) => is.test(text))?.reason ?? null;
}

/** Decodes the text, to also detect a URL that was encoded twice. */
function decodeLeniently(text: string): string {
  return text.replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

/** The place for people and for `--state`: the path of a folder, or a URL without its password. */
export function nameState(state: StateLocation): string {
  switch (state.kind) {
    case 'files':
      return state.directory;
    case 'postgres':
      return showDatabaseUrl(state.url);
  }
}
