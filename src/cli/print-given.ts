/** What became of an order, in words and as an exit code. */
import type { LockOwner } from '../rollout/event.ts';
import { renderElapsed } from '../base/duration.ts';
import { printable } from '../base/text.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { composeCommands } from '../views/wording/commands.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { describeRunner } from '../views/wording/phrases.ts';
import { describeEvent } from '../views/wording/sentences.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { GivenOrder } from './give-order.ts';
import { fail, print } from './io.ts';
import type { Io } from './io.ts';
import { pathsOfRecord } from './plan-of-record.ts';

export type Telling = {
  readonly name: RolloutName;
  /** What `--state` is to be given in commands; `null` where the settings say it. */
  readonly state: string | null;
};

export function printGiven(given: GivenOrder, { name, state: where }: Telling, io: Io): ExitCode {
  const commandsOf = (state: RolloutState) =>
    composeCommands({
      name,
      state: where,
      simulate: state.simulated ? true : null,
      ...pathsOfRecord(state, where, io),
      rollbackOf: state.plan.rollbackOf?.name ?? null,
    });
  switch (given.kind) {
    case 'problem':
      return fail(io, given.problem === 'lost' ? EXIT.held : EXIT.environment, given.message);
    case 'left':
      return fail(io, EXIT.unfinished, describeLeft({ name, state: where }, given.holder, io.clock.now()));
    case 'taken-up': {
      const { event, after, state, holder } = given;
      if (event.type === 'order-refused')
        return fail(io, EXIT.refused, `${name}: ${printable(event.message)}`);
      print(io.stdout, `${name}: ${describeEvent(event, after)}\n`);
      const next = describeNext(state, holder);
      if (next !== null) print(io.stderr, `${next}\n  ${commandsOf(state).run}\n`);
      return EXIT.completed;
    }
  }
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

function describeLeft({ name, state }: Telling, holder: LockOwner | null, now: number): string {
  const left = `the order is left for ${name}, and whoever runs it next takes it up`;
  if (holder === null) return `${left}; just now another command has hold of it`;
  const commands = composeCommands({ name, rollbackOf: null, planPath: null, state, simulate: null });
  return `${left}; ${describeRunner(holder)}, which has held it for ${renderElapsed(now - holder.since)}, has not. If that runner is gone for good: ${commands.unlock(holder.id)}`;
}
