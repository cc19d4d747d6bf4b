/** Plans at the awkward places: thresholds that fall on a device or beside one, none, all, both, neither. */
import type { Random } from '../../../src/base/random.ts';
import type { RolloutPlan, Wave } from '../../../src/plan/rollout-plan.ts';
import type { Threshold } from '../../../src/plan/threshold.ts';
import { pick } from '../../kit/pick.ts';
import { makePlan, makeWave } from '../../kit/plans.ts';
import type { ReferencePlan, ReferenceThreshold } from './reference.ts';

const PERCENTAGES = [
  0, 5_000, 10_000, 33_333, 50_000, 200_000, 280_000, 333_333, 500_000, 570_000, 720_000, 950_000, 1_000_000,
];

function drawThreshold(random: Random, size: number): Threshold {
  return random() < 0.5
    ? { count: Math.floor(random() * (size + 2)) }
    : { partsPerMillion: pick(random, PERCENTAGES) };
}

function drawWave(random: Random, index: number): Wave {
  const size = pick(random, [1, 2, 3, 7, 10, 25, 40]);
  const kind = random();
  const minSuccess = kind < 0.5 ? drawThreshold(random, size) : null;
  const maxFailures = kind < 0.2 || kind >= 0.5 ? drawThreshold(random, size) : null;
  return makeWave(`w${index}`, size, {
    minSuccess,
    maxFailures,
    rejected: random() < 0.3 ? 'ignore' : 'failure',
    batch: { size: pick(random, [1, 2, 5, size]), parallel: pick(random, [1, 2, 4]) },
    timeoutMs: 3_600_000,
  });
}

export function drawPlan(random: Random): RolloutPlan {
  const waves = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) =>
    drawWave(random, index + 1),
  );
  const size = waves.reduce((sum, { devices }) => sum + devices.length, 0);
  return makePlan(waves, { maxFailures: random() < 0.4 ? drawThreshold(random, size) : null });
}

/** The same plan in the reference's words. */
export function toReference({ maxFailures, waves }: RolloutPlan): ReferencePlan {
  return {
    maxFailures: maxFailures === null ? null : toThreshold(maxFailures),
    waves: waves.map((wave) => ({
      name: wave.name,
      devices: wave.devices,
      minSuccess: wave.minSuccess === null ? null : toThreshold(wave.minSuccess),
      maxFailures: wave.maxFailures === null ? null : toThreshold(wave.maxFailures),
      ignoresRejected: wave.rejected === 'ignore',
    })),
  };
}

function toThreshold(threshold: Threshold): ReferenceThreshold {
  return 'count' in threshold ? threshold : { millionths: threshold.partsPerMillion };
}
