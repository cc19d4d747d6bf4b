/** A wave's name is what people say to approve it and what its record stands under: no two waves share one. */
import { makeError } from '../../findings/findings.ts';
import type { PlanSubject } from '../plan-subject.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

export function checkWaveNames({ plan, placeOf }: PlanSubject): readonly Diagnostic[] {
  const firsts = new Map<string, number>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, { name }] of plan.waves.entries()) {
    // The same letters can be written in two ways that look alike.
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
        related: [{ ...placeOf(['waves', first, 'name']), label: 'it is taken here first' }],
      }),
    );
  }
  return diagnostics;
}
