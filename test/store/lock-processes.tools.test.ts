import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { makeFolder } from '../kit/folders.ts';
import { useRunnerProcesses, whyNoContainers } from './processes.ts';
import type { RunnerProcess } from './processes.ts';

const NAME = 'r' as RolloutName;
const CONTAINER = ['unshare', '--pid', '--fork', '--mount-proc'];
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };
const ourselves = { host: hostname(), pid: process.pid, startedBy: null };
const why = whyNoContainers();

describe('the lock of another process', () => {
  const start = useRunnerProcesses();

  test('is held while that process lives, and free at once when it was killed', async () => {
    const folder = makeFolder();
    const store = openFileStore(folder, clock);
    for (let round = 0; round < 5; round++) {
      const runner = start({ folder });
      expect(await runner.tell('open r')).toMatchObject({ kind: 'done' });
      expect(await store.open(NAME, ourselves)).toMatchObject({ kind: 'held' });
      await runner.kill();
      const opened = await store.open(NAME, ourselves);
      expect(opened).toMatchObject({ kind: 'done' });
      if (opened.kind === 'done') await opened.value.close();
      expect(readdirSync(join(folder, NAME))).toEqual(['journal.jsonl']);
    }
  });

  test('is not ended by force while it is seen to live here', async () => {
    const folder = makeFolder();
    const store = openFileStore(folder, clock);
    const runner = start({ folder });
    await runner.tell('open r');
    const holder = await holderOf(store);
    expect(await store.unlock(NAME, holder?.id ?? '')).toEqual({ kind: 'alive', holder });
    expect(await runner.tell('append 1')).toMatchObject({ kind: 'done' });
  });

  test('is free when another process has got its number', async () => {
    const folder = makeFolder();
    const runner = start({ folder });
    await runner.tell('open r');
    const path = join(folder, NAME, 'lock');
    const lock = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    writeFileSync(path, JSON.stringify({ ...lock, pid: process.pid }));
    expect(await openFileStore(folder, clock).open(NAME, ourselves)).toMatchObject({ kind: 'done' });
  });

  test('goes to exactly one of 20 that find its holder dead, every time', async () => {
    const folder = makeFolder();
    const rollouts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const dead = start({ folder });
    for (const name of rollouts) await dead.tell(`open ${name}`);
    await dead.kill();
    const rivals = Array.from({ length: 20 }, () => start({ folder }));
    for (const name of rollouts) {
      const answers = await Promise.all(rivals.map((rival) => rival.tell(`open ${name}`)));
      expect(answers.filter((answer) => 'kind' in answer && answer.kind === 'done')).toHaveLength(1);
      expect(answers.filter((answer) => 'kind' in answer && answer.kind === 'held')).toHaveLength(19);
      const winner = rivals[answers.findIndex((answer) => 'kind' in answer && answer.kind === 'done')];
      expect(await winner?.tell('append 1')).toMatchObject({ kind: 'done' });
    }
  });

  describe.skipIf(why !== null)(`in a container${why === null ? '' : ` (skipped: ${why})`}`, () => {
    test('is held while that process lives, and free at once when it was killed', async () => {
      const folder = makeFolder();
      const store = openFileStore(folder, clock);
      const runner = start({ folder, within: CONTAINER });
      expect(await runner.tell('open r')).toMatchObject({ kind: 'done' });
      // Process numbers there are others' here.
      expect(await store.open(NAME, ourselves)).toMatchObject({ kind: 'held', holder: { pid: 1 } });
      await runner.kill();
      expect(await store.open(NAME, ourselves)).toMatchObject({ kind: 'done' });
    });

    test('is told from a namesake in another container', async () => {
      const folder = makeFolder();
      const [one, other] = [start({ folder, within: CONTAINER }), start({ folder, within: CONTAINER })];
      expect(await one.tell('open r')).toMatchObject({ kind: 'done' });
      expect(await other.tell('open r')).toMatchObject({ kind: 'held', host: hostname() });
      await one.kill();
      expect(await other.tell('open r')).toMatchObject({ kind: 'done' });
    });

    test('is never free where the system has no flock, until an operator says so', async () => {
      const folder = makeFolder();
      const store = openFileStore(folder, clock);
      const runner = start({ folder, within: [...CONTAINER, 'env', 'PATH=/nowhere'] });
      await runner.tell('open r');
      await runner.kill();
      const holder = await holderOf(store);
      expect(await store.open(NAME, ourselves)).toEqual({ kind: 'held', holder });
      expect(await store.unlock(NAME, holder?.id ?? '')).toEqual({ kind: 'done', holder });
      expect(await store.open(NAME, ourselves)).toMatchObject({ kind: 'done' });
    });

    test('is lost to it when an operator ends its hold', async () => {
      const folder = makeFolder();
      const store = openFileStore(folder, clock);
      const runner = start({ folder, within: CONTAINER });
      await runner.tell('open r');
      await runner.tell('append 1');
      await store.unlock(NAME, (await holderOf(store))?.id ?? '');
      expect(await runner.tell('append 2')).toMatchObject({ kind: 'problem', problem: 'lost' });
      const opened = await store.open(NAME, ourselves);
      expect(opened.kind === 'done' && opened.value.events).toHaveLength(1);
      await runner.tell('close');
      expect(await store.read(NAME)).toMatchObject({ value: { holder: ourselves } });
    });

    test('is free when it was killed under another host name', async () => {
      const folder = makeFolder();
      const store = openFileStore(folder, clock);
      const within = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'];
      const runner = start({ folder, within });
      await runner.tell('open r');
      expect(await store.open(NAME, ourselves)).toMatchObject({
        kind: 'held',
        holder: { host: 'elsewhere' },
      });
      await runner.kill();
      expect(await store.open(NAME, ourselves)).toMatchObject({ kind: 'done' });
    });

    test('goes to exactly one of those in many containers', async () => {
      const folder = makeFolder();
      const dead = start({ folder, within: CONTAINER });
      for (const name of ['a', 'b', 'c']) await dead.tell(`open ${name}`);
      await dead.kill();
      const rivals: readonly RunnerProcess[] = Array.from({ length: 8 }, (_, index) =>
        start({ folder, within: index % 2 === 0 ? CONTAINER : [] }),
      );
      for (const name of ['a', 'b', 'c']) {
        const answers = await Promise.all(rivals.map((rival) => rival.tell(`open ${name}`)));
        expect(answers.filter((answer) => 'kind' in answer && answer.kind === 'done')).toHaveLength(1);
      }
    });
  });
});

async function holderOf(store: ReturnType<typeof openFileStore>) {
  const reading = await store.read(NAME);
  return reading.kind === 'done' ? (reading.value?.holder ?? null) : null;
}
