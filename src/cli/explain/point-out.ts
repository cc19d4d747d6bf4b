/** Where to read more: one line, however many findings there are. */
import { composeExplain } from '../../views/wording/commands.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** With a line end; empty where nothing was found. */
export function pointToExplanation(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return first === undefined ? '' : `For more about a finding: ${composeExplain(first.code)}\n`;
}
