/**
 * Explanations for a person to read:
 *
 *     failures-exceeded: a reason for a halt
 *
 *       Means  More devices of the wave have failed than it tolerates.
 *       Why    …
 *       Next   …
 *                breakwater status NAME
 */
import { colourOf } from '../../base/colour.ts';
import type { Colours } from '../../base/colour.ts';
import { printable } from '../../base/text.ts';
import { padTo, wrapTo } from '../../base/columns.ts';
import type { ExplainedCode, Kind } from './codes.ts';
import type { Example } from '../../findings/explanations.ts';

export type TextOptions = {
  readonly colour: boolean;
  /**
   * The maximum width of lines. `null` for one line per paragraph, so that a search finds whole sentences. Commands and
   * examples are not wrapped.
   */
  readonly columns: number | null;
};

const TITLES: Readonly<Record<Kind, string>> = {
  finding: 'Findings in plans, settings and scenarios',
  'halt-reason': 'Reasons for a halt',
  'exit-code': 'Exit codes',
  'rollout-status': 'Status of a rollout, and why its run ended',
  'wait-reason': 'What a rollout waits for',
  'stop-reason': 'What stops a run with exit code 4',
  refusal: 'Why Breakwater refuses a run',
  'device-standing': 'Status of a device',
  occasion: 'When a hook or a gate runs',
  'command-outcome': 'Result of a hook or a gate',
  'api-failure': 'Why a call to the API fails',
  'run-warning': 'Warnings of a run',
  'artifact-finding': 'Findings in an artifact file',
};

/** All codes by kind, each with its meaning. */
export function renderCodes(codes: readonly ExplainedCode[], options: TextOptions): string {
  const paint = colourOf(options.colour);
  const columns = options.columns ?? Infinity;
  const width = Math.max(...codes.map(({ code }) => code.length)) + 4;
  const sections = Object.entries(TITLES).map(([kind, title]) => {
    const lines = codes
      .filter((one) => one.kind === kind)
      .flatMap(({ code, explanation }) =>
        wrapTo(`  ${padTo(code, width - 2)}${explanation.meaning}`, columns, width),
      );
    return [...wrapTo(paint.bold(title), columns, 2), ...lines, ''];
  });
  const more = wrapTo('To read more about a code: breakwater explain CODE', columns, 2);
  return [...sections.flat(), ...more, ''].join('\n');
}

/** All explanations, with an empty line between them. */
export function renderExplanations(codes: readonly ExplainedCode[], options: TextOptions): string {
  return codes.map((code) => renderExplanation(code, options)).join('\n');
}

function renderExplanation(explained: ExplainedCode, options: TextOptions): string {
  const { code, explanation, example } = explained;
  const { meaning, why, next, commands = [] } = explanation;
  const paint = colourOf(options.colour);
  const columns = options.columns ?? Infinity;
  const paragraph = (label: string, text: string): readonly string[] =>
    wrapTo(`  ${padTo(label, LABEL_COLUMNS)}${text}`, columns, LABEL_COLUMNS + 2);
  const lines = [
    ...wrapTo(`${paint.bold(code)}: ${describeKind(explained)}`, columns, 2),
    '',
    ...paragraph('Means', meaning),
    ...paragraph('Why', why),
    ...paragraph('Next', next),
    ...commands.map((command) => `${' '.repeat(LABEL_COLUMNS + 4)}${paint.bold(command)}`),
    ...(example === null ? [] : renderExample(example, paint)),
  ];
  return `${lines.join('\n')}\n`;
}

const LABEL_COLUMNS = 7;

function describeKind({ kind, severities }: ExplainedCode): string {
  switch (kind) {
    case 'finding':
      return severities.map((severity) => (severity === 'error' ? 'an error' : 'a warning')).join(' or ');
    case 'halt-reason':
      return 'a reason for a halt';
    case 'exit-code':
      return 'an exit code';
    case 'rollout-status':
      return 'a status of a rollout, or why its run ended';
    case 'wait-reason':
      return 'what a rollout waits for';
    case 'stop-reason':
      return 'what stops a run with exit code 4';
    case 'refusal':
      return 'why Breakwater refuses a run';
    case 'device-standing':
      return 'a status of a device';
    case 'occasion':
      return 'when a hook or a gate runs';
    case 'command-outcome':
      return 'a result of a hook or a gate';
    case 'api-failure':
      return 'why a call to the API fails';
    case 'run-warning':
      return 'a warning of a run';
    case 'artifact-finding':
      return 'a finding in an artifact file';
  }
}

function renderExample({ files, printed }: Example, paint: Colours): readonly string[] {
  const introduce = (text: string) => ['', paint.bold(text), ''];
  return [
    ...files.flatMap(({ path, text }) => [...introduce(`Example, ${path}:`), ...quoteText(text)]),
    ...introduce(files.length === 0 ? 'Example output:' : 'Output:'),
    ...quoteText(printed),
  ];
}

function quoteText(text: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `  ${printable(line)}`.trimEnd());
}
