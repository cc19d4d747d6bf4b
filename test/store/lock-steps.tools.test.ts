/**
 * The lock, one file operation at a time: several processes stop before each of theirs, and a seeded draw decides who
 * goes on and who is killed there.
 */
import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import type { Random } from '../../src/base/random.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { makeFolder } from '../kit/folders.ts';
import { pick } from '../kit/pick.ts';
import { useRunnerProcesses } from './processes.ts';
import type { RunnerProcess } from './processes.ts';

const NAME = 'r' as RolloutName;
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };
const ourselves = { host: hostname(), pid: process.pid, startedBy: null };

describe('step by step', () => {
  const start = useRunnerProcesses();

  test.each(Array.from({ length: 25 }, (_, index) => index + 1))(
    'no two processes ever hold the lock of a dead one, and it is never lost to all of them (seed %i)',
    async (seed) => {
      const folder = makeFolder();
      const random = seededRandom(seed);
      const dead = start({ folder });
      await dead.tell('open r');
      await dead.kill();
      const rivals = Array.from(
        { length: 4 },
        () => new Rival(start({ folder, disturbance: { stepwise: true } })),
      );
      for (let living = rivals; living.length > 0; living = living.filter(({ state }) => state !== 'over')) {
        await pick(random, living).advance(random);
        expect(rivals.filter(({ state }) => state === 'holding').length).toBeLessThanOrEqual(1);
      }
      expect(await openAndClose(folder)).toBe('done');
      expect(leftLocks(join(folder, NAME))).toEqual([]);
    },
  );

  test('killed before any one of its operations, a runner leaves what it acknowledged, and no lock that stays', async () => {
    let killAt = 0;
    let isThrough = false;
    while (!isThrough) {
      killAt += 1;
      const folder = makeFolder();
      const dead = start({ folder });
      await dead.tell('open r');
      await dead.kill();
      const runner = start({ folder, disturbance: { killAt } });
      const told = await tellUntilKilled(runner, [
        'open r',
        'append 1',
        'append 2',
        'archive',
        'append 1',
        'close',
      ]);
      isThrough = told === 6;
      const store = openFileStore(folder, clock);
      const reading = await store.read(NAME);
      const onRecord = reading.kind === 'done' ? reading.value?.events.length : null;
      // What is under way when it is killed may be on record, or not.
      expect([told, onRecord]).toSatisfy(isAsAcknowledged);
      expect(await openAndClose(folder)).toBe('done');
      expect(leftLocks(join(folder, NAME))).toEqual([]);
    }
    // It really was killed at many places: in taking over, appending, setting aside and letting go.
    expect(killAt).toBeGreaterThan(40);
  });
});

/** But for a draft that was not written yet: it does not tell whose it is, and means nothing. */
function leftLocks(folder: string): readonly string[] {
  return readdirSync(folder).filter(
    (name) => name.startsWith('lock') && statSync(join(folder, name)).size > 0,
  );
}

/** By how many of the six were acknowledged, how many events may be there. */
function isAsAcknowledged([told, events]: readonly (number | null | undefined)[]): boolean {
  const allowed = [[0], [0, 1], [1, 2], [2, 0], [0, 1], [1], [1]];
  return allowed[told ?? -1]?.includes(events ?? -1) === true;
}

async function tellUntilKilled(runner: RunnerProcess, lines: readonly string[]): Promise<number> {
  for (const [index, line] of lines.entries()) {
    const answer = await runner.tell(line).catch(() => null);
    if (answer === null) {
      expect(await runner.ended).toBe('SIGKILL');
      return index;
    }
    expect(answer).toMatchObject({ kind: 'done' });
  }
  return lines.length;
}

/** One process on its way through opening and closing, or to its end. */
class Rival {
  state: 'new' | 'opening' | 'holding' | 'closing' | 'over' = 'new';
  private readonly runner: RunnerProcess;

  constructor(runner: RunnerProcess) {
    this.runner = runner;
  }

  async advance(random: Random): Promise<void> {
    if (this.state === 'new') {
      this.state = 'opening';
      await this.go('open r');
    } else if (random() < 0.04) {
      await this.runner.kill();
      this.state = 'over';
    } else if (this.state !== 'holding') await this.go('go');
    else if (random() < 0.3) {
      this.state = 'closing';
      await this.go('close');
    }
  }

  private async go(line: string): Promise<void> {
    const answer = await this.runner.tell(line);
    if ('step' in answer) return;
    this.state = this.state === 'opening' && answer.kind === 'done' ? 'holding' : 'over';
    if (this.state === 'over') await this.runner.kill();
  }
}

async function openAndClose(folder: string): Promise<string> {
  const opened = await openFileStore(folder, clock).open(NAME, ourselves);
  if (opened.kind === 'done') await opened.value.close();
  return opened.kind === 'problem' ? opened.message : opened.kind;
}
