/** The digest of a plan, in 64 characters. It binds a run and a saved plan to the content of the plan. */
import { loadCrypto } from '../base/crypto.ts';
import type { PlanDigest } from './identifiers.ts';
import type { RolloutPlan } from './rollout-plan.ts';

/** SHA-256 in lower-case hex, of the plan as JSON without spaces, with sorted keys and lists in their order. */
export function digestPlan(plan: RolloutPlan): PlanDigest {
  return loadCrypto()
    .createHash('sha256')
    .update(JSON.stringify(sortKeys(plan)))
    .digest('hex') as PlanDigest;
}

/** The same JSON value with the keys of every object sorted by UTF-16 units. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isObject) ? value.map(sortKeys) : value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
