/** A plan file as it is written: what the schema makes of it. */
import type { RolloutPlanDocument, Wave as WaveDocument } from '../document/generated/rollout-plan.d.ts';

export type { RolloutPlanDocument, WaveDocument };

/** What a wave says, or `defaults` for it. */
export type WaveSettings = NonNullable<RolloutPlanDocument['defaults']>;

/** A window, where it is not `always`. */
export type WindowDocument = Exclude<NonNullable<WaveSettings['window']>, string>;

export type HooksDocument = NonNullable<RolloutPlanDocument['hooks']>;

export type GateDocument = NonNullable<WaveSettings['gates']>[number];

/** A hook, or what a gate has in common with one. */
export type CommandDocument = Pick<GateDocument, 'name' | 'run' | 'timeout'>;
