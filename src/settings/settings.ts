/** Settings with every default applied: what the rest of Breakwater gets to see of them. */

export type ProgressChoice = 'auto' | 'live' | 'plain' | 'json';

export type Settings = {
  /** Scheme, host and port in place of the region's own; `null` for the region's own. */
  readonly apiUrl: string | null;
  /** An absolute path. */
  readonly stateDirectory: string;
  readonly progress: ProgressChoice;
  readonly polling: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly apiOutageMs: number;
};

/** What holds where nobody says otherwise. */
export const SETTINGS_DEFAULTS = {
  state: '.breakwater',
  progress: 'auto',
  minIntervalMs: 2_000,
  maxIntervalMs: 300_000,
  apiOutageMs: 900_000,
} as const;
