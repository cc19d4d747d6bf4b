/** The table of a summary about hooks and gates: those that are under way, and those that did not pass. */
import type { RolloutState } from '../../rollout/state.ts';
import { printable } from '../../base/text.ts';
import { wrapTo } from './columns.ts';
import { describeResult, nameHook, nameWave } from '../wording/phrases.ts';
import { describeMore } from './summary-tables.ts';
import type { Table } from './summary-tables.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

const SHOWN = 10;

export function renderCommands(table: Table): readonly string[] {
  const { state, colours, columns } = table;
  const lines = [...describeGates(state), ...describeHooks(state)];
  if (lines.length === 0) return [];
  return [
    colours.bold('Hooks and gates'),
    ...lines.slice(0, SHOWN).flatMap((line) => wrapTo(`  ${line}`, columns, 4)),
    ...describeMore(lines.length - SHOWN, '  ', table),
  ];
}

function describeGates({ waves }: RolloutState): readonly string[] {
  return waves.flatMap(({ wave, gates }) =>
    gates.flatMap(({ attempts, result, isAcknowledged }, index) => {
      if (!isWorthTelling(result)) return [];
      const gate = wave.gates?.[index];
      const name = `gate ${printable(gate?.name ?? '')} (${nameWave(wave.name)})`;
      const tries = 1 + (gate?.retries ?? 0);
      const attempt = tries === 1 ? '' : `, attempt ${attempts} of ${tries},`;
      return [`${name}${attempt} ${describeResult(result)}${describeSeen(isAcknowledged)}`];
    }),
  );
}

function describeHooks({ hooks }: RolloutState): readonly string[] {
  return [...hooks.values()].flatMap((hook) => {
    if (hook.result === null) return [`${nameHook(hook)} is under way`];
    if (!isWorthTelling(hook.result)) return [];
    return [`${nameHook(hook)} ${describeResult(hook.result)}${describeSeen(hook.isAcknowledged)}`];
  });
}

function isWorthTelling(result: CommandResult | null): result is CommandResult {
  return result !== null && result.outcome !== 'passed' && result.outcome !== 'skipped';
}

function describeSeen(isAcknowledged: boolean): string {
  return isAcknowledged ? ' (acknowledged)' : '';
}
