import { describe, expect, test } from 'vitest';
import { findViolations } from '../../../src/backend/simulator/checker.ts';
import type { Expectation, Violation } from '../../../src/backend/simulator/checker.ts';
import type { Ledger } from '../../../src/backend/simulator/ledger.ts';
import { ARTIFACT, STARTED_AT } from './kit.ts';

/** A deployment a minute, of the devices that are named. */
function ledgerOf(...deployments: readonly (readonly string[])[]): Ledger {
  return {
    deployments: deployments.map((devices, index) => ({
      ordinal: index + 1,
      id: `d${index + 1}`,
      at: STARTED_AT + index * 60_000,
      artifactUuid: ARTIFACT,
      arguments: {},
      devices: devices.map((serial) => ({ serial, outcome: 'success', endsAt: null })),
    })),
  };
}

const PLANNED: Expectation = {
  artifactUuid: ARTIFACT,
  waves: [['a'], ['b', 'c'], ['d']],
  attemptsMax: 1,
  haltedAt: null,
};

describe('a record', () => {
  test.each([
    ['of nothing', ledgerOf()],
    ['of every wave in order', ledgerOf(['a'], ['b', 'c'], ['d'])],
    ['of batches within a wave, in any order', ledgerOf(['a'], ['c'], ['b'], ['d'])],
    ['of a rollout that stopped within a wave', ledgerOf(['a'], ['c'])],
  ])('%s is good', (_title, ledger) => {
    expect(findViolations(ledger, PLANNED)).toEqual([]);
  });

  test.each<[string, Ledger, Partial<Expectation>, readonly Violation[]]>([
    [
      'names a device that the plan does not',
      ledgerOf(['a', 'x']),
      {},
      [{ kind: 'not-in-plan', deploymentId: 'd1', serial: 'x' }],
    ],
    [
      'names a device twice',
      ledgerOf(['a'], ['b', 'c'], ['b']),
      {},
      [{ kind: 'deployed-too-often', serial: 'b', deploymentIds: ['d2', 'd3'] }],
    ],
    [
      'names a device thrice where two are allowed',
      ledgerOf(['a'], ['a'], ['a']),
      { attemptsMax: 2 },
      [{ kind: 'deployed-too-often', serial: 'a', deploymentIds: ['d1', 'd2', 'd3'] }],
    ],
    [
      'mixes waves in one deployment',
      ledgerOf(['a'], ['c', 'b'], ['d', 'b']),
      { attemptsMax: 2 },
      [{ kind: 'waves-mixed', deploymentId: 'd3', waves: [1, 2] }],
    ],
    [
      'has a wave overtake two others',
      ledgerOf(['d'], ['a'], ['b']),
      {},
      [
        { kind: 'wave-too-early', deploymentId: 'd1', wave: 2, earlierWave: 0, serial: 'a' },
        { kind: 'wave-too-early', deploymentId: 'd1', wave: 2, earlierWave: 1, serial: 'b' },
      ],
    ],
    [
      'has a wave start before the last batch of the one before it',
      ledgerOf(['a'], ['b'], ['d'], ['c']),
      {},
      [{ kind: 'wave-too-early', deploymentId: 'd3', wave: 2, earlierWave: 1, serial: 'c' }],
    ],
    [
      'goes on after the halt',
      ledgerOf(['a'], ['b'], ['c']),
      { haltedAt: STARTED_AT + 60_000 },
      [{ kind: 'after-halt', deploymentId: 'd3', at: STARTED_AT + 120_000, haltedAt: STARTED_AT + 60_000 }],
    ],
    [
      'is of another artifact',
      ledgerOf(['a']),
      { artifactUuid: '00000000-0000-4000-8000-000000000000' },
      [{ kind: 'wrong-artifact', deploymentId: 'd1', artifactUuid: ARTIFACT }],
    ],
  ])('that %s is told', (_title, ledger, change, violations) => {
    expect(findViolations(ledger, { ...PLANNED, ...change })).toEqual(violations);
  });
});
