/** What became of an order, in words, as an outcome and as an exit code. */
import { renderElapsed } from '../../base/duration.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner } from '../../rollout/event.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { composeCommands } from '../../views/wording/commands.ts';
import type { Commands } from '../../views/wording/commands.ts';
import { describeOpenDeployments, describeOverlapping } from '../../views/wording/describe-others.ts';
import { describeCut, describeRunner } from '../../views/wording/phrases.ts';
import { describeEvent } from '../../views/wording/sentences.ts';
import type { OrderNotice, OrderResult } from './give-order.ts';

/**
 * How an order can end.
 *
 * - `recorded`: it is on record, and the rollout goes by it.
 * - `already`: nothing was to be done: it is so already.
 * - `waiting`: it is left for the rollout, and whoever runs it next goes by it.
 * - `refused`: it cannot be obeyed where the rollout stands, or names what is not on record. Nothing was done.
 * - `environment`: the API, the key or the record stopped it.
 * - `held`: the hold on the rollout was lost before the order was on record; it is left, as with `waiting`.
 */
export type OrderOutcome = 'recorded' | 'already' | 'waiting' | 'refused' | 'environment' | 'held';

export type DescribedOrder = {
  readonly outcome: OrderOutcome;
  readonly exit: ExitCode;
  readonly message: string;
};

export type OrderContext = {
  /** What `--state` is to be given in commands; `null` where the settings say it. */
  readonly state: string | null;
  /** Real time, in epoch milliseconds. */
  readonly now: number;
};

export function describeOrder(result: OrderResult, context: OrderContext): DescribedOrder {
  switch (result.kind) {
    case 'missing':
    case 'not-adopted':
      return refuse(result.message);
    case 'no-api':
      return { outcome: 'environment', exit: result.exit, message: result.message };
    case 'problem': {
      const outcome = result.problem === 'lost' ? 'held' : 'environment';
      return { outcome, exit: EXIT[outcome], message: result.message };
    }
    case 'already':
      return { outcome: 'already', exit: EXIT.completed, message: `${result.name}: ${result.message}` };
    case 'refused':
      return refuse(`${result.name}: ${result.message}`);
    case 'neighbours':
      return refuse(describeOverlapping(result.name, result.neighbours));
    case 'open-deployments':
      return refuse(describeOpenDeployments(result.open, commandsOf(result.name, context)));
    case 'left': {
      const message = describeLeft(result.name, result.holder, context);
      return { outcome: 'waiting', exit: EXIT.unfinished, message };
    }
    case 'taken-up': {
      const { name, event, after } = result;
      return event.type === 'order-refused'
        ? refuse(`${name}: ${printable(event.message)}`)
        : {
            outcome: 'recorded',
            exit: EXIT.completed,
            message: `${name}: ${describeEvent(event, after)}`,
          };
    }
  }
}

function refuse(message: string): DescribedOrder {
  return { outcome: 'refused', exit: EXIT.refused, message };
}

function describeLeft(name: RolloutName, holder: LockOwner | null, context: OrderContext): string {
  const left = `the order for ${name} is recorded; the next run processes it`;
  if (holder === null) return `${left}; another command holds the lock now`;
  const heldFor = renderElapsed(context.now - holder.since);
  return `${left}; the current runner (${describeRunner(holder)}) has held the lock for ${heldFor} and has not processed it. If it has ended, unlock: ${commandsOf(name, context).unlock(holder.id)}`;
}

function commandsOf(name: RolloutName, { state }: OrderContext): Commands {
  return composeCommands({ name, state, rollbackOf: null, planPath: null, simulate: null });
}

/** A sentence for a person. */
export function describeOrderNotice(notice: OrderNotice): string {
  switch (notice.kind) {
    case 'journal-cut':
      return describeCut(notice.bytes);
    case 'unlisted': {
      const { unlisted, devices } = notice;
      return `${renderNumber(unlisted)} of its ${count(devices, 'device')} ${unlisted === 1 ? 'is' : 'are'} not listed by the API: rejected or not started yet. Devices still unlisted at the wave's timeout count as unknown.`;
    }
  }
}
