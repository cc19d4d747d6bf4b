/** Explanations for a program to read, as `schemas/explanations.schema.json` describes them. */
import type { ExplainedCode } from './codes.ts';

/** One document, with a line end. */
export function renderExplanationsJson(codes: readonly ExplainedCode[]): string {
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
