/** A rollout's record that was renamed, or lies a folder off: whoever begins the rollout would begin it anew. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { makeFolder } from '../kit/folders.ts';

const NAME = 'camera-2.14' as RolloutName;
const OTHER = 'camera-2.15' as RolloutName;
const ME = { host: hostname(), pid: process.pid, startedBy: null };

async function begin(directory: string, name: RolloutName): Promise<string | null> {
  const outcome = await openFileStore(directory, systemClock).open(name, ME);
  if (outcome.kind === 'done') await outcome.value.close();
  return outcome.kind === 'problem' ? outcome.message : null;
}

/** Where a record of NAME is. */
async function recorded(): Promise<string> {
  const directory = makeFolder();
  expect(await begin(directory, NAME)).toBeNull();
  return directory;
}

describe('a record in a folder of another name', () => {
  test.each([
    'camera-2.14 (copy)',
    '.camera-2.14',
    'Camera-2.14',
    'camera-2.14~',
    '_camera-2.14',
    'camera-2.14.old',
  ])('%s: no other is begun', async (entry) => {
    const directory = await recorded();
    renameSync(join(directory, NAME), join(directory, entry));
    expect(await begin(directory, NAME)).toContain(`${join(directory, entry)} may be it`);
    expect(existsSync(join(directory, NAME))).toBe(false);
    expect(await begin(directory, OTHER)).toBeNull();
  });

  test('whose journal cannot be read counts as well, where no rollout can have that name', async () => {
    const directory = makeFolder();
    mkdirSync(join(directory, 'camera 2.14'));
    writeFileSync(join(directory, 'camera 2.14', 'journal.jsonl'), '{"form');
    expect(await begin(directory, NAME)).toContain('may be it');
  });
});

test('a record one folder down, or in the place itself, is found, and no other is begun', async () => {
  const directory = join(makeFolder(), '.breakwater');
  expect(await begin(directory, NAME)).toBeNull();
  const above = dirname(directory);
  expect(await begin(above, NAME)).toContain(`${join(directory, NAME)} may be it`);
  expect(await begin(join(directory, NAME), NAME)).toContain(`${join(directory, NAME)} may be it`);
  expect(await begin(join(directory, NAME), OTHER)).toBeNull();
});

test('what else lies beside records holds nothing up', async () => {
  const directory = makeFolder();
  mkdirSync(join(directory, 'My papers'));
  writeFileSync(join(directory, 'My papers', 'orders.csv'), 'a,b\n');
  writeFileSync(join(directory, 'journal of the sea.txt'), 'calm\n');
  expect(await begin(directory, NAME)).toBeNull();
});
