/** The one place where defaults are applied: a plan as it is written, and its devices, to a plan in which nothing is optional. */
import { resolveKeys } from './format/key.ts';
import { PLAN_KEYS } from './format/plan-keys.ts';
import type { WrittenPlan } from './format/plan-keys.ts';
import type { RolloutPlanDocument } from './plan-document.ts';
import type { RolloutPlan } from './rollout-plan.ts';

export type Collected = Omit<WrittenPlan, 'document'>;

/** The document has passed the schema, so what it says can be read. */
export function resolvePlan(document: RolloutPlanDocument, collected: Collected): RolloutPlan {
  return resolveKeys<RolloutPlan, WrittenPlan>(PLAN_KEYS, { document, ...collected });
}
