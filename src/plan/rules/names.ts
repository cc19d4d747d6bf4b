/**
 * Checks that names are unique. A rollout's record is found by its name, and people approve waves by name. So no two waves of
 * a plan share a name, and no two plans.
 */
import { makeError } from '../../findings/findings.ts';
import type { PlanSubject } from '../plan-subject.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import type { Place, SourceFile } from '../../findings/source-place.ts';
import { digestPlan } from '../digest.ts';
import { isSavedPlan, readPlanDocument } from '../read-plan-document.ts';
import type { RolloutPlan } from '../rollout-plan.ts';

export function checkWaveNames({ plan, placeOf }: PlanSubject): readonly Diagnostic[] {
  const firsts = new Map<string, number>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, { name }] of plan.waves.entries()) {
    // Unicode can write the same letters in two ways that look the same.
    const first = firsts.get(name.normalize('NFC'));
    if (first === undefined) {
      firsts.set(name.normalize('NFC'), index);
      continue;
    }
    diagnostics.push(
      makeError({
        code: 'duplicate-wave',
        place: placeOf(['waves', index, 'name']),
        facts: { wave: name },
        related: [{ ...placeOf(['waves', first, 'name']), label: 'the name is first used here' }],
      }),
    );
  }
  return diagnostics;
}

/** Of two plans with one name, only the first could run. */
export type NamedPlan = { readonly plan: RolloutPlan; readonly source: SourceFile };

/** `plans` are from different files. A saved plan and its plan file are the same rollout. */
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
        related: [{ ...placeOfName(first), label: 'the name is first used here' }],
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
