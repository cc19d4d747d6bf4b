/** Stores in the tests' database, and short words for what tests do with any store. */
import { hostname } from 'node:os';
import { onTestFinished } from 'vitest';
import type { Journal, JournalProblem, JournalStore, OpenOutcome, Outcome } from '../../src/store/journal.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { PostgresStoreOptions } from '../../src/store/postgres/postgres-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { JournaledEvent, RunnerIdentity } from '../../src/rollout/event.ts';
import type { Order } from '../../src/rollout/order.ts';

export const NAME = 'camera-2.14' as RolloutName;
export const ME: RunnerIdentity = { host: hostname(), pid: process.pid, startedBy: 'tester' };
export const NOW = 1_795_399_200_000;
export const clock = { now: () => NOW, sleepUntil: () => Promise.resolve() };

/** Until the test is over. */
export async function storeAt(
  url: string,
  limits: PostgresStoreOptions['limits'] = {},
): Promise<JournalStore> {
  const store = valueOf(await openPostgresStore({ url, clock, limits }));
  onTestFinished(() => store.close());
  return store;
}

export async function held(store: JournalStore, name = NAME): Promise<Journal> {
  const journal = valueOf<Journal>(await store.open(name, ME));
  onTestFinished(() => journal.close());
  return journal;
}

/** As soon as it is free: the server needs a moment to notice that a session has ended. */
export async function heldAtLast(where: string | JournalStore): Promise<Journal> {
  const store = typeof where === 'string' ? await storeAt(where) : where;
  for (;;) {
    const outcome = await store.open(NAME, ME);
    if (outcome.kind === 'held') continue;
    const journal = valueOf<Journal>(outcome);
    onTestFinished(() => journal.close());
    return journal;
  }
}

export function event(seq: number): JournaledEvent {
  return { seq, at: seq, type: 'runner-stopped', why: 'interrupted', message: `event ${seq}: 台北` };
}

export function order(id: string): Order {
  return { id, kind: 'pause', by: 'tester', host: 'here', givenAt: NOW, reason: 'because' };
}

export function valueOf<T>(outcome: Outcome<T> | OpenOutcome): T {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.value as T;
}

export function problemOf(outcome: { readonly kind: string }): JournalProblem {
  if (outcome.kind !== 'problem') throw new Error(`no problem: ${JSON.stringify(outcome)}`);
  return outcome as JournalProblem;
}
