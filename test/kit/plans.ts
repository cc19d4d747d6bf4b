import type { ArtifactUuid, PlanDigest, RolloutName, Serial, WaveName } from '../../src/plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../../src/plan/rollout-plan.ts';

/** A wave of `size` devices named after it (`canary-1` …), with what `change` says laid over the defaults. */
export function makeWave(name: string, size: number, change: Partial<Wave> = {}): Wave {
  return {
    name: name as WaveName,
    devices: Array.from({ length: size }, (_, index) => `${name}-${index + 1}` as Serial),
    arguments: {},
    minSuccess: null,
    maxFailures: { count: 0 },
    rejected: 'failure',
    timeoutMs: 3_600_000,
    batch: { size, parallel: 1 },
    ...change,
  };
}

export function makePlan(waves: readonly Wave[], change: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    name: 'camera-2.14' as RolloutName,
    description: null,
    region: 'us',
    artifact: { uuid: 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a' as ArtifactUuid },
    maxFailures: null,
    haltGraceMs: 600_000,
    whenInDoubt: 'stop',
    waves,
    ...change,
  };
}

export const DIGEST = 'd'.repeat(64) as PlanDigest;

export function serial(text: string): Serial {
  return text as Serial;
}

export function waveName(text: string): WaveName {
  return text as WaveName;
}
