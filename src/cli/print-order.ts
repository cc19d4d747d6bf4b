/** Gives orders from the command line, and prints the result of an order as text and exit code. */
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

/** `state`: value of `--state` in printed commands; `null` if the settings name the place. */
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

/** `null` if the user has nothing left to do. */
function describeNext({ phase, pause }: RolloutState, holder: LockOwner | null): string | null {
  if (holder !== null || pause !== null) return null;
  switch (phase.kind) {
    case 'running':
      return 'No runner is active. To continue:';
    case 'halted':
      return 'To poll the devices in flight until they end (this deploys nothing):';
    case 'closed':
    case 'completed':
      return null;
  }
}
