import { describe, expect, test } from 'vitest';
import { judgeLockOwner, INITIAL_PROCESSES } from '../../src/store/file/machine.ts';
import type { LockOwnerFacts, Sight, Verdict, ProcessSight } from '../../src/store/file/machine.ts';

/** No container, with the clock of processes beside it. */
const BARE = `${INITIAL_PROCESSES} time:[1]`;

const HOLDER: LockOwnerFacts = {
  host: 'ci-7',
  pid: 4711,
  boot: 'monday',
  processStart: '1000',
  namespaces: BARE,
  isFlocked: true,
  isLocal: true,
};

type Sights = Omit<Sight, 'processOf' | 'isFlockFree'> & {
  readonly process: ProcessSight;
  readonly isFlockFree: boolean;
};

/** What is seen from the machine that the holder is on, while it lives. */
const SIGHT: Sights = {
  host: 'ci-7',
  boot: 'monday',
  namespaces: BARE,
  isLocal: true,
  process: { start: '1000' },
  isFlockFree: false,
};

const ELSEWHERE: Partial<Sights> = { host: 'ci-8', boot: 'tuesday', process: 'gone' };
const CONTAINER = 'pid:[4026532200] time:[1]';

function judged(holder: Partial<LockOwnerFacts>, { process, isFlockFree, ...sight }: Sights): Verdict {
  return judgeLockOwner(
    { ...HOLDER, ...holder },
    { ...sight, processOf: () => process, isFlockFree: () => isFlockFree },
  );
}

describe('the holder of a lock', () => {
  test.each<[string, Verdict, Partial<LockOwnerFacts>, Partial<Sights>]>([
    ['that is there under its number, since when it was', 'alive', {}, {}],
    ['whose number is nobody’s', 'dead', {}, { process: 'gone' }],
    ['whose number another process has got', 'dead', {}, { process: { start: '2000' } }],
    ['whose number tells no start, with its flock', 'unsure', {}, { process: { start: null } }],
    [
      'whose number tells no start, without its flock',
      'dead',
      {},
      { process: { start: null }, isFlockFree: true },
    ],
    ['in another container, with its flock', 'unsure', { namespaces: CONTAINER }, { process: 'gone' }],
    ['in another container, without its flock', 'dead', { namespaces: CONTAINER }, { isFlockFree: true }],
    [
      'in another container that never had a flock',
      'unsure',
      { namespaces: CONTAINER, isFlocked: false },
      { process: 'gone', isFlockFree: true },
    ],
    ['before the machine started anew', 'dead', {}, { boot: 'tuesday', process: 'gone' }],
    ['on another machine, its disk mounted here now', 'dead', {}, ELSEWHERE],
    [
      'on another machine, on a file server',
      'unsure',
      { isLocal: false },
      { ...ELSEWHERE, isLocal: false, isFlockFree: true },
    ],
    [
      'on another machine, that exports its disk',
      'unsure',
      {},
      { ...ELSEWHERE, isLocal: false, isFlockFree: true },
    ],
    [
      'on another machine, that mounts our disk',
      'unsure',
      { isLocal: false },
      { ...ELSEWHERE, isFlockFree: true },
    ],
    ['in a container with a boot of its own, with its flock', 'unsure', { namespaces: CONTAINER }, ELSEWHERE],
    [
      'in a container with a boot of its own, without its flock',
      'dead',
      { namespaces: CONTAINER },
      { ...ELSEWHERE, isFlockFree: true },
    ],
    ['seen from a container with a boot of its own', 'unsure', {}, { ...ELSEWHERE, namespaces: CONTAINER }],
    [
      'that says nothing of its container',
      'unsure',
      { namespaces: null, isFlocked: false },
      { process: 'gone' },
    ],
    [
      'where nothing tells boots apart, its number being nobody’s',
      'dead',
      { boot: null },
      { boot: null, process: 'gone' },
    ],
    [
      'where nothing tells boots apart, its number being somebody’s',
      'unsure',
      { boot: null },
      { boot: null },
    ],
    [
      'of another host, where nothing tells boots apart',
      'unsure',
      { boot: null },
      { boot: null, host: 'ci-8', process: 'gone' },
    ],
    [
      'whose boot is not known, and ours is',
      'unsure',
      { boot: null },
      { process: 'gone', isFlockFree: true },
    ],
    [
      'whose boot is known, and ours is not',
      'unsure',
      {},
      { boot: null, process: 'gone', isFlockFree: true },
    ],
  ])('%s is %s', (_, verdict, holder, sight) => {
    expect(judged(holder, { ...SIGHT, ...sight })).toBe(verdict);
  });
});
