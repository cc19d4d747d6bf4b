import type { Uses } from './check-settings.ts';
import type { SavedPlanDocument } from '../document/generated/saved-plan.d.ts';

/** As in a saved plan. */
export type SavedState = NonNullable<SavedPlanDocument['state']>;

export type SettingsSources = {
  /** As the user typed it. The search for a settings file starts in its folder; `null`: in the current folder. */
  readonly planPath: string | null;
  /** `--allow-outside`; without it, a plan's settings file must be in the plan's repository. */
  readonly allowOutside: boolean;
  /** An absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: { readonly state: string | null; readonly progress: ProgressChoice | null };
  readonly uses: Uses;
  /** The place of the record in a saved plan; `null` if there is none. */
  readonly saved?: SavedState | null;
};

export const PROGRESS_CHOICES = ['auto', 'live', 'plain', 'json'] as const;

export type ProgressChoice = (typeof PROGRESS_CHOICES)[number];

/** The place of the records of rollouts. */
export type StateLocation =
  /** `directory` is an absolute path. */
  | { readonly kind: 'files'; readonly directory: string }
  /** `url` may contain a password, and is never shown. */
  | { readonly kind: 'postgres'; readonly url: string };

/** The command that prints the API key. */
export type CredentialsCommand = {
  /** The program and its arguments. */
  readonly run: readonly string[];
  readonly timeoutMs: number;
  /** The working folder of the command, an absolute path. */
  readonly folder: string;
  /** The settings file, as the user would type its path. */
  readonly path: string;
};

/** Settings with every default applied, as the rest of Breakwater uses them. */
export type Settings = {
  /** Scheme, host and port; `null` for those of the region. */
  readonly apiUrl: string | null;
  readonly state: StateLocation;
  readonly stateFrom: SettingOrigin;
  readonly progress: ProgressChoice;
  readonly polling: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly apiOutageMs: number;
  /** `null` if the API key comes only from the environment. */
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

/** The defaults. */
export const SETTINGS_DEFAULTS = {
  state: '.breakwater',
  progress: 'auto',
  minIntervalMs: 2_000,
  maxIntervalMs: 300_000,
  apiOutageMs: 900_000,
  credentialsTimeoutMs: 30_000,
} as const;
