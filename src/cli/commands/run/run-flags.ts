/** What the command line gives to `run`. */
import type { ProgressChoice } from '../../../settings/settings.ts';

export type RunFlags = {
  readonly path: string;
  readonly yes: boolean;
  /** A scenario's path, `true` for the default one, `null` for the real API. */
  readonly simulate: string | true | null;
  readonly speed: number;
  readonly progress: ProgressChoice | null;
  readonly state: string | null;
  readonly color: boolean;
};
