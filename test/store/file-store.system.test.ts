import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { Journal, JournalStore } from '../../src/store/journal.ts';
import { encodeLine } from '../../src/store/line-codec.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { JournaledEvent, RunnerIdentity } from '../../src/rollout/event.ts';
import { makeFolder } from '../kit/folders.ts';

const NAME = 'camera-2.14' as RolloutName;
const ME: RunnerIdentity = { host: hostname(), pid: process.pid, startedBy: 'tester' };
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };

function storeIn(folder: string): JournalStore {
  return openFileStore(folder, clock);
}

async function opened(store: JournalStore): Promise<Journal> {
  const outcome = await store.open(NAME, ME);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

function event(seq: number): JournaledEvent {
  return { seq, at: seq, type: 'runner-stopped', why: 'interrupted', message: `event ${seq}` };
}

/** A journal of two events that nobody has open, and where it lies. */
async function closedAfterTwo() {
  const folder = makeFolder();
  const store = storeIn(folder);
  const journal = await opened(store);
  await journal.append([event(1), event(2)]);
  await journal.close();
  return { folder, store, path: join(folder, NAME, 'journal.jsonl') };
}

describe('a journal', () => {
  test('is made where there is none, and read back as it was appended', async () => {
    const store = storeIn(join(makeFolder(), 'state'));
    const journal = await opened(store);
    expect(journal.events).toEqual([]);
    await journal.append([event(1)]);
    await journal.append([event(2), event(3)]);
    await journal.close();
    const again = await opened(store);
    expect(again).toMatchObject({ events: [event(1), event(2), event(3)], tornBytes: 0 });
    await again.append([event(4)]);
    await again.close();
    expect(await store.read(NAME)).toMatchObject({
      value: { events: [1, 2, 3, 4].map(event), holder: null },
    });
  });

  test('torn at any byte is cut after its last whole line, says so, and goes on', async () => {
    const { store, path } = await closedAfterTwo();
    const whole = readFileSync(path);
    for (let length = whole.indexOf('\n') + 1; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const sound = whole.subarray(0, length).lastIndexOf('\n') + 1;
      const lines = whole.subarray(0, sound).toString().split('\n').length - 1;
      const events = [event(1), event(2)].slice(0, Math.max(0, lines - 1));
      expect(await store.read(NAME)).toMatchObject({ value: { events, tornBytes: length - sound } });
      const again = await opened(store);
      expect(again).toMatchObject({ events, tornBytes: length - sound });
      await again.append([event(events.length + 1)]);
      await again.close();
      const all = [...events, event(events.length + 1)];
      expect(await store.read(NAME)).toMatchObject({ value: { events: all, tornBytes: 0 } });
    }
  });

  test('that is damaged elsewhere is refused with the line, and left as it is', async () => {
    const { folder, store, path } = await closedAfterTwo();
    const damaged = readFileSync(path, 'utf8').replace('event 1', 'event 9');
    writeFileSync(path, damaged);
    const outcome = await store.open(NAME, ME);
    expect(outcome).toMatchObject({ kind: 'problem' });
    expect(outcome.kind === 'problem' && outcome.message).toContain(`${path}:2: the journal is damaged`);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    expect(readdirSync(join(folder, NAME))).toEqual(['journal.jsonl']);
  });

  test('in a place that cannot be written is a problem that names the place', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'state'), 'a file');
    const outcome = await storeIn(join(folder, 'state')).open(NAME, ME);
    expect(outcome.kind === 'problem' && outcome.message).toContain(join(folder, 'state', NAME));
  });

  test('that is a folder is a problem, not an empty journal', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, NAME, 'journal.jsonl'), { recursive: true });
    expect(await storeIn(folder).read(NAME)).toMatchObject({ kind: 'problem' });
    expect(await storeIn(folder).open(NAME, ME)).toMatchObject({ kind: 'problem' });
  });

  test('that a newer release wrote is refused, and is no damage', async () => {
    const folder = makeFolder();
    const store = storeIn(folder);
    await (await opened(store)).close();
    const path = join(folder, NAME, 'journal.jsonl');
    const header = { format: 'breakwater/journal', version: 2, rollout: NAME };
    writeFileSync(path, encodeLine(header, '').text);
    const outcome = await store.open(NAME, ME);
    expect(outcome).toMatchObject({ kind: 'problem', problem: 'unavailable' });
    expect(outcome.kind === 'problem' && outcome.message).toContain(`${path}:1: it has version 2`);
  });
});

describe('a runner at work takes nothing more, and keeps what was acknowledged, when', () => {
  async function atWork() {
    const folder = makeFolder();
    const store = storeIn(folder);
    const journal = await opened(store);
    await journal.append([event(1)]);
    return { folder, store, journal, path: join(folder, NAME, 'journal.jsonl') };
  }

  async function expectOver(journal: Journal, message: string): Promise<void> {
    for (let tries = 0; tries < 2; tries++) {
      const outcome = await journal.append([event(2)]);
      expect(outcome).toMatchObject({ kind: 'problem' });
      expect(outcome.kind === 'problem' && outcome.message).toContain(message);
    }
    await journal.close();
  }

  test('its journal was removed', async () => {
    const { store, journal, path } = await atWork();
    rmSync(path);
    await expectOver(journal, `${path}: the record was removed or moved during this run`);
    expect(await store.read(NAME)).toEqual({ kind: 'done', value: null });
  });

  test('its folder was removed', async () => {
    const { folder, journal, path } = await atWork();
    rmSync(join(folder, NAME), { recursive: true });
    await expectOver(journal, `${path}: the record was removed or moved during this run`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('its folder was moved away, and is there again', async () => {
    const { folder, store, journal, path } = await atWork();
    renameSync(folder, `${folder}-away`);
    await expectOver(journal, `${path}: the record was removed or moved during this run`);
    renameSync(`${folder}-away`, folder);
    expect(await store.read(NAME)).toMatchObject({ value: { events: [event(1)] } });
  });

  test('its journal was replaced by a copy', async () => {
    const { journal, path } = await atWork();
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    await expectOver(journal, 'it is another file');
  });

  test('somebody else added to its journal', async () => {
    const { journal, path } = await atWork();
    appendFileSync(path, 'more\n');
    const before = readFileSync(path, 'utf8');
    await expectOver(journal, 'something else changed the journal during this run');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('the list of rollouts', () => {
  test('names those with a journal, sorted, and nothing else', async () => {
    const folder = makeFolder();
    for (const name of ['b', 'a']) {
      const outcome = await storeIn(folder).open(name as RolloutName, ME);
      if (outcome.kind === 'done') await outcome.value.close();
    }
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'Not-A-Name'));
    expect(await storeIn(folder).list()).toEqual({ kind: 'done', value: ['a', 'b'] });
  });

  test('of a folder that is not there is empty', async () => {
    expect(await storeIn(join(makeFolder(), 'none')).list()).toEqual({ kind: 'done', value: [] });
  });
});

describe('the lock', () => {
  test('keeps a second runner out while the first lives, and names it', async () => {
    const store = storeIn(makeFolder());
    const journal = await opened(store);
    expect(await store.open(NAME, { ...ME, startedBy: 'another' })).toMatchObject({
      kind: 'held',
      holder: { host: hostname(), pid: process.pid, startedBy: 'tester' },
    });
    await journal.close();
    expect(await store.open(NAME, ME)).toMatchObject({ kind: 'done' });
  });

  test('of the first release tells too little to be taken over, and goes by an operator’s word', async () => {
    const folder = makeFolder();
    const store = storeIn(folder);
    await (await opened(store)).close();
    const lock = { startedBy: null, id: 'other', since: 1, boot: 'another', processStart: '1' };
    writeFileSync(join(folder, NAME, 'lock'), JSON.stringify({ ...lock, host: 'elsewhere', pid: 1 }));
    expect(await store.open(NAME, ME)).toMatchObject({ kind: 'held', holder: { host: 'elsewhere' } });
    expect(await store.unlock(NAME, 'other')).toMatchObject({ kind: 'done' });
    expect(await store.open(NAME, ME)).toMatchObject({ kind: 'done' });
  });

  test('that is damaged is refused by its path, and left as it is', async () => {
    const folder = makeFolder();
    await (await opened(storeIn(folder))).close();
    const path = join(folder, NAME, 'lock');
    writeFileSync(path, '{"host":');
    const outcome = await storeIn(folder).open(NAME, ME);
    expect(outcome).toMatchObject({ kind: 'problem', problem: 'damaged' });
    expect(outcome.kind === 'problem' && outcome.message).toContain(`${path}: the lock is damaged`);
    expect(readFileSync(path, 'utf8')).toBe('{"host":');
  });
});
