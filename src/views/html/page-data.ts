/**
 * What the HTML report's page is given of the rollout, in columns: a hundred thousand devices are then a few long strings
 * and arrays of numbers, which a browser reads in one go.
 *
 * Devices are numbered in the plan's order, attempts in the order of the deployments and, within one, of its devices. An
 * attempt is a device in a deployment. All text from outside has been made printable.
 */
export type PageData = {
  readonly waves: readonly PageWave[];
  /** A line each; a serial holds no line break. */
  readonly serials: string;
  readonly deployments: readonly PageDeployment[];
  /** Epoch milliseconds, rising; what happened when is told by a number into this. */
  readonly moments: readonly number[];
  readonly attempts: PageAttempts;
  readonly reasons: readonly string[];
};

export type PageWave = { readonly name: string; readonly devices: number };

export type PageDeployment = {
  readonly key: string;
  /** Counted from 0. */
  readonly wave: number;
  /** First device and how many, again and again. */
  readonly runs: readonly number[];
  readonly id: string | null;
  readonly requestId: string | null;
  /** Epoch milliseconds. */
  readonly postedAt: number;
  readonly acceptedAt: number | null;
  readonly deadlineAt: number | null;
  /** What became of the call, in a word. */
  readonly call: string;
  /** What there is to say about the call; `null` for nothing. */
  readonly note: string | null;
};

/** `NONE` in place of a moment: it has not happened. */
export const NONE = -1;

export type PageAttempts = {
  /** A digit each: the number of the device status in `DEVICE_STATUSES`. */
  readonly deviceStatuses: string;
  /** When the API first listed it as in progress. */
  readonly seen: readonly number[];
  /** When it ended in its outcome. */
  readonly ended: readonly number[];
  /** Which were left to a retry, and whose failure was acknowledged. */
  readonly superseded: readonly number[];
  readonly acknowledged: readonly number[];
  /** Which attempt, its number in `reasons`: why it was rejected, or what the API said last of it. */
  readonly reasons: readonly (readonly [number, number])[];
  /** Which attempt, what the API said when it counted no more, and when. */
  readonly late: readonly (readonly [number, 'success' | 'failed', number])[];
};
