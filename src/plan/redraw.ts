/**
 * How the waves of a plan are drawn once more, around devices that are no longer free: those of waves that have begun. A
 * plan that was read from a file is drawn from its fleet again; any other has its lists, and nothing to draw from.
 */
import type { Serial, WaveName } from './identifiers.ts';
import type { RolloutPlan, Wave } from './rollout-plan.ts';

/** The devices of each wave that has begun. */
export type Held = ReadonlyMap<WaveName, readonly Serial[]>;

export type Redrawn = {
  /** Waves that have begun have the devices that they hold, and no other wave has any of those. A wave may be left without. */
  readonly plan: RolloutPlan;
  /** Devices of the fleet that are in no wave. */
  readonly left: readonly Serial[];
};

export type Redraw = (held: Held) => Redrawn;

/** What is known of plans beside what they say: it belongs to no digest, and ends with the plan. */
const redraws = new WeakMap<RolloutPlan, Redraw>();

export function rememberRedraw(plan: RolloutPlan, redraw: Redraw): void {
  redraws.set(plan, redraw);
}

export function redrawWaves(plan: RolloutPlan, held: Held): Redrawn {
  const redraw = redraws.get(plan);
  return redraw === undefined ? redrawLists(plan, held) : redraw(held);
}

function redrawLists(plan: RolloutPlan, held: Held): Redrawn {
  const taken = new Set([...held.values()].flat());
  const waves = plan.waves.map((wave): Wave => {
    const { devices: listed, batch } = wave;
    const devices = held.get(wave.name) ?? listed.filter((serial) => !taken.has(serial));
    const size = batch.size === listed.length ? Math.max(1, devices.length) : batch.size;
    return { ...wave, devices, batch: { ...batch, size } };
  });
  return { plan: { ...plan, waves }, left: [] };
}
