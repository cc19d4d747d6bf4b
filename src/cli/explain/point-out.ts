/** Where to read more: one line, however many findings there are. */
import type { Diagnostic } from '../../findings/diagnostic.ts';
import { composeExplain } from '../../views/wording/commands.ts';

/** With a line end; empty where nothing was found. */
export function pointToExplanation(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return first === undefined ? '' : `For more about a finding: ${composeExplain(first.code)}\n`;
}
