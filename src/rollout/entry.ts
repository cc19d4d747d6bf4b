/** Whether a run may start or go on with what is on record under its name. */
import type { PlanDigest } from '../plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import type { RolloutState } from './state.ts';

export type Wanted = { readonly plan: RolloutPlan; readonly digest: PlanDigest; readonly simulated: boolean };

export type Entry =
  | { readonly kind: 'start' }
  | { readonly kind: 'go-on'; readonly state: RolloutState }
  /** Nothing is left to do: it has completed, or halted and been watched to its end. */
  | { readonly kind: 'finished'; readonly state: RolloutState }
  /** The record is of another plan under the same name. `changes` names what differs, in the plan's order. */
  | { readonly kind: 'plan-changed'; readonly state: RolloutState; readonly changes: readonly string[] }
  /** One of the two is simulated and the other is not. */
  | { readonly kind: 'other-world'; readonly state: RolloutState };

export function decideEntry(recorded: RolloutState | null, wanted: Wanted): Entry {
  if (recorded === null) return { kind: 'start' };
  if (recorded.simulated !== wanted.simulated) return { kind: 'other-world', state: recorded };
  if (recorded.digest !== wanted.digest) {
    return { kind: 'plan-changed', state: recorded, changes: comparePlans(recorded.plan, wanted.plan) };
  }
  const isOver = recorded.phase.kind === 'completed' || recorded.phase.kind === 'closed';
  return { kind: isOver ? 'finished' : 'go-on', state: recorded };
}

/** What differs between two plans: `region`, `wave canary: devices, timeoutMs`, `wave berlin: added`. */
export function comparePlans(before: RolloutPlan, after: RolloutPlan): readonly string[] {
  const { waves: wavesBefore, ...restBefore } = before;
  const { waves: wavesAfter, ...restAfter } = after;
  const namesBefore = new Map(wavesBefore.map((wave) => [wave.name, wave]));
  const namesAfter = new Set(wavesAfter.map(({ name }) => name));
  const changes = [...differingKeys(restBefore, restAfter)];
  for (const wave of wavesAfter) changes.push(...describeWave(namesBefore.get(wave.name), wave));
  for (const { name } of wavesBefore) if (!namesAfter.has(name)) changes.push(`wave ${name}: removed`);
  const kept = wavesBefore.filter(({ name }) => namesAfter.has(name)).map(({ name }) => name);
  const keptAfter = wavesAfter.filter(({ name }) => namesBefore.has(name)).map(({ name }) => name);
  if (kept.join('\n') !== keptAfter.join('\n')) changes.push('the order of the waves');
  return changes;
}

function describeWave(before: Wave | undefined, after: Wave): readonly string[] {
  if (before === undefined) return [`wave ${after.name}: added`];
  const keys = differingKeys(before, after);
  return keys.length === 0 ? [] : [`wave ${after.name}: ${keys.join(', ')}`];
}

function differingKeys<T extends object>(before: T, after: T): readonly string[] {
  return (Object.keys(after) as (keyof T & string)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
