/**
 * Diagnostics as JSON for programs. While `version` is 1, fields may be added, but none is renamed or removed.
 *
 *     {
 *       "format": "breakwater/diagnostics", "version": 1,
 *       "diagnostics": [
 *         { "path": "plans/a.yaml", "line": 12, "column": 5, "endLine": 12, "endColumn": 15,
 *           "code": "schema-unknown-key", "severity": "error", "message": "…", "help": "…" | null,
 *           "related": [ { "path": "…", "line": 3, "column": 1, "endLine": 3, "endColumn": 9, "label": "…" } ] } ] }
 *
 * Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. A finding about a file as a whole is at its
 * start; in a file that could not be read, all four are `null`. Messages may be reworded; tell findings apart by `code`.
 */
import { renderJson } from '../base/text.ts';
import { renderSentence } from './catalogue.ts';
import type { Place, Severity, SourceFile, Locator, Span } from './source-place.ts';
import { createLocator } from './source-place.ts';
import type { Diagnostic } from './catalogue.ts';

type JsonPlace = { readonly path: string } & { readonly [Key in keyof Span]: number | null };

type JsonDiagnostic = JsonPlace & {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string | null;
  readonly related: readonly (JsonPlace & { readonly label: string })[];
};

type JsonDiagnostics = {
  readonly format: 'breakwater/diagnostics';
  readonly version: 1;
  readonly diagnostics: readonly JsonDiagnostic[];
};

/** One document, with a line end. */
export function renderDiagnosticsJson(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): string {
  const document: JsonDiagnostics = {
    format: 'breakwater/diagnostics',
    version: 1,
    diagnostics: describeDiagnostics(diagnostics, sources),
  };
  return `${renderJson(document, 2)}\n`;
}

/** The same as objects. */
export function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): readonly JsonDiagnostic[] {
  const spanOf = createLocator(sources);
  return diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, spanOf));
}

function describeDiagnostic(diagnostic: Diagnostic, spanOf: Locator): JsonDiagnostic {
  return {
    ...describePlace(diagnostic.place, spanOf),
    code: diagnostic.code,
    severity: diagnostic.severity,
    ...renderSentence(diagnostic),
    related: diagnostic.related.map((other) => ({ ...describePlace(other, spanOf), label: other.label })),
  };
}

function describePlace(place: Place, spanOf: Locator): JsonPlace {
  return { path: place.path, ...(spanOf(place) ?? NOWHERE) };
}

const NOWHERE = { line: null, column: null, endLine: null, endColumn: null };
