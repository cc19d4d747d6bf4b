/**
 * What a run of a plan would do, as numbers. Made by the same functions that judge and batch a real run, from nothing
 * but the plan and the polling settings: the same plan gives the same preview.
 */
import { batchesOf, countDevices } from '../plan/rollout-plan.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { RULES_OF_TODAY } from './event.ts';
import { judgeRollout, limitOf } from './judge.ts';
import type { Limit } from './judge.ts';
import { computeOdds } from './odds.ts';
import type { Breakage, Odds } from './odds.ts';
import { estimatePolls } from './polling.ts';
import type { PollingBounds } from './polling.ts';

/** A device that ends is taken to end within this time, for the likely number of calls; half the timeout if shorter. */
export const TYPICAL_DEVICE_MS = 300_000;

/** One call before the first POST, to see that the API answers. */
const CALLS_TO_START = 1;

const HOUR_MS = 3_600_000;

export type Preview = {
  readonly plan: RolloutPlan;
  readonly devices: number;
  readonly waves: readonly WavePreview[];
  /** The plan's own `maxFailures` as a count, or `null` where it gives none. */
  readonly limit: Limit | null;
  readonly calls: Calls;
  /** Calls in the busiest hour at the worst, spread evenly over the time that they belong to. */
  readonly callsAnHour: number;
  /** Until the last wave has ended, if every wave needs all the time it is given and waits for no window and nobody. */
  readonly longestMs: number;
  /** Of an artifact that breaks `ODDS_BREAKAGE`. */
  readonly odds: Odds;
};

/** Bad enough to be stopped, and too little to be seen at once. */
export const ODDS_BREAKAGE = { kind: 'share', partsPerMillion: 50_000 } as const satisfies Breakage;

export type WavePreview = {
  readonly wave: Wave;
  readonly batches: number;
  readonly limit: Limit;
  /** Where it is certain to halt, and on whose account. */
  readonly halt: {
    readonly atFailure: number;
    readonly by: 'wave' | 'rollout';
    readonly reached: number;
  };
  readonly calls: Calls;
  readonly longestMs: number;
};

/** Calls to the API: `likely` if devices end in a usual time, `worst` if one of each deployment stays until its timeout. */
export type Calls = { readonly likely: number; readonly worst: number };

export function previewRollout(plan: RolloutPlan, polling: PollingBounds): Preview {
  const limit = judgeRollout(plan, [], RULES_OF_TODAY);
  let earlier = 0;
  const waves = plan.waves.map((wave) => {
    const preview = previewWave(wave, { limit, earlier, polling });
    earlier += preview.batches;
    return preview;
  });
  const calls = waves.reduce((sum, wave) => addCalls(sum, wave.calls), {
    likely: CALLS_TO_START,
    worst: CALLS_TO_START,
  });
  const longestMs = waves.reduce((sum, wave) => sum + wave.longestMs, 0);
  return {
    plan,
    devices: countDevices(plan),
    waves,
    limit,
    calls,
    callsAnHour: Math.max(...[...waves, { calls, longestMs }].map(callsInAnHour)),
    longestMs,
    odds: computeOdds(plan, ODDS_BREAKAGE),
  };
}

function callsInAnHour({ calls, longestMs }: Pick<WavePreview, 'calls' | 'longestMs'>): number {
  return Math.ceil(calls.worst / Math.max(1, longestMs / HOUR_MS));
}

type WaveSurroundings = {
  /** Of the whole rollout, where the plan gives one. */
  readonly limit: Limit | null;
  /** Deployments of the waves before. */
  readonly earlier: number;
  readonly polling: PollingBounds;
};

function previewWave(wave: Wave, { limit: rolloutLimit, earlier, polling }: WaveSurroundings): WavePreview {
  const batches = batchesOf(wave).length;
  const limit = limitOf(wave, wave.devices.length, RULES_OF_TODAY);
  const { timeoutMs } = wave;
  const typicalMs = Math.min(TYPICAL_DEVICE_MS, Math.floor(timeoutMs / 2));
  const polls = estimatePolls({ timeoutMs, typicalMs, ...polling });
  // What has become of its own devices is asked after its soak, and of earlier waves' devices before it passes.
  const checks = earlier + (wave.soakMs === undefined || wave.soakMs === 0 ? 0 : batches);
  return {
    wave,
    batches,
    limit,
    halt: previewHalt(wave, limit, rolloutLimit),
    calls: {
      likely: batches * (1 + polls.likely) + checks,
      // Each of its deployments may contradict itself, and is then asked once more.
      worst: batches * (1 + polls.worst + 1) + checks,
    },
    longestMs: Math.ceil(batches / wave.batch.parallel) * timeoutMs + (wave.soakMs ?? 0),
  };
}

function previewHalt(wave: Wave, limit: Limit, rolloutLimit: Limit | null): WavePreview['halt'] {
  const byRollout = rolloutLimit !== null && rolloutLimit.tolerated < limit.tolerated;
  const tolerated = byRollout ? rolloutLimit.tolerated : limit.tolerated;
  const atFailure = Math.max(0, tolerated) + 1;
  return { atFailure, by: byRollout ? 'rollout' : 'wave', reached: reachedByFailure(wave, atFailure) };
}

/**
 * How many devices have been posted when failure number `atFailure` is seen, for an artifact that fails on every
 * device: `parallel` batches start at once, and each that ends lets one more start.
 */
export function reachedByFailure(wave: Wave, atFailure: number): number {
  const { size, parallel } = wave.batch;
  const batchesEnded = Math.ceil(atFailure / size);
  return Math.min(wave.devices.length, (parallel + batchesEnded - 1) * size);
}

function addCalls(a: Calls, b: Calls): Calls {
  return { likely: a.likely + b.likely, worst: a.worst + b.worst };
}
