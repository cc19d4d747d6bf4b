/**
 * Diagnostics in the Static Analysis Results Interchange Format, SARIF 2.1.0, for code scanning and editors: one document
 * with one run. Paths are relative to the root of the repository, `%SRCROOT%`.
 */
import { renderJson, printable } from '../base/text.ts';
import { renderSentence } from './catalogue.ts';
import type { DiagnosticCode, Diagnostic } from './catalogue.ts';
import { createFingerprints } from './fingerprints.ts';
import type { Place, SourceFile, Locator, Span } from './source-place.ts';
import { createLocator } from './source-place.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json' as const;
const ROOT = '%SRCROOT%';

/** The explanation of a code: its meaning, why it matters, and what to do. */
export type RuleText = { readonly short: string; readonly full: string; readonly help: string };

export type SarifRun = {
  /** The version of Breakwater. */
  readonly version: string;
  /** Where Breakwater is described. */
  readonly homepage: string;
  /** A file's path from the root of its repository, with `/`; `null` for a file that is not in it. */
  readonly pathOf: (path: string) => string | null;
  readonly explain: (code: DiagnosticCode) => RuleText;
  /** Problems of the run that are not diagnostics. */
  readonly problems: readonly string[];
};

type Message = { readonly text: string };

/** One document, with a line end. */
export function renderDiagnosticsSarif(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  { version, homepage, pathOf, explain, problems }: SarifRun,
): string {
  const rules = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const locate = createLocations(createLocator(sources), pathOf);
  const fingerprint = createFingerprints(pathOf);
  const results = diagnostics.map((diagnostic) => ({
    ruleId: diagnostic.code,
    ruleIndex: rules.indexOf(diagnostic.code),
    level: diagnostic.severity,
    message: describe(diagnostic),
    locations: [locate(diagnostic.place)],
    ...listRelated(diagnostic, locate),
    partialFingerprints: { 'finding/v1': fingerprint(diagnostic) },
  }));
  const run = {
    tool: {
      driver: {
        name: 'Breakwater',
        version,
        informationUri: homepage,
        rules: rules.map((id) => describeRule(id, explain(id))),
      },
    },
    invocations: [
      {
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: problems.map((problem) => ({
          level: 'error',
          message: toMessage([problem]),
        })),
      },
    ],
    originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    results,
  };
  return `${renderJson({ version: '2.1.0', $schema: SCHEMA, runs: [run] }, 2)}\n`;
}

function describeRule(id: DiagnosticCode, { short, full, help }: RuleText): object {
  return {
    id,
    shortDescription: toMessage([short]),
    fullDescription: toMessage([full]),
    help: toMessage([help]),
  };
}

function describe(diagnostic: Diagnostic): Message {
  const { message, help } = renderSentence(diagnostic);
  return toMessage(help === null ? [message] : [message, help]);
}

/** Plain text in sentences, because some viewers show only the first sentence. */
function toMessage(parts: readonly string[]): Message {
  return { text: parts.map((part) => escapeMessage(endSentence(part))).join(' ') };
}

function endSentence(text: string): string {
  const ended = /[.?!…]$/.test(text) ? text : `${text}.`;
  return ended.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** In the text of a message, `](` would create a link, and `{0}` would be replaced. */
function escapeMessage(text: string): string {
  return printable(text)
    .replaceAll('](', '] (')
    .replace(/\{(?=\d+\})/g, '{ ');
}

type Location = {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: object;
  };
};

function createLocations(spanOf: Locator, pathOf: SarifRun['pathOf']): (place: Place) => Location {
  return (place) => {
    const span = spanOf(place);
    return {
      physicalLocation: {
        artifactLocation: locateFile(place.path, pathOf(place.path)),
        region: toRegion(span ?? START),
      },
    };
  };
}

/** Of a file that could not be read: some readers leave out a result without a region. */
const START: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

function locateFile(path: string, inRepository: string | null): { uri: string; uriBaseId?: string } {
  if (inRepository !== null) return { uri: encodePath(inRepository), uriBaseId: ROOT };
  return { uri: path.startsWith('/') ? `file://${encodePath(path)}` : encodePath(path) };
}

function encodePath(path: string): string {
  // A lone surrogate is not a character, and a URI cannot contain it.
  const characters = path.replace(/\p{Surrogate}/gu, '\ufffd');
  return characters.split('/').map(encodeURIComponent).join('/');
}

function toRegion({ line, column, endLine, endColumn }: Span): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function listRelated({ related }: Diagnostic, locate: (place: Place) => Location): object {
  if (related.length === 0) return {};
  return {
    relatedLocations: related.map((other, id) => ({
      id,
      ...locate(other),
      message: toMessage([other.label]),
    })),
  };
}
