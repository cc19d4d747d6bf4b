/** What the rules look at: a plan with its defaults applied, and where each thing in it was said. */
import type { Path } from '../document/places.ts';
import type { Place } from '../findings/source-place.ts';
import type { DeviceList } from './device-list.ts';
import type { RolloutPlan, Wave } from './rollout-plan.ts';

export type PlanSubject = {
  readonly plan: RolloutPlan;
  /** Each wave's devices; `null` where they could not be read, so that nothing can be said about them. */
  readonly lists: readonly (DeviceList | null)[];
  /** Where a setting that holds for a wave was said; `null` if nowhere. */
  readonly originOf: (wave: number, setting: SharedSetting) => Origin | null;
  readonly placeOf: (path: Path) => Place;
};

export type SharedSetting = 'minSuccess' | 'maxFailures' | 'timeout' | 'batch';

/** `isShared`: under `defaults`, for all waves that do not say it themselves. */
export type Origin = { readonly path: Path; readonly isShared: boolean };

/** The waves for which a setting was said in one place. Waves whose devices are not known are left out. */
export type Saying = { readonly path: Path; readonly isShared: boolean; readonly waves: readonly Wave[] };

/** So that what `defaults` says is judged once, over all the waves that take it from there. */
export function groupByOrigin(
  { plan, lists, originOf }: PlanSubject,
  setting: SharedSetting,
): readonly Saying[] {
  const own: Saying[] = [];
  const shared: Wave[] = [];
  let sharedPath: Path = [];
  for (const [index, wave] of plan.waves.entries()) {
    const origin = originOf(index, setting);
    if (origin === null || lists[index] === null) continue;
    if (!origin.isShared) own.push({ ...origin, waves: [wave] });
    else {
      shared.push(wave);
      sharedPath = origin.path;
    }
  }
  return shared.length === 0 ? own : [...own, { path: sharedPath, isShared: true, waves: shared }];
}
