/** A record whose files are empty, cut, or something else than files: an error each, never an empty record, never a wait. */
import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { Journal, JournalStore } from '../../src/store/journal.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { makeFolder } from '../kit/folders.ts';
import { order } from '../kit/orders.ts';

const NAME = 'camera-2.14' as RolloutName;
const ME = { host: hostname(), pid: process.pid, startedBy: null };
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };
const EVENT: JournaledEvent = { seq: 1, at: 1, type: 'runner-stopped', why: 'interrupted', message: 'one' };

type OddKind = 'a folder' | 'a pipe' | 'a broken link';

const ODD: Readonly<Record<OddKind, (path: string) => void>> = {
  'a folder': (path) => {
    mkdirSync(path);
  },
  'a pipe': (path) => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
  },
  'a broken link': (path) => {
    symlinkSync('nowhere', path);
  },
};
const KINDS = Object.keys(ODD) as readonly OddKind[];

async function opened(store: JournalStore): Promise<Journal> {
  const outcome = await store.open(NAME, ME);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

/** One event, and an order that waits. */
async function recorded(): Promise<{ store: JournalStore; folder: string; journal: string }> {
  const state = makeFolder();
  const store = openFileStore(state, clock);
  const journal = await opened(store);
  await journal.append([EVENT]);
  await journal.close();
  await store.enqueueOrder(NAME, order('pause'));
  const folder = join(state, NAME);
  return { store, folder, journal: join(folder, 'journal.jsonl') };
}

async function expectProblem(store: JournalStore, words: string): Promise<void> {
  for (const outcome of [await store.read(NAME), await store.open(NAME, ME)]) {
    expect(outcome).toMatchObject({ kind: 'problem', problem: 'damaged' });
    expect(outcome.kind === 'problem' && outcome.message).toContain(words);
  }
}

test('a journal that is empty, or cut anywhere in its first line, is damaged and left as it is', async () => {
  const { store, journal } = await recorded();
  const whole = readFileSync(journal);
  for (let length = 0; length <= whole.indexOf('\n'); length += 7) {
    writeFileSync(journal, whole.subarray(0, length));
    await expectProblem(
      store,
      `${journal}:1: the journal is damaged: ${length === 0 ? 'the file is empty' : 'its first line is incomplete'}`,
    );
    expect(readFileSync(journal)).toEqual(whole.subarray(0, length));
  }
});

test.each([
  'journal.1.jsonl',
  'journal.jsonl.bak',
  'old-journal.jsonl',
  'Journal (1).jsonl',
  '.journal.jsonl.swp',
])('a journal that is missing beside %s is damage, and none is begun', async (name) => {
  const { store, folder, journal } = await recorded();
  rmSync(join(folder, 'orders'), { recursive: true });
  renameSync(journal, join(folder, name));
  await expectProblem(store, `${journal}: the journal is missing, but ${name} exists`);
  expect(readdirSync(folder)).toEqual([name]);
});

test('a journal that is missing beside orders left for its rollout is damage, and none is begun', async () => {
  const { store, folder, journal } = await recorded();
  rmSync(journal);
  await expectProblem(store, `${journal}: the journal is missing, but orders exists`);
  expect(readdirSync(folder)).toEqual(['orders']);
});

test.each([
  [
    'of a name that no order has',
    (folder: string, name: string) => [join(folder, 'orders', name), join(folder, 'orders', `${name}.bak`)],
  ],
  ['in a folder of another name', (folder: string) => [join(folder, 'orders'), join(folder, 'orders.bak')]],
] as const)('an order %s may be an abort, and is an error', async (_, renamed) => {
  const { store, folder } = await recorded();
  const [name = ''] = readdirSync(join(folder, 'orders'));
  const [from = '', to = ''] = renamed(folder, name);
  renameSync(from, to);
  const journal = await opened(store);
  for (const outcome of [await store.read(NAME), await journal.orders()]) {
    expect(outcome).toMatchObject({ kind: 'problem', problem: 'damaged' });
    expect(outcome.kind === 'problem' && outcome.message).toContain(`${to}: not a valid name for an order`);
  }
  await journal.close();
});

test('what a run leaves that was killed while it began a journal, or set one aside, is swept up', async () => {
  const { store, folder, journal } = await recorded();
  writeFileSync(join(folder, '.0b1c4f10-7a63-4d29-9a5e-2f0d9f3c1a77.journal.jsonl'), '{"form');
  linkSync(journal, join(folder, 'journal.1.jsonl'));
  const again = await opened(store);
  expect(again.events).toEqual([EVENT]);
  expect(readdirSync(folder).sort()).toEqual(['journal.jsonl', 'lock', 'orders']);
  await again.close();
});

describe.each(KINDS)('%s', (kind) => {
  test.each(['journal.jsonl', 'lock'])(
    'in place of the file %s is an error, and is not waited for',
    async (name) => {
      const { store, folder } = await recorded();
      rmSync(join(folder, name), { force: true });
      ODD[kind](join(folder, name));
      await expectProblem(store, `${join(folder, name)}: expected a file of the record, found ${kind}`);
    },
  );

  test('in place of an order is an error, and is not passed over', async () => {
    const { store, folder } = await recorded();
    const [name = ''] = readdirSync(join(folder, 'orders'));
    rmSync(join(folder, 'orders', name));
    ODD[kind](join(folder, 'orders', name));
    const reading = await store.read(NAME);
    expect(reading.kind === 'problem' && reading.message).toContain(`found ${kind}`);
  });

  test('in place of the records of uploads is an error', async () => {
    const { store, folder } = await recorded();
    ODD[kind](join(folder, '..', 'artifacts.json'));
    expect(await store.readArtifacts()).toMatchObject({ kind: 'problem', problem: 'damaged' });
  });
});

test.each(['a pipe', 'a broken link'] as const)(
  '%s in place of the folder of orders is an error, and not an inbox without orders',
  async (kind) => {
    const { store, folder } = await recorded();
    rmSync(join(folder, 'orders'), { recursive: true });
    ODD[kind](join(folder, 'orders'));
    const reading = await store.read(NAME);
    expect(reading.kind === 'problem' && reading.message).toContain('expected a folder of the record');
  },
);

test.each(['', '{"for'])('an order, a lock or records of uploads that hold %j are damaged', async (text) => {
  const { store, folder } = await recorded();
  const [name = ''] = readdirSync(join(folder, 'orders'));
  writeFileSync(join(folder, 'orders', name), text);
  expect(await store.read(NAME)).toMatchObject({ kind: 'problem', problem: 'damaged' });
  rmSync(join(folder, 'orders', name));
  writeFileSync(join(folder, 'lock'), text);
  expect(await store.read(NAME)).toMatchObject({ kind: 'problem', problem: 'damaged' });
  writeFileSync(join(folder, '..', 'artifacts.json'), text);
  expect(await store.readArtifacts()).toMatchObject({ kind: 'problem', problem: 'damaged' });
});
