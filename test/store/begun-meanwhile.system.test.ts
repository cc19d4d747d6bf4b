/** A journal that another process begins between two looks at its folder. */
import { copyFileSync, mkdirSync } from 'node:fs';
import type * as NodeFs from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { pathOfJournal, readRecord } from '../../src/store/file/journal-file.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { makeFolder } from '../kit/folders.ts';

const world = vi.hoisted(() => ({ beforeListing: (): void => undefined }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof NodeFs>();
  const readdirSync = (...given: Parameters<typeof fs.readdirSync>) => {
    world.beforeListing();
    return fs.readdirSync(...given);
  };
  return { ...fs, readdirSync };
});

const NAME = 'camera-2.14' as RolloutName;
const ME = { host: hostname(), pid: process.pid, startedBy: null };

test('is read, and not taken for one that is missing', async () => {
  const state = makeFolder();
  const outcome = await openFileStore(state, systemClock).open(NAME, ME);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  await outcome.value.close();
  const journal = pathOfJournal(join(makeFolder(), NAME));
  mkdirSync(dirname(journal));
  world.beforeListing = () => {
    copyFileSync(pathOfJournal(join(state, NAME)), journal);
  };
  expect(readRecord(dirname(journal), NAME)?.events).toEqual([]);
});
