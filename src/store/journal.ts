/**
 * What survives. A journal is the list of a rollout's events; each append is durable before it resolves. Stores differ
 * in where they keep it (`file-store.ts`: a folder; `postgres-store.ts`: a database) and promise the same, which
 * `test/store/contract.ts` holds all of them to.
 */
import type { ArtifactRecord } from '../plan/artifact-record.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent, LockOwner, RunnerIdentity } from '../rollout/event.ts';
import type { Order } from '../rollout/order.ts';

export type JournalStore = {
  /** Where it is, in words for a person, and as `--state` takes it: a directory's path, or a URL without its password. */
  readonly location: string;
  /** Every rollout that has a record here, by name, sorted. */
  list(): Promise<Outcome<readonly RolloutName[]>>;
  /** Reads without taking hold of it; a runner may be appending meanwhile. */
  read(name: RolloutName): Promise<Outcome<JournalReading | null>>;
  /** The events of each record that was set aside under the name, the oldest record first. */
  readArchived(name: RolloutName): Promise<Outcome<readonly (readonly JournaledEvent[])[]>>;
  /** Takes hold of a rollout for writing; makes its record where there is none. One holder at a time. */
  open(name: RolloutName, holder: RunnerIdentity): Promise<OpenOutcome>;
  /** Leaves an order for whoever holds the rollout, or will. Durable once it resolves. */
  enqueueOrder(name: RolloutName, order: Order): Promise<Outcome<null>>;
  /**
   * Runs `work` while nobody else's runs in this store: for looking at all rollouts before one more is started. It is
   * short; others wait for it.
   */
  exclusively<T>(work: () => Promise<T>): Promise<Outcome<T>>;
  /** Ends a hold by force: that of the holder with this id, and of no other. It can append nothing more. */
  unlock(name: RolloutName, holderId: string): Promise<UnlockOutcome>;
  /** What was uploaded, the oldest first. */
  readArtifacts(): Promise<Outcome<readonly ArtifactRecord[]>>;
  /** Puts an upload on record, or what has become of it, known by its `id`. Durable once it resolves. */
  putArtifact(record: ArtifactRecord): Promise<Outcome<null>>;
  /** Why a record is damaged, as a whole sentence that says where: `line` is counted from 1, and `reason` is a clause. */
  describeDamage(name: RolloutName, line: number, reason: string): string;
  /** Lets go of what the store itself keeps open. */
  close(): Promise<void>;
};

export type JournalReading = {
  readonly events: readonly JournaledEvent[];
  /** Bytes of an append that was cut short by a crash, and was never acknowledged. */
  readonly tornBytes: number;
  /** Who holds it for writing, or `null`. */
  readonly holder: LockOwner | null;
  /** Not taken up yet, the oldest first. */
  readonly orders: readonly Order[];
  /** Ids of holds that nobody has let go of, and whose processes have certainly ended. */
  readonly gone: readonly string[];
};

export type Journal = {
  /** Of this hold. */
  readonly id: string;
  /** Ids of the holds before it that nobody had let go of, and whose processes have certainly ended. */
  readonly gone: readonly string[];
  /** As they stood when it was opened. */
  readonly events: readonly JournaledEvent[];
  /** Bytes of a torn last line that opening has cut off. */
  readonly tornBytes: number;
  /** Resolves once the events are durable, all or none of them. After a failure nothing more can be appended. */
  append(events: readonly JournaledEvent[]): Promise<Outcome<null>>;
  /** Whether it is still held, as far as the store knows now: asked before what cannot be taken back. */
  verifyHold(): Promise<Outcome<null>>;
  /** Orders that have been left and not been dropped, the oldest first. */
  orders(): Promise<Outcome<readonly Order[]>>;
  /** To be called once what the order led to is on record. One that is gone already is no problem. */
  dropOrder(id: string): Promise<Outcome<null>>;
  /** Sets the record aside, for good and readable, and starts an empty one under the same name. */
  archive(): Promise<Outcome<null>>;
  /** The calls that runners of this store make with one API key, counted together; `null` where nothing is shared. */
  readonly sharedCalls: ((apiKey: string) => Promise<Outcome<SharedCalls>>) | null;
  /** Lets go of it. */
  close(): Promise<void>;
};

/**
 * One API key's budget, shared by runners on many machines. All times are epoch milliseconds by the API server's clock,
 * so that runners whose clocks differ speak of the same moments.
 */
export type SharedCalls = {
  /** Takes one call out of the budget before it is made. */
  take(now: number): Promise<Outcome<CallGrant>>;
  /** Gives back a call that has been answered or has failed, with what its answer told of the budget. */
  settle(told: ToldBudget, now: number): Promise<Outcome<null>>;
};

export type CallGrant =
  /** `sharers`: how many live runners share the budget, this one included. */
  | { readonly kind: 'granted'; readonly sharers: number }
  | { readonly kind: 'wait'; readonly until: number; readonly sharers: number };

/** What an answer told; `null` for what it did not. */
export type ToldBudget = {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: number | null;
  readonly blockedUntil: number | null;
};

export type OpenOutcome =
  | { readonly kind: 'done'; readonly value: Journal }
  /** `holder` is `null` while another is just taking hold. */
  | { readonly kind: 'held'; readonly holder: LockOwner | null }
  | JournalProblem;

export type UnlockOutcome =
  | { readonly kind: 'done'; readonly holder: LockOwner }
  /** Nobody holds it, or somebody else does. */
  | { readonly kind: 'not-held-by'; readonly holder: LockOwner | null }
  /** The holder is certainly alive on this machine: stop it instead. */
  | { readonly kind: 'alive'; readonly holder: LockOwner }
  | JournalProblem;

export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | JournalProblem;

export type JournalProblem = {
  readonly kind: 'problem';
  /**
   * `lost`: this runner no longer holds the rollout (it was unlocked, or its lease ran out), and somebody else may.
   * `unavailable`: the record cannot be read or written now.
   * `damaged`: the record was changed by something else than Breakwater.
   */
  readonly problem: 'lost' | 'unavailable' | 'damaged';
  /** A sentence that names the file or the database and, for damage, the line. */
  readonly message: string;
};

// What went wrong with a record: thrown within the file store, and turned into an outcome where it leaves the store.

export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly problem: JournalProblem['problem'];

  constructor(problem: JournalProblem['problem'], message: string) {
    super(message);
    this.problem = problem;
  }
}

/** Runs `work` and turns what is wrong, by our word or by the system's, into a problem that names the path. */
export async function outcomeOf<T>(path: string, work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return problemOf(path, error);
  }
}

function problemOf(path: string, error: unknown): JournalProblem {
  if (error instanceof Trouble) return { kind: 'problem', problem: error.problem, message: error.message };
  if (!(error instanceof Error) || codeOf(error) === null) throw error;
  return {
    kind: 'problem',
    problem: 'unavailable',
    message: `${path}: the rollout's record cannot be read or written: ${error.message}`,
  };
}

/** The system's name of what went wrong, such as `ENOENT`; `null` for anything else than the system's word. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : null;
}

/** `work`'s value, or `null` where what it works on is not there. */
export function ifThere<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
