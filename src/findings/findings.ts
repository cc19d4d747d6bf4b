/** Creates findings, sorts them in the order of the file, and limits their number. */
import type { Diagnostic, DiagnosticCode, FactsOf } from './catalogue.ts';
import type { Place, RelatedPlace, Severity } from './source-place.ts';

export type Finding<Code extends DiagnosticCode> = {
  readonly code: Code;
  readonly place: Place;
  readonly facts: FactsOf<Code>;
  readonly related?: readonly RelatedPlace[];
};

/** A fault that must be fixed before Breakwater uses the file. */
export function makeError<Code extends DiagnosticCode>(finding: Finding<Code>): Diagnostic {
  return { related: [], ...finding, severity: 'error' } as unknown as Diagnostic;
}

/** Something that is allowed, but probably not intended. */
export function makeWarning<Code extends DiagnosticCode>(finding: Finding<Code>): Diagnostic {
  return { related: [], ...finding, severity: 'warning' } as unknown as Diagnostic;
}

/** The maximum number of findings with one code for one file. */
export const FINDINGS_PER_CODE_MAX = 50;

/** Sorted by file (first in the order of `paths`, then in the order of appearance), then by offset. */
export function sortFindings(
  diagnostics: readonly Diagnostic[],
  paths: readonly string[] = [],
): readonly Diagnostic[] {
  const ranks = new Map<string, number>();
  for (const path of [...paths, ...diagnostics.map(({ place }) => place.path)]) {
    if (!ranks.has(path)) ranks.set(path, ranks.size);
  }
  const rank = ({ place }: Diagnostic): number => ranks.get(place.path) ?? 0;
  const offset = ({ place }: Diagnostic): number => place.range?.start ?? -1;
  return diagnostics.toSorted((a, b) => (rank(a) === rank(b) ? offset(a) - offset(b) : rank(a) - rank(b)));
}

/** Each code's first findings, followed by how many more there are than are shown. */
export function limitFindings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byCode = new Map<string, { readonly alike: Diagnostic[]; left: number }>();
  for (const diagnostic of diagnostics) {
    const { severity, code, facts } = diagnostic;
    const isRest = code === 'findings-left-out';
    const key = `${severity} ${isRest ? facts.code : code}`;
    const group = byCode.get(key) ?? { alike: [], left: 0 };
    byCode.set(key, group);
    if (isRest) group.left += facts.left;
    else group.alike.push(diagnostic);
  }
  return [...byCode.values()].flatMap(({ alike, left }) => {
    const shown = alike.slice(0, FINDINGS_PER_CODE_MAX);
    return [...shown, ...noteLeft(shown.at(-1), alike.length - shown.length + left)];
  });
}

/** The finding that counts the findings that are not shown; empty if all are shown. `last` is the last one shown. */
export function noteLeftOut(last: Diagnostic | undefined, found: number): readonly Diagnostic[] {
  return noteLeft(last, found - FINDINGS_PER_CODE_MAX);
}

function noteLeft(last: Diagnostic | undefined, left: number): readonly Diagnostic[] {
  if (last === undefined || left <= 0) return [];
  const finding = { code: 'findings-left-out', place: last.place, facts: { left, code: last.code } } as const;
  return [last.severity === 'error' ? makeError(finding) : makeWarning(finding)];
}

/** How many there are, those that are not shown too. */
export function countFindings(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.reduce((sum, { severity: own, code, facts }) => {
    if (own !== severity) return sum;
    return sum + (code === 'findings-left-out' ? facts.left : 1);
  }, 0);
}
