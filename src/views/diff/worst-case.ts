/** How much a plan lets happen, at its worst and on average. */
import type { Preview } from '../../rollout/preview.ts';

export type Worst = {
  readonly devices: number;
  readonly deployments: number;
  /** Failures that may be spread over the waves without any of them being halted. */
  readonly unhalted: number;
  /** Devices that an artifact which breaks every one of them has reached when the rollout halts. */
  readonly brokenByAll: number;
  /** Devices that one which breaks some of them (`ODDS_BREAKAGE`) breaks until it is stopped, on average. */
  readonly brokenOnAverage: number;
  /** The chance that one of that kind is not stopped. */
  readonly completes: number;
  readonly longestMs: number;
};

export type WaveWorst = {
  readonly haltsAtFailure: number;
  /** Devices that may be broken by then, by an artifact that breaks every one. */
  readonly broken: number;
};

export function findWorst(preview: Preview): Worst {
  const { devices, waves, odds, longestMs } = preview;
  return {
    devices,
    deployments: waves.reduce((sum, { batches }) => sum + batches, 0),
    unhalted: findUnhalted(preview),
    brokenByAll: findBrokenByAll(preview),
    brokenOnAverage: odds.broken,
    completes: odds.completes,
    longestMs,
  };
}

export function worstOfWave({ waves }: Preview, index: number): WaveWorst | null {
  const preview = waves[index];
  if (preview === undefined) return null;
  const { halt } = preview;
  return { haltsAtFailure: halt.atFailure, broken: halt.reached };
}

function findUnhalted({ limit: inRollout, waves }: Preview): number {
  const inAll = inRollout?.tolerated ?? Infinity;
  const inWaves = waves.reduce(
    (sum, { wave, limit }) => sum + Math.max(0, Math.min(limit.tolerated, wave.devices.length)),
    0,
  );
  return Math.min(inAll, inWaves);
}

/** An artifact that breaks every device never gets past the first wave: no wave passes without a success. */
function findBrokenByAll({ waves }: Preview): number {
  return waves[0]?.halt.reached ?? 0;
}
