/**
 * Draws the waves of a plan again, around the devices of waves that have started. A plan from a file draws from its fleet
 * again. Any other plan has only its lists.
 */
import type { Serial, WaveName } from './identifiers.ts';
import type { RolloutPlan, Wave } from './rollout-plan.ts';

/** The devices of each wave that has started. */
export type Held = ReadonlyMap<WaveName, readonly Serial[]>;

export type Redrawn = {
  /** Started waves keep their devices, and no other wave has any of them. A wave may have no devices left. */
  readonly plan: RolloutPlan;
  /** Devices of the fleet in no wave. */
  readonly left: readonly Serial[];
};

export type Redraw = (held: Held) => Redrawn;

/** Kept outside the plans, because it must not be part of a digest. */
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
