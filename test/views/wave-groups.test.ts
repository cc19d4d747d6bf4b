import { describe, expect, test } from 'vitest';
import { currentWave, groupWaves } from '../../src/views/status/wave-groups.ts';
import type { WaveState } from '../../src/rollout/state.ts';
import { EMPTY_TALLY } from '../../src/rollout/device-status.ts';
import { makeWave } from '../kit/plans.ts';

/** `PPRW`: two waves that have passed, one that runs, one that waits. */
function waves(phases: string): readonly WaveState[] {
  const words = { P: 'passed', R: 'running', H: 'halted', W: 'waiting' } as const;
  return Array.from(phases).map((letter, index) => ({
    wave: makeWave(`w${index + 1}`, 3),
    index,
    phase: words[letter as keyof typeof words],
    startedAt: null,
    endedAt: null,
    soakUntil: null,
    reverted: 0,
    isLimitStricter: false,
    isEarlierChecked: false,
    gates: [],
    batches: [],
    tally: { ...EMPTY_TALLY, waiting: 3 },
    acknowledged: { ...EMPTY_TALLY, failed: index },
  }));
}

/** `w1` for a wave, `3xpassed` for a group. */
function drawn(phases: string, hidden: readonly number[]): readonly string[] {
  return groupWaves(waves(phases), ({ index }) => hidden.includes(index)).map((line) =>
    line.kind === 'wave' ? line.wave.wave.name : `${line.count}x${line.phase}`,
  );
}

describe('waves in groups', () => {
  test.each([
    ['PPPRWWW', [], ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7']],
    ['PPPRWWW', [0, 1, 5, 6], ['2xpassed', 'w3', 'w4', 'w5', '2xwaiting']],
    ['PPPRWWW', [0, 6], ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7']],
    ['PPPPP', [0, 1, 3, 4], ['2xpassed', 'w3', '2xpassed']],
    ['PPWW', [0, 1, 2, 3], ['2xpassed', '2xwaiting']],
  ])('%s without %j is %j', (phases, hidden, expected) => {
    expect(drawn(phases, hidden)).toEqual(expected);
  });

  test('a group has the devices of its waves', () => {
    const [group] = groupWaves(waves('WWW'), () => true);
    expect(group).toMatchObject({
      kind: 'group',
      count: 3,
      tally: { ...EMPTY_TALLY, waiting: 9 },
      acknowledged: { ...EMPTY_TALLY, failed: 3 },
    });
  });
});

test.each([
  ['PPRW', 'w3'],
  ['PHWW', 'w2'],
  ['PPPP', 'w4'],
  ['WWWW', 'w1'],
])('of %s the wave that matters is %s', (phases, name) => {
  expect(currentWave(waves(phases))?.wave.name).toBe(name);
});
