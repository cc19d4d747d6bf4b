/**
 * What survives. A journal is the list of a rollout's events; each append is durable before it resolves. Stores differ
 * in where they keep it (`file-store.ts`; a database later) and promise the same.
 */
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent, RunnerIdentity } from '../rollout/event.ts';

export type JournalStore = {
  /** Where it is, in words for a person: a directory's path. */
  readonly location: string;
  /** Every rollout that has a record here, by name, sorted. */
  list(): Promise<Outcome<readonly RolloutName[]>>;
  /** Reads without taking hold of it; a runner may be appending meanwhile. */
  read(name: RolloutName): Promise<Outcome<JournalReading | null>>;
  /** Takes hold of a rollout for writing; makes its record where there is none. One holder at a time. */
  open(name: RolloutName, holder: RunnerIdentity): Promise<OpenOutcome>;
};

export type JournalReading = {
  readonly events: readonly JournaledEvent[];
  /** Bytes of an append that was cut short by a crash, and was never acknowledged. */
  readonly tornBytes: number;
  /** Who holds it for writing, or `null`. */
  readonly holder: Holder | null;
};

export type Journal = {
  /** As they stood when it was opened. */
  readonly events: readonly JournaledEvent[];
  /** Bytes of a torn last line that opening has cut off. */
  readonly tornBytes: number;
  /** Resolves once the events are durable, all or none of them. After a failure nothing more can be appended. */
  append(events: readonly JournaledEvent[]): Promise<Outcome<null>>;
  /** Lets go of it. */
  close(): Promise<void>;
};

export type Holder = RunnerIdentity & { readonly id: string; readonly since: number };

export type OpenOutcome =
  | { readonly kind: 'done'; readonly value: Journal }
  | { readonly kind: 'held'; readonly holder: Holder | null; readonly lockPath: string }
  | JournalProblem;

export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | JournalProblem;

/** The record cannot be read or written. `message` is a sentence that names the file and, for damage, the line. */
export type JournalProblem = { readonly kind: 'problem'; readonly message: string };
