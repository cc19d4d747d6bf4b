/** The warnings of a plan that is valid, in words, for whoever shows them beside what a run would do. */
import { renderSentence } from '../../../findings/catalogue.ts';
import { createLocator } from '../../../findings/source-place.ts';
import type { ReadPlan } from '../../../host/read-plan-with.ts';
import type { PlanWarning } from '../../../views/preview/preview-markdown.ts';

export function listWarnings({
  diagnostics,
  sources,
}: Pick<ReadPlan, 'diagnostics' | 'sources'>): readonly PlanWarning[] {
  const spanOf = createLocator(sources);
  return diagnostics.map((diagnostic) => {
    const { code, place } = diagnostic;
    const span = spanOf(place);
    const at = span === null ? '' : `:${span.line}:${span.column}`;
    return { code, place: `${place.path}${at}`, ...renderSentence(diagnostic) };
  });
}
