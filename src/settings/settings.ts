import type { Uses } from './check-settings.ts';
import type { SavedPlanDocument } from '../document/generated/saved-plan.d.ts';

/** As a saved plan carries it. */
export type SavedState = NonNullable<SavedPlanDocument['state']>;

export type SettingsSources = {
  /** As the user typed it; the settings file is looked for from its folder. `null`: from the current one. */
  readonly planPath: string | null;
  /** `--allow-outside`; without it, a plan's settings file must be in the plan's repository. */
  readonly allowOutside: boolean;
  /** An absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: { readonly state: string | null; readonly progress: ProgressChoice | null };
  readonly uses: Uses;
  /** What a saved plan carries of the place that its plan had; `null` unless given. */
  readonly saved?: SavedState | null;
};

export const PROGRESS_CHOICES = ['auto', 'live', 'plain', 'json'] as const;

export type ProgressChoice = (typeof PROGRESS_CHOICES)[number];

/** Where rollouts are kept on record. */
export type StateLocation =
  /** `directory` is an absolute path. */
  | { readonly kind: 'files'; readonly directory: string }
  /** `url` may hold a password, and is never shown. */
  | { readonly kind: 'postgres'; readonly url: string };

/** What prints the API key. */
export type CredentialsCommand = {
  /** The program and its arguments. */
  readonly run: readonly string[];
  readonly timeoutMs: number;
  /** An absolute path: where it is started. */
  readonly folder: string;
  /** The file that it stands in, as the user would type it. */
  readonly path: string;
};

/** Settings with every default applied: what the rest of Breakwater gets to see of them. */
export type Settings = {
  /** Scheme, host and port in place of the region's own; `null` for the region's own. */
  readonly apiUrl: string | null;
  readonly state: StateLocation;
  readonly stateFrom: SettingOrigin;
  readonly progress: ProgressChoice;
  readonly polling: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly apiOutageMs: number;
  /** `null` where the API key comes from the environment alone. */
  readonly credentials: CredentialsCommand | null;
};

/** Where a setting's value came from. */
export type SettingOrigin =
  | { readonly kind: 'flag' | 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  /** A saved plan. */
  | { readonly kind: 'plan'; readonly path: string }
  | { readonly kind: 'default' };

export type Sourced<T> = { readonly value: T; readonly from: SettingOrigin };

export type SourcedSettings = {
  readonly apiUrl: Sourced<string | null>;
  readonly state: Sourced<StateLocation>;
  readonly progress: Sourced<ProgressChoice>;
  readonly minIntervalMs: Sourced<number>;
  readonly maxIntervalMs: Sourced<number>;
  readonly apiOutageMs: Sourced<number>;
  readonly credentialsCommand: Sourced<readonly string[] | null>;
  readonly credentialsTimeoutMs: Sourced<number>;
};

/** What holds where nobody says otherwise. */
export const SETTINGS_DEFAULTS = {
  state: '.breakwater',
  progress: 'auto',
  minIntervalMs: 2_000,
  maxIntervalMs: 300_000,
  apiOutageMs: 900_000,
  credentialsTimeoutMs: 30_000,
} as const;
