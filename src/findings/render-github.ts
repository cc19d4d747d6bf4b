/**
 * Diagnostics as workflow commands. GitHub Actions reads them in the log of a step, and shows them as annotations:
 *
 *     ::error file=plans/a.yaml,line=12,endLine=12,col=5,endColumn=15,title=schema-unknown-key::`maxFailure` is …
 *
 * The runner searches every line for commands: `::` at the start of a line, and `##[` anywhere in it. So this module
 * escapes all text from outside. Other lines of such a step must go through `renderGithubLine`.
 */
import { guardLog, printable } from '../base/text.ts';
import { renderSentence } from './catalogue.ts';
import type { RelatedPlace, SourceFile, Locator, Span } from './source-place.ts';
import { createLocator } from './source-place.ts';
import type { Diagnostic } from './catalogue.ts';

/** GitHub shows at most this many errors, and this many warnings, for a step. */
export const GITHUB_ANNOTATIONS_MAX = 10;

/** A file's path from the root of its repository, with `/`; `null` for a file that is not in it. */
export type RepositoryPath = (path: string) => string | null;

/** One line for each diagnostic, in the order given. */
export function renderDiagnosticsGithub(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  pathOf: RepositoryPath,
): string {
  const spanOf = createLocator(sources);
  return diagnostics.map((diagnostic) => renderCommand(diagnostic, spanOf, pathOf)).join('');
}

/** A line that the runner never reads as a command. */
export function renderGithubLine(text: string): string {
  return guardLog(`${printable(text)}\n`);
}

function renderCommand(diagnostic: Diagnostic, spanOf: Locator, pathOf: RepositoryPath): string {
  const { severity, code, place, related } = diagnostic;
  const { message, help } = renderSentence(diagnostic);
  const file = pathOf(place.path);
  const properties: Readonly<Record<string, string | number>> = {
    ...(file === null ? {} : { file: printable(file), ...listPosition(spanOf(place)) }),
    title: code,
  };
  const lines = [
    file === null ? `${place.path}: ${message}` : message,
    ...(help === null ? [] : [`help: ${help}`]),
    ...related.map((other) => describeRelated(other, spanOf)),
  ];
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${severity} ${listed.join(',')}::${escapeData(lines.map(printable).join('\n'))}\n`;
}

/** Columns only within one line: the runner ignores them for a range over several lines. */
function listPosition(span: Span | null): Readonly<Record<string, number>> {
  if (span === null) return {};
  const { line, column, endLine, endColumn } = span;
  if (line === endLine) return { line, endLine, col: column, endColumn };
  // GitHub shows the annotation below its last line. A range that ends at column 1 contains nothing of that line.
  return { line, endLine: endColumn === 1 ? endLine - 1 : endLine };
}

function describeRelated(other: RelatedPlace, spanOf: Locator): string {
  const span = spanOf(other);
  const position = span === null ? '' : `:${span.line}:${span.column}`;
  return `${other.path}${position}: ${other.label}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
