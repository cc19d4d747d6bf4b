/** `breakwater explain`: explains a code of the output: its meaning, why it matters, and what to do. */
import { nearest, printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { CODES, findCodes } from '../explain/codes.ts';
import { renderCodes, renderExplanations } from '../explain/render-text.ts';
import { columnsOf, fail, isColourful } from '../io.ts';
import type { Io } from '../io.ts';
import type { ExplainedCode } from '../explain/codes.ts';

export type ExplainFlags = {
  /** `null`: all codes. */
  readonly code: string | null;
  readonly format: 'text' | 'json';
  readonly color: boolean;
};

export function runExplain({ code, format, color }: ExplainFlags, io: Io): ExitCode {
  const codes = code === null ? CODES : findCodes(code);
  if (code !== null && codes.length === 0) return fail(io, EXIT.refused, describeUnknown(code));
  const { stdout } = io;
  const colour = isColourful(io, stdout, color);
  // The list has a line for each code, which in a pipe is one line whatever its length.
  const listColumns = stdout.isTTY ? columnsOf(stdout) : null;
  if (format === 'json') stdout.write(renderExplanationsJson(codes));
  else if (code === null) stdout.write(renderCodes(codes, { colour, columns: listColumns }));
  else stdout.write(renderExplanations(codes, { colour, columns: columnsOf(stdout) }));
  return EXIT.completed;
}

function describeUnknown(wanted: string): string {
  const hint = nearest(
    wanted,
    CODES.map(({ code }) => code),
  );
  return `unknown code "${printable(wanted)}". ${hint === null ? 'To list all codes: breakwater explain' : `Did you mean ${hint}?`}`;
}

/** One document that ends with a line feed. */
function renderExplanationsJson(codes: readonly ExplainedCode[]): string {
  const document = {
    format: 'breakwater/explanations',
    version: 1,
    explanations: codes.map(describeCode),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function describeCode({ code, kind, outcome, severities, explanation, example }: ExplainedCode) {
  const { meaning, why, next, commands = [] } = explanation;
  return { code, kind, outcome, severities, meaning, why, next, commands, example };
}
