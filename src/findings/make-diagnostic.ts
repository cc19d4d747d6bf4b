/** The one place where a diagnostic is put together, so that its code and its facts are known to fit. */
import type { DiagnosticCode, FactsOf, Diagnostic } from './catalogue.ts';
import type { Place, RelatedPlace } from './source-place.ts';

export type Finding<Code extends DiagnosticCode> = {
  readonly code: Code;
  readonly place: Place;
  readonly facts: FactsOf<Code>;
  readonly related?: readonly RelatedPlace[];
};

/** What must be put right before anything is done with the file. */
export function makeError<Code extends DiagnosticCode>(finding: Finding<Code>): Diagnostic {
  return { related: [], ...finding, severity: 'error' } as unknown as Diagnostic;
}

/** What is allowed, but is probably not what was meant. */
export function makeWarning<Code extends DiagnosticCode>(finding: Finding<Code>): Diagnostic {
  return { related: [], ...finding, severity: 'warning' } as unknown as Diagnostic;
}
