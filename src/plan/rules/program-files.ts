/**
 * Whether the programs of hooks and gates are there: else the rollout halts when it first runs them, days after the plan was
 * checked. A warning, because the machine that runs the rollout may have what this one has not.
 */
import type { ProgramFinder, WrittenProgramKind } from '../../document/file-reader.ts';
import { makeWarning } from '../../findings/findings.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import type { Place } from '../../findings/source-place.ts';
import { faultOfProgram } from '../../base/program.ts';
import type { WrittenProgram } from './written-values.ts';

type Named = { readonly path: string; readonly kind: WrittenProgramKind; readonly place: Place };

export function checkProgramFiles(
  written: readonly WrittenProgram[],
  find: ProgramFinder,
): readonly Diagnostic[] {
  return written.flatMap(nameFiles).flatMap(({ path, kind, place }) => {
    const found = find(path, kind);
    switch (found.kind) {
      case 'usable':
        return [];
      case 'missing': {
        const facts = { program: path, kind, nearest: found.nearest };
        return [makeWarning({ code: 'program-missing', place, facts })];
      }
      case 'unusable': {
        const facts = { program: path, kind, fault: found.fault };
        return [makeWarning({ code: 'program-unusable', place, facts })];
      }
    }
  });
}

/** What reads a script that is its first argument. */
const READS_SCRIPT = /^(?:.*\/)?(?:sh|bash|dash|zsh|ksh|python[\d.]*|node|ruby|perl|pwsh)$/;
const SCRIPT = /\.(?:sh|bash|zsh|ksh|py|[cm]?js|[cm]?ts|rb|pl|ps1)$/;

/** A program without a slash is looked for in the `PATH` of the machine that runs the rollout, which this one need not share. */
function nameFiles({ program, place, argument }: WrittenProgram): readonly Named[] {
  if (faultOfProgram(program) !== null) return [];
  const own: Named = { path: program, kind: 'program', place };
  const programs = program.includes('/') ? [own] : [];
  const isScript = argument !== null && READS_SCRIPT.test(program) && SCRIPT.test(argument.text);
  if (!isScript || argument.text.startsWith('-')) return programs;
  return [...programs, { path: argument.text, kind: 'script', place: argument.place }];
}
