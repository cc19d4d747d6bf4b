/** What a first plan is made of: everything that a person was asked, or has said by flags. */
import type { ArtifactUuid, RolloutName, Serial } from '../identifiers.ts';
import type { Region, Window } from '../rollout-plan.ts';
import type { WaveSize } from './wave-sizes.ts';

export type FirstPlan = {
  readonly name: RolloutName;
  readonly region: Region;
  /** `file` is as the plan says it. */
  readonly artifact: { readonly uuid: ArtifactUuid } | { readonly file: string };
  /** `null` where each wave lists its devices. */
  readonly fleet: FirstFleet | null;
  /** At least one. */
  readonly waves: readonly FirstWave[];
  /** As it was typed; `null` for none. */
  readonly soak: string | null;
  readonly window: Window | null;
  /** The plan's JSON Schema, as an editor finds it from the plan's folder; `null` where it is not there. */
  readonly schema: string | null;
};

export type FirstFleet = {
  /** As the plan says it. */
  readonly file: string;
  /** `null` for a column that is found by its usual name, and for a file without columns. */
  readonly serialColumn: string | null;
};

export type FirstWave = {
  readonly name: string;
  /** How many it has, when the plan is written. */
  readonly size: number;
  readonly devices: DrawnDevices | { readonly kind: 'listed'; readonly serials: readonly Serial[] };
};

/** `where`: only of these, by a column. */
export type DrawnDevices = {
  readonly kind: 'drawn';
  readonly take: WaveSize;
  readonly where: { readonly column: string; readonly value: string } | null;
};
