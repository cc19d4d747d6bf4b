/**
 * Diagnostics as a Code Quality report of GitLab, which shows them in a merge request, beside the lines that it changes:
 *
 *     [ { "description": "…", "check_name": "schema-unknown-key", "fingerprint": "9f86…", "severity": "critical",
 *         "location": { "path": "plans/a.yaml", "lines": { "begin": 12 } } } ]
 *
 * A finding whose fingerprint is in the report of the target branch too is not shown as new.
 */
import { printable, renderJson } from '../base/text.ts';
import { renderSentence } from './catalogue.ts';
import type { Diagnostic } from './catalogue.ts';
import { createFingerprints } from './fingerprints.ts';
import type { Severity, SourceFile } from './source-place.ts';
import { createLocator } from './source-place.ts';

/** GitLab's own words. */
const SEVERITIES: Readonly<Record<Severity, 'critical' | 'minor'>> = { error: 'critical', warning: 'minor' };

/** One document, with a line end. `pathOf`: a file's path from the root of its repository; `null` for one that is not in it. */
export function renderDiagnosticsGitlab(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  pathOf: (path: string) => string | null,
): string {
  const spanOf = createLocator(sources);
  const fingerprint = createFingerprints(pathOf);
  const report = diagnostics.map((diagnostic) => {
    const { message, help } = renderSentence(diagnostic);
    const { severity, place, code } = diagnostic;
    return {
      description: printable(help === null ? message : `${message} (${help})`),
      check_name: code,
      fingerprint: fingerprint(diagnostic),
      severity: SEVERITIES[severity],
      location: {
        path: printable(pathOf(place.path) ?? place.path),
        lines: { begin: spanOf(place)?.line ?? 1 },
      },
    };
  });
  return `${renderJson(report, 2)}\n`;
}
