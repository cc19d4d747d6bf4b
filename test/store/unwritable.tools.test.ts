/** Records on disks that are full, fail or may not be written. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { encodeEvents } from '../../src/store/line-codec.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { makeFolder } from '../kit/folders.ts';
import { useRunnerProcesses } from './processes.ts';
import type { RunnerProcess } from './processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NOBODY = 65_534;
const NAME = 'r' as RolloutName;
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };
const ourselves = { host: hostname(), pid: process.pid, startedBy: null };
/** What the runner's second event takes. */
const EVENT_BYTES = encodeEvents([{ seq: 2, at: 2, type: 'rollout-completed' }], '').text.length;

describe('an append', () => {
  const start = useRunnerProcesses();

  test('for which there is no room is cut off again, whichever byte was the last that fitted', async () => {
    const folder = makeFolder();
    const runner = start({ folder });
    for (let room = 0; room < EVENT_BYTES; room += 5) {
      const name = `full-${room}`;
      for (const line of [`open ${name}`, 'append 1', `fill ${room}`]) {
        expect(await runner.tell(line)).toMatchObject({ kind: 'done' });
      }
      await expectOver(runner, 'ENOSPC');
      expect(await eventsIn(folder, name)).toEqual([1]);
      await runner.tell('close');
      await runner.tell('fill 1000000');
      expect(readdirSync(join(folder, name))).toEqual(['journal.jsonl']);
    }
  });

  test('that does not reach the disk is cut off again', async () => {
    const folder = makeFolder();
    const runner = start({ folder });
    for (const line of ['open r', 'append 1', 'break fdatasyncSync']) await runner.tell(line);
    await expectOver(runner, 'EIO');
    expect(await eventsIn(folder, NAME)).toEqual([1]);
  });

  test('of which a half can neither be finished nor cut off is cut by the next one', async () => {
    const folder = makeFolder();
    const runner = start({ folder });
    for (const line of ['open r', 'append 1', 'fill 20', 'break ftruncateSync']) await runner.tell(line);
    await expectOver(runner, 'ENOSPC');
    await runner.tell('close');
    const store = openFileStore(folder, clock);
    expect(await store.read(NAME)).toMatchObject({ value: { tornBytes: 20 } });
    const opened = await store.open(NAME, ourselves);
    expect(opened).toMatchObject({ value: { tornBytes: 20, events: [{ seq: 1 }] } });
    if (opened.kind !== 'done') return;
    const [first] = opened.value.events;
    expect(await opened.value.append([{ ...present(first, 'the first event'), seq: 2 }])).toMatchObject({
      kind: 'done',
    });
    await opened.value.close();
    expect(await eventsIn(folder, NAME)).toEqual([1, 2]);
  });
});

test('a file that may not grow further takes nothing more, and keeps what was acknowledged', () => {
  const folder = makeFolder();
  const script = `
    import { openFileStore } from ${JSON.stringify(join(ROOT, 'src/store/file/file-store.ts'))};
    const opened = await openFileStore(${JSON.stringify(folder)}, { now: () => 1 }).open('full', { host: 'h', pid: process.pid, startedBy: null });
    const event = (seq, message) => ({ seq, at: seq, type: 'runner-stopped', why: 'interrupted', message });
    const outcomes = [];
    outcomes.push((await opened.value.append([event(1, 'fits')])).kind);
    outcomes.push((await opened.value.append([event(2, 'x'.repeat(100_000))])).kind);
    outcomes.push((await opened.value.append([event(2, 'after')])).kind);
    await opened.value.close();
    console.log(JSON.stringify(outcomes));`;
  writeFileSync(join(folder, 'script.mts'), script);
  // The kernel's own word: the shell's limit on the size of a file stands in for a full disk.
  const run = spawnSync(
    'bash',
    [
      '-c',
      'trap "" XFSZ; ulimit -f 16; exec "$0" --import tsx "$1"',
      process.execPath,
      join(folder, 'script.mts'),
    ],
    { encoding: 'utf8', cwd: ROOT },
  );
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual(['done', 'problem', 'problem']);
  const text = readFileSync(join(folder, 'full', 'journal.jsonl'), 'utf8');
  expect(text.trimEnd().split('\n')).toHaveLength(2);
  expect(text.endsWith('\n')).toBe(true);
});

describe('where nothing may be written', () => {
  const start = useRunnerProcesses();
  // What root may do is not for files' permissions to say.
  const other = process.getuid?.() === 0 ? { user: NOBODY } : {};

  test('a rollout is not begun, and the folder is named', async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o555);
    const answer = await start({ folder, ...other }).tell('open r');
    expect(answer).toMatchObject({ kind: 'problem' });
    expect('message' in answer && answer.message).toMatch(
      new RegExp(`^${join(folder, 'r')}: the rollout's record cannot be read or written: EACCES`),
    );
    chmodSync(folder, 0o755);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a rollout is not gone on with, and its record is as it was', async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o755);
    const opened = await openFileStore(folder, clock).open(NAME, ourselves);
    if (opened.kind === 'done') await opened.value.close();
    const path = join(folder, NAME, 'journal.jsonl');
    const before = readFileSync(path, 'utf8');
    chmodSync(join(folder, NAME), 0o555);
    expect(await start({ folder, ...other }).tell('open r')).toMatchObject({ kind: 'problem' });
    chmodSync(join(folder, NAME), 0o755);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(join(folder, NAME))).toEqual(['journal.jsonl']);
  });

  test('a record that may not be read is a problem, and not none', async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, NAME), { mode: 0o700 });
    const answer = await start({ folder, ...other }).tell('open r');
    expect(answer).toMatchObject({ kind: other.user === undefined ? 'done' : 'problem' });
  });
});

async function expectOver(runner: RunnerProcess, message: string): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await runner.tell('append 2');
    expect(answer).toMatchObject({ kind: 'problem' });
    expect('message' in answer && answer.message).toContain(message);
  }
}

async function eventsIn(folder: string, name: string): Promise<readonly number[] | null> {
  const reading = await openFileStore(folder, clock).read(name as RolloutName);
  return reading.kind === 'done' ? (reading.value?.events.map(({ seq }) => seq) ?? null) : null;
}
