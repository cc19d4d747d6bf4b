/** A rollout is on record under its name: of two plans with one name, only the first could ever be run. */
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import { digestPlan } from './digest.ts';
import { isSavedPlan } from './is-saved-plan.ts';
import { readPlanDocument } from './read-plan-document.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type NamedPlan = { readonly plan: RolloutPlan; readonly source: SourceFile };

/** `plans` are of files that differ. One that was saved from another of them is the same rollout, and no second one. */
export function checkRolloutNames(plans: readonly NamedPlan[]): readonly Diagnostic[] {
  const firsts = new Map<string, NamedPlan>();
  return plans.flatMap((named) => {
    const { name } = named.plan;
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, named);
    if (first === undefined || isSavedFrom(first, named)) return [];
    return [
      makeError({
        code: 'duplicate-rollout',
        place: placeOfName(named),
        facts: { rollout: name },
        related: [{ ...placeOfName(first), label: 'it is taken here first' }],
      }),
    ];
  });
}

function isSavedFrom(one: NamedPlan, other: NamedPlan): boolean {
  const isSaved = [one, other].some(({ source }) => isSavedPlan(source.text));
  return isSaved && digestPlan(one.plan) === digestPlan(other.plan);
}

function placeOfName({ source }: NamedPlan): Place {
  return isSavedPlan(source.text)
    ? { path: source.path, range: null }
    : readPlanDocument(source).placeOf(['name']);
}
