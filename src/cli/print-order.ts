/** Orders as the command line gives them, and what became of one, in words and as an exit code. */
import { composeCommands } from '../views/wording/commands.ts';
import { describeOrder, describeOrderNotice } from '../run/session/describe-order.ts';
import type { OrderNotice, OrderPorts, OrderResult } from '../run/session/give-order.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { LockOwner } from '../rollout/event.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { JournalStore } from '../store/journal.ts';
import { fail, print, remark } from './io.ts';
import type { Io } from './io.ts';
import { pathsOfRecord } from './plan-of-record.ts';

export function orderPorts(store: JournalStore, io: Io): OrderPorts {
  return {
    store,
    giver: io,
    onNotice: (notice) => {
      printNotice(notice, io);
    },
  };
}

function printNotice(notice: OrderNotice, io: Io): void {
  const sentence = describeOrderNotice(notice);
  if (notice.kind === 'journal-cut') remark(io, sentence);
  else io.stderr.write(`${sentence}\n`);
}

/** `state`: what `--state` is to be given in commands; `null` where the settings say it. */
export function printOrder(result: OrderResult, state: string | null, io: Io): ExitCode {
  const { outcome, exit, message } = describeOrder(result, { state, now: io.clock.now() });
  if (result.kind !== 'taken-up' || outcome !== 'recorded') return fail(io, exit, message);
  print(io.stdout, `${message}\n`);
  const next = describeNext(result.state, result.holder);
  if (next === null) return exit;
  const { run } = composeCommands({
    name: result.name,
    state,
    simulate: result.state.simulated ? true : null,
    ...pathsOfRecord(result.state, state, io),
    rollbackOf: result.state.plan.rollbackOf?.name ?? null,
  });
  print(io.stderr, `${next}\n  ${run}\n`);
  return exit;
}

/** `null` where nothing is left to be done by hand. */
function describeNext({ phase, pause }: RolloutState, holder: LockOwner | null): string | null {
  if (holder !== null || pause !== null) return null;
  switch (phase.kind) {
    case 'running':
      return 'No runner is at work on it. To go on:';
    case 'halted':
      return 'To see how the devices in flight end (this posts nothing):';
    case 'closed':
    case 'completed':
      return null;
  }
}
