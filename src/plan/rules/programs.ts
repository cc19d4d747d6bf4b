/** Programs of hooks and gates. Whether one is there, and what it does, shows when it is run: nothing is run here. */
import type { Diagnostic, Place } from '../../diagnostics/diagnostic.ts';
import { makeError } from '../../diagnostics/make-diagnostic.ts';

/** A program where it is written. */
export type WrittenProgram = { readonly program: string; readonly place: Place };

export function checkPrograms(written: readonly WrittenProgram[]): readonly Diagnostic[] {
  return written.flatMap(({ program, place }) => {
    if (program.trim() === '' || program.includes('\0'))
      return [makeError({ code: 'program-empty', place, facts: null })];
    return isLine(program.trim()) ? [makeError({ code: 'program-is-line', place, facts: { program } })] : [];
  });
}

/** A path may hold spaces; it tells itself from a line by a slash before the first of them. */
function isLine(program: string): boolean {
  const [first = '', ...others] = program.split(/\s+/);
  return others.length > 0 && !first.includes('/');
}
