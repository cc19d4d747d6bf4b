/** Hooks and gates in a preview: text that is safe to print. */
import { renderDuration } from '../base/duration.ts';
import { printable, renderNumber } from '../base/text.ts';
import type { Command, Gate } from './rollout-plan.ts';

/** `smoke: ./smoke.sh --quick, 10m at most`. */
export function describeCommand({ name, run, timeoutMs }: Command): string {
  return `${printable(name)}: ${describeProgram(run)}, ${renderDuration(timeoutMs)} at most`;
}

export function describeGate(gate: Gate): string {
  const { retries, intervalMs } = gate;
  const tries =
    retries === 0 ? '' : `, up to ${renderNumber(retries + 1)} times, ${renderDuration(intervalMs)} apart`;
  return `${describeCommand(gate)}${tries}`;
}

/** The program and its arguments, in quotes where they hold spaces. */
function describeProgram(run: readonly string[]): string {
  return run.map((word) => printable(/^[^\s'"]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
