/**
 * Diagnostics for a program to read. The shape is stable: fields may be added, none is renamed or removed while
 * `version` is 1.
 *
 *     {
 *       "format": "breakwater/diagnostics", "version": 1,
 *       "diagnostics": [
 *         { "path": "plans/a.yaml", "line": 12, "column": 5, "endLine": 12, "endColumn": 15,
 *           "code": "schema-unknown-key", "severity": "error", "message": "…", "help": "…" | null,
 *           "related": [ { "path": "…", "line": 3, "column": 1, "endLine": 3, "endColumn": 9, "label": "…" } ] } ] }
 *
 * Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. All four are `null` for a finding about
 * a file as a whole. Messages may be reworded; tell findings apart by `code`.
 */
import { renderSentence } from './catalogue.ts';
import type { Diagnostic, Place, Severity, SourceFile } from './diagnostic.ts';
import { indexLines } from './line-index.ts';
import type { LineIndex } from './line-index.ts';

type JsonPlace = {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
};

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
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The same as values, to be put into another document. */
function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
): readonly JsonDiagnostic[] {
  const indexes = new Map<string, LineIndex | null>();
  const describe = ({ path, range }: Place): JsonPlace => {
    const index = indexes.get(path) ?? indexOf(sources.get(path));
    indexes.set(path, index);
    if (index === null || range === null) {
      return { path, line: null, column: null, endLine: null, endColumn: null };
    }
    const { line, column } = index.positionOf(range.start);
    const end = index.positionOf(range.end);
    return { path, line, column, endLine: end.line, endColumn: end.column };
  };
  return diagnostics.map((diagnostic) => ({
    ...describe(diagnostic.place),
    code: diagnostic.code,
    severity: diagnostic.severity,
    ...renderSentence(diagnostic),
    related: diagnostic.related.map((other) => ({ ...describe(other), label: other.label })),
  }));
}

function indexOf(source: SourceFile | undefined): LineIndex | null {
  return source === undefined ? null : indexLines(source.text);
}
