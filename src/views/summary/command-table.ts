/** The table of a summary about hooks and gates: those that are under way, and those that did not pass. */
import { printable } from '../../base/text.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { left } from '../blocks/block.ts';
import type { TableBlock } from '../blocks/block.ts';
import { describeResult, nameHook, nameWave } from '../wording/phrases.ts';

const SHOWN = 10;

export function commandsTable(state: RolloutState): TableBlock {
  const all = [...describeGates(state), ...describeHooks(state)];
  return {
    kind: 'table',
    title: 'Hooks and gates',
    columns: left('hook or gate'),
    rows: all.slice(0, SHOWN).map((line) => [line]),
    total: all.length,
  };
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
    if (hook.result === null) return [`${nameHook(hook)} is running`];
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
