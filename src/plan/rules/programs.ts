/** Programs of hooks and gates. Whether one is there, and what it does, shows when it is run: nothing is run here. */
import { faultOfProgram } from '../../base/program.ts';
import type { Place } from '../../findings/source-place.ts';
import { makeError } from '../../findings/findings.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** A program where it is written. */
export type WrittenProgram = { readonly program: string; readonly place: Place };

export function checkPrograms(written: readonly WrittenProgram[]): readonly Diagnostic[] {
  return written.flatMap(({ program, place }) => {
    switch (faultOfProgram(program)) {
      case 'empty':
        return [makeError({ code: 'program-empty', place, facts: null })];
      case 'line':
        return [makeError({ code: 'program-is-line', place, facts: { program } })];
      case null:
        return [];
    }
  });
}
