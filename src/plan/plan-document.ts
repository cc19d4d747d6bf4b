/** A plan file as written, with the types of its schema. */
import type { RolloutPlanDocument, Wave as WaveDocument } from '../document/generated/rollout-plan.d.ts';

export type { RolloutPlanDocument, WaveDocument };

/** The settings of a wave or of `defaults`. */
export type WaveSettings = NonNullable<RolloutPlanDocument['defaults']>;

/** A window that is not `always`. */
export type WindowDocument = Exclude<NonNullable<WaveSettings['window']>, string>;

export type HooksDocument = NonNullable<RolloutPlanDocument['hooks']>;

export type GateDocument = NonNullable<WaveSettings['gates']>[number];

/** A hook, or the keys that a gate shares with it. */
export type CommandDocument = Pick<GateDocument, 'name' | 'run' | 'timeout'>;
