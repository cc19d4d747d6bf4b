import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/journal/file-store.ts';
import type { Journal, JournalStore } from '../../src/journal/journal.ts';
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

  test('with a torn last line is cut there, says so, and goes on', async () => {
    const folder = makeFolder();
    const store = storeIn(folder);
    const journal = await opened(store);
    await journal.append([event(1)]);
    await journal.close();
    appendFileSync(join(folder, NAME, 'journal.jsonl'), '{"seq":2,"at":2,"ty');
    expect(await store.read(NAME)).toMatchObject({ value: { events: [event(1)], tornBytes: 19 } });
    const again = await opened(store);
    expect(again).toMatchObject({ events: [event(1)], tornBytes: 19 });
    await again.append([event(2)]);
    await again.close();
    expect(await store.read(NAME)).toMatchObject({ value: { events: [event(1), event(2)], tornBytes: 0 } });
  });

  test('that is damaged elsewhere is refused with the line, and left as it is', async () => {
    const folder = makeFolder();
    const store = storeIn(folder);
    const journal = await opened(store);
    await journal.append([event(1), event(2)]);
    await journal.close();
    const path = join(folder, NAME, 'journal.jsonl');
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

  test('that cannot grow takes nothing more, and keeps what was acknowledged', () => {
    const folder = makeFolder();
    const script = `
      import { openFileStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/journal/file-store.ts'))};
      const opened = await openFileStore(${JSON.stringify(folder)}, { now: () => 1 }).open('full', { host: 'h', pid: process.pid, startedBy: null });
      const event = (seq, message) => ({ seq, at: seq, type: 'runner-stopped', why: 'interrupted', message });
      const outcomes = [];
      outcomes.push((await opened.value.append([event(1, 'fits')])).kind);
      outcomes.push((await opened.value.append([event(2, 'x'.repeat(100_000))])).kind);
      outcomes.push((await opened.value.append([event(2, 'after')])).kind);
      await opened.value.close();
      console.log(JSON.stringify(outcomes));`;
    writeFileSync(join(folder, 'script.mts'), script);
    // The shell's own limit on the size of a file stands in for a full disk.
    const run = spawnSync(
      'bash',
      [
        '-c',
        'trap "" XFSZ; ulimit -f 16; exec "$0" --import tsx "$1"',
        process.execPath,
        join(folder, 'script.mts'),
      ],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(['done', 'problem', 'problem']);
    const text = readFileSync(join(folder, 'full', 'journal.jsonl'), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text.endsWith('\n')).toBe(true);
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
    expect(await store.open(NAME, ME)).toMatchObject({
      kind: 'held',
      holder: { pid: process.pid, startedBy: 'tester' },
    });
    expect(await store.read(NAME)).toMatchObject({ value: { holder: { pid: process.pid } } });
    await journal.close();
    expect(await store.open(NAME, ME)).toMatchObject({ kind: 'done' });
  });

  test('of a process that is gone is taken over', async () => {
    const folder = makeFolder();
    const store = storeIn(folder);
    const gone = spawnSync(process.execPath, ['-e', '0']).pid;
    await (await opened(store)).close();
    writeLock(folder, { host: hostname(), pid: gone });
    expect(await store.open(NAME, ME)).toMatchObject({ kind: 'done' });
  });

  test('of a process number that another process has since got is taken over', async () => {
    const folder = makeFolder();
    await (await opened(storeIn(folder))).close();
    writeLock(folder, { host: hostname(), pid: process.pid, processStart: '1' });
    expect(await storeIn(folder).open(NAME, ME)).toMatchObject({ kind: 'done' });
  });

  test('of another machine is never taken over', async () => {
    const folder = makeFolder();
    await (await opened(storeIn(folder))).close();
    writeLock(folder, { host: 'elsewhere', pid: 1 });
    expect(await storeIn(folder).open(NAME, ME)).toMatchObject({
      kind: 'held',
      holder: { host: 'elsewhere' },
    });
  });

  test('that was given up is left to whoever has it now', async () => {
    const folder = makeFolder();
    const journal = await opened(storeIn(folder));
    writeLock(folder, { host: 'elsewhere', pid: 1 });
    await journal.close();
    expect(readFileSync(join(folder, NAME, 'lock'), 'utf8')).toContain('elsewhere');
  });
});

function writeLock(folder: string, lock: Readonly<Record<string, unknown>>): void {
  const base = { startedBy: null, id: 'other', since: 1, boot: null, processStart: null };
  writeFileSync(join(folder, NAME, 'lock'), JSON.stringify({ ...base, ...lock }));
  chmodSync(join(folder, NAME, 'lock'), 0o644);
}
