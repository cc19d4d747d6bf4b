/**
 * What a plan would let through, exactly: the chance that an artifact which breaks some of the devices gets past each
 * wave, and how many devices it breaks before it is stopped. Judged by the numbers that judge a run (`limitOf`).
 *
 * A broken device fails, every other one succeeds, and which ones are broken is independent of the waves that they are in.
 * What is reached of a wave that halts goes by its batches; they are taken to end in the order in which they were posted.
 */
import { binomial, cumulate, hypergeometric } from '../base/distribution.ts';
import type { Distribution, Portion } from '../base/distribution.ts';
import type { WaveName } from '../plan/identifiers.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { RULES_OF_TODAY } from './event.ts';
import { judgeRollout, limitOf } from './judge.ts';

/** `share`: each device is broken with that chance, by itself; `count`: so many of the plan's devices are. */
export type Breakage =
  | { readonly kind: 'share'; readonly partsPerMillion: number }
  | { readonly kind: 'count'; readonly devices: number };

export type Odds = {
  readonly waves: readonly WaveOdds[];
  /** The chance that every wave passes. */
  readonly completes: number;
  /** How many devices are broken by the end, on average. */
  readonly broken: number;
};

export type WaveOdds = {
  readonly wave: WaveName;
  /** The chance that the rollout comes to this wave. */
  readonly reached: number;
  /** The chance that it passes, once it is come to; `null` where that cannot be. */
  readonly passes: number | null;
};

const WHOLE = 1_000_000;

/** What is below this part of the whole is left out of account: ways to come to a wave, of those that there are. */
const NEGLIGIBLE = 1e-15;

/** Of a wave in more batches, several are looked at as one: a mean needs no more. */
const STEPS_MAX = 1_000;

export function computeOdds(plan: RolloutPlan, breakage: Breakage): Odds {
  const bearsInAll = judgeRollout(plan, [], RULES_OF_TODAY)?.tolerated ?? Infinity;
  const model = modelOf(plan, breakage);
  // How many failures there were in waves that have passed; nothing asks for it where one wave is as good as another.
  const isCounted = breakage.kind === 'count' || bearsInAll !== Infinity;
  let ways: Distribution = { from: 0, chances: [1] };
  let devices = 0;
  let broken = 0;
  const waves = plan.waves.map((wave): WaveOdds => {
    const { tolerated } = limitOf(wave, wave.devices.length, RULES_OF_TODAY);
    const counts = isCounted ? ways.from + ways.chances.length + wave.devices.length : 1;
    const passed = new Float64Array(counts);
    const brokenIn = model.brokenIn(wave);
    let reached = 0;
    for (const [index, chance] of ways.chances.entries()) {
      reached += chance;
      const failures = ways.from + index;
      const before = { failures, devices };
      const borne = Math.min(tolerated, bearsInAll - failures);
      broken += chance * brokenIn(before, borne);
      const { from, chances } = model.failuresAmong(before, wave.devices.length);
      for (let at = 0; at < chances.length && from + at <= borne; at++) {
        const sum = isCounted ? failures + from + at : 0;
        passed[sum] = (passed[sum] ?? 0) + chance * (chances[at] ?? 0);
      }
    }
    devices += wave.devices.length;
    ways = trim(passed);
    const goesOn = sumOf(ways);
    return { wave: wave.name, reached, passes: reached === 0 ? null : Math.min(1, goesOn / reached) };
  });
  return { waves, completes: Math.min(1, sumOf(ways)), broken };
}

/** Without what is negligible at either end, beside the likeliest: all of it together may be next to impossible. */
function trim(chances: Float64Array): Distribution {
  const likeliest = chances.reduce((most, chance) => Math.max(most, chance), 0);
  const matters = (chance: number) => chance > 0 && chance >= likeliest * NEGLIGIBLE;
  const from = Math.max(0, chances.findIndex(matters));
  return { from, chances: [...chances.subarray(from, chances.findLastIndex(matters) + 1)] };
}

function sumOf({ chances }: Distribution): number {
  return chances.reduce((sum, chance) => sum + chance, 0);
}

/** What is known where a wave begins: failures among the devices of the waves before it. */
type Before = { readonly failures: number; readonly devices: number };

type Model = {
  /** Failures among the first so many devices of the wave. */
  readonly failuresAmong: (before: Before, devices: number) => Distribution;
  /** The same, up to a limit. */
  readonly upTo: (before: Before, devices: number) => (limit: number) => Portion;
  /** The chance that a device is broken, after so many of the wave of which none was; each that was takes `less` off it. */
  readonly nextIsBroken: (
    before: Before,
    devices: number,
  ) => { readonly chance: number; readonly less: number };
};

/** Broken devices among those of a wave that are posted, on average; failures up to `borne` do not halt it. */
type BrokenIn = (before: Before, borne: number) => number;

type BreakageModel = Model & { readonly brokenIn: (wave: Wave) => BrokenIn };

function modelOf(plan: RolloutPlan, breakage: Breakage): BreakageModel {
  if (breakage.kind === 'count') {
    const model = countModel(countDevices(plan), breakage.devices);
    return { ...model, brokenIn: (wave) => (before, borne) => meanBroken(wave, { before, borne, model }) };
  }
  const model = shareModel(breakage.partsPerMillion / WHOLE);
  return {
    ...model,
    // What was before has no part in it.
    brokenIn: (wave) => {
      const brokenAt = remember((borne) => meanBroken(wave, { before: NOTHING_BEFORE, borne, model }));
      return (_, borne) => brokenAt(borne);
    },
  };
}

const NOTHING_BEFORE: Before = { failures: 0, devices: 0 };

function shareModel(chance: number): Model {
  const failuresAmong = remember((devices) => binomial(devices, chance));
  const upTo = remember((devices) => cumulate(failuresAmong(devices)));
  return {
    failuresAmong: (_, devices) => failuresAmong(devices),
    upTo: (_, devices) => upTo(devices),
    nextIsBroken: () => ({ chance, less: 0 }),
  };
}

function countModel(all: number, wanted: number): Model {
  const marked = Math.min(all, wanted);
  const failuresAmong = (before: Before, devices: number) =>
    hypergeometric(all - before.devices, marked - before.failures, devices);
  return {
    failuresAmong,
    upTo: (before, devices) => cumulate(failuresAmong(before, devices)),
    nextIsBroken(before, devices) {
      const left = all - before.devices - devices;
      return { chance: (marked - before.failures) / left, less: 1 / left };
    },
  };
}

function remember<T>(make: (given: number) => T): (given: number) => T {
  const known = new Map<number, T>();
  return (given) => {
    const value = known.get(given) ?? make(given);
    known.set(given, value);
    return value;
  };
}

type Wanted = {
  readonly before: Before;
  /** Failures up to this many do not halt. */
  readonly borne: number;
  readonly model: Model;
};

/** A batch is posted unless what has ended before it has halted the wave. */
function meanBroken({ devices, batch }: Wave, { before, borne, model }: Wanted): number {
  const batches = Math.ceil(devices.length / batch.size);
  const step = Math.ceil(batches / STEPS_MAX);
  let mean = 0;
  for (let index = 0; index < batches; index += step) {
    const posted = Math.min(step * batch.size, devices.length - index * batch.size);
    const ended = Math.max(0, index + 1 - batch.parallel) * batch.size;
    const isPosted = model.upTo(before, ended)(borne);
    if (isPosted.chance < NEGLIGIBLE) break;
    const { chance, less } = model.nextIsBroken(before, ended);
    mean += posted * (chance * isPosted.chance - less * isPosted.mean);
  }
  return mean;
}
