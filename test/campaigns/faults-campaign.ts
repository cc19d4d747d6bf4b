/**
 * The faults campaign: every fault that the simulator knows, rare and frequent, alone, together and in random mixtures.
 */
import { present } from '../../src/base/assert.ts';
import { hashText, seededRandom } from '../../src/base/random.ts';
import { FAULT_NAMES, WHOLE_SHARE } from '../../src/backend/simulator/scenario.ts';
import { pick } from '../kit/pick.ts';
import { REFUSING } from './kit/fault-case.ts';
import type { FaultCase, FaultResult, Struck } from './kit/fault-case.ts';
import { shape } from './kit/shapes.ts';
import type { Shape } from './kit/shapes.ts';

export const SHARES = [0.01, 0.1, 0.5] as const;

const HOUR_MS = 3_600_000;
/** By its end, what is said of a device later than its success has been said. */
const SOAK_MS = 3 * HOUR_MS;

export const SHAPES: readonly Shape[] = [
  shape('healthy', 'completed', [
    { fates: { success: 2 } },
    { fates: { success: 9 }, batch: { size: 2, parallel: 3 } },
    { fates: { success: 12 }, batch: { size: 4, parallel: 1 } },
  ]),
  shape('every-fate', 'completed', [
    { fates: { success: 3, failed: 1 }, maxFailures: 1 },
    {
      fates: { success: 6, failed: 1, rejected: 1, stuck: 1, unknown: 1 },
      maxFailures: 4,
      batch: { size: 4, parallel: 2 },
    },
  ]),
  shape('bad-second-wave', 'halted', [
    { fates: { success: 3 } },
    { fates: { failed: 2, success: 4 }, maxFailures: 1 },
    { fates: { success: 3 } },
  ]),
  {
    ...shape('changed-words', 'halted', [
      { fates: { success: 2 } },
      {
        fates: { success: 3, vanish: 1, odd: 1, contrary: 1, unlisted: 1 },
        maxFailures: 2,
        soakMs: SOAK_MS,
      },
      { fates: { success: 2 } },
    ]),
    isTimely: true,
  },
  {
    ...shape('forgotten', 'halted', [
      { fates: { success: 2 } },
      { fates: { success: 4 }, soakMs: SOAK_MS },
      { fates: { success: 2 } },
    ]),
    isTimely: true,
    world: { forgotten: { afterMs: 2 * HOUR_MS, deployments: [2] } },
  },
  {
    ...shape('too-large', 'halted', [{ fates: { success: 2 } }, { fates: { success: 20 } }]),
    world: { bodyLimit: { bytes: 300, status: 413 } },
  },
];

export const FAULTS = FAULT_NAMES;

/** A refusal of a deployment is for good, and ends a rollout; where others are to be seen, it strikes no POST. */
const TOGETHER = FAULTS.map((fault): Struck => ({
  fault,
  call: REFUSING.has(fault) ? 'poll' : 'any',
}));

/** With each share, which all of them have between them. */
const TOGETHER_ROLLOUTS = 24;

/** How often a run's record takes no more, in mixtures. */
const DISK_FULL = 0.3;

/** The same for the same seed. `mixtures` is how many random ones there are besides. */
export function listFaultCases(seed: number, mixtures: number): readonly FaultCase[] {
  const alone = FAULTS.flatMap((fault) =>
    SHARES.flatMap((share) =>
      SHAPES.map((one): FaultCase => {
        const id = `${fault}/${share}/${one.name}`;
        return { ...caseOf(id, one, seed), faults: [{ fault, call: 'any', share: share * WHOLE_SHARE }] };
      }),
    ),
  );
  const together = SHARES.flatMap((share) =>
    Array.from({ length: TOGETHER_ROLLOUTS }, (_, index): FaultCase => {
      const one = present(SHAPES[index % SHAPES.length], 'a shape');
      const faults = TOGETHER.map((struck) => ({
        ...struck,
        share: (share / TOGETHER.length) * WHOLE_SHARE,
      }));
      return { ...caseOf(`together/${share}/${one.name}-${index + 1}`, one, seed), faults };
    }),
  );
  return [
    ...alone,
    ...together,
    ...Array.from({ length: mixtures }, (_, index) => mixtureOf(index + 1, seed)),
  ];
}

function mixtureOf(number: number, seed: number): FaultCase {
  const random = seededRandom(hashText(`${seed} mixture ${number}`));
  const count = 2 + Math.floor(random() * 5);
  const faults = Array.from({ length: count }, () => ({
    ...pick(random, TOGETHER),
    share: (pick(random, SHARES) / count) * WHOLE_SHARE,
  }));
  return { ...caseOf(`mixture/${number}`, pick(random, SHAPES), seed), faults, diskFull: DISK_FULL };
}

export function caseOf(id: string, one: Shape, seed: number): FaultCase {
  return { id, shape: one, seed: hashText(`${seed} ${id}`), faults: [], diskFull: 0 };
}

export type FaultFigures = {
  readonly rollouts: number;
  readonly runs: number;
  readonly calls: number;
  readonly struck: ReadonlyMap<string, number>;
  readonly recordsFull: number;
  readonly adopted: number;
  readonly notCreated: number;
  readonly refused: number;
  readonly misled: number;
  readonly violations: number;
};

export function faultFiguresOf(results: readonly FaultResult[]): FaultFigures {
  const sum = (count: (result: FaultResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const struck = new Map<string, number>();
  for (const [name, times] of results.flatMap((result) => [...result.struck])) {
    struck.set(name, (struck.get(name) ?? 0) + times);
  }
  return {
    rollouts: results.length,
    runs: sum(({ runs }) => runs),
    calls: sum(({ calls }) => calls),
    struck,
    recordsFull: sum(({ recordsFull }) => recordsFull),
    adopted: sum(({ settled }) => settled.adopted),
    notCreated: sum(({ settled }) => settled.notCreated),
    refused: sum(({ end }) => (end === 'refused' ? 1 : 0)),
    misled: sum(({ end }) => (end === 'misled' ? 1 : 0)),
    violations: sum(({ violations }) => violations.length),
  };
}

export function describeFaultViolations(
  result: FaultResult,
  seed: number,
  mixtures: number,
): readonly string[] {
  const again = `again: npx tsx bench/faults.ts --seed ${seed} --mixtures ${mixtures} --only ${result.id}`;
  return result.violations.map(({ kind, what }) => `${result.id}: ${kind}: ${what}; ${again}`);
}
