/** What the parts of the contract share. */
import { expect } from 'vitest';
import type { Journal, JournalStore } from '../../../src/store/journal.ts';
import type { RolloutName } from '../../../src/plan/identifiers.ts';
import type { JournaledEvent, LockOwner, RunnerIdentity } from '../../../src/rollout/event.ts';

type ContractWorld = {
  /** Two handles on one place, in which nothing is on record. */
  readonly first: JournalStore;
  readonly second: JournalStore;
  /** The runner with the second handle dies without a word; resolves once that can be told. */
  readonly killSecond: () => Promise<void>;
};

export type OpenWorld = () => Promise<ContractWorld>;

export const NAME = 'camera-2.14' as RolloutName;
export const OTHER = 'kiosk-118' as RolloutName;
export const ANA: RunnerIdentity = { host: 'build-1', pid: 4711, startedBy: 'ana' };
export const BEN: RunnerIdentity = { host: 'build-2', pid: 4712, startedBy: null };

export async function opened(store: JournalStore, runner = ANA, name = NAME): Promise<Journal> {
  const outcome = await store.open(name, runner);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

export async function append(journal: Journal, ...events: readonly JournaledEvent[]): Promise<void> {
  expect(await journal.append(events)).toEqual({ kind: 'done', value: null });
}

export async function eventsOf(store: JournalStore): Promise<readonly JournaledEvent[]> {
  const outcome = await store.read(NAME);
  if (outcome.kind !== 'done' || outcome.value === null) throw new Error(JSON.stringify(outcome));
  return outcome.value.events;
}

export async function readHolder(store: JournalStore): Promise<LockOwner | null> {
  const outcome = await store.read(NAME);
  if (outcome.kind !== 'done' || outcome.value === null) throw new Error(JSON.stringify(outcome));
  return outcome.value.holder;
}

export async function holderIn(store: JournalStore): Promise<LockOwner> {
  const holder = await readHolder(store);
  if (holder === null) throw new Error('nobody holds it');
  return holder;
}

export function event(seq: number, message = `event ${seq}`): JournaledEvent {
  return { seq, at: 1_795_399_200_000 + seq, type: 'runner-stopped', why: 'interrupted', message };
}
