/** The input of the rules: a plan with its defaults applied, and the place of each setting. */
import type { Path } from '../document/places.ts';
import type { Place } from '../findings/source-place.ts';
import type { DeviceList } from './device-list.ts';
import type { RolloutPlan, Wave } from './rollout-plan.ts';

export type PlanSubject = {
  readonly plan: RolloutPlan;
  /** The devices of each wave; `null` if they could not be read. */
  readonly lists: readonly (DeviceList | null)[];
  /** The origin of a wave's setting; `null` if the file does not have it. */
  readonly originOf: (wave: number, setting: SharedSetting) => Origin | null;
  readonly placeOf: (path: Path) => Place;
};

export type SharedSetting = 'minSuccess' | 'maxFailures' | 'timeout' | 'batch';

/** `isShared`: under `defaults`, for all waves without their own value. */
export type Origin = { readonly path: Path; readonly isShared: boolean };

/** A setting in one place, with all waves that use it. Waves with unknown devices are left out. */
export type Saying = { readonly path: Path; readonly isShared: boolean; readonly waves: readonly Wave[] };

/** Groups waves by origin, so that a setting of `defaults` is checked once, for all waves that inherit it. */
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
