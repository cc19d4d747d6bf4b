/** The parts of advice, and what they share. */
import type { LockOwner } from '../../rollout/event.ts';
import { count } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { Order } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Commands } from '../wording/commands.ts';
import type { Situation } from '../tables/situation.ts';
import { totalTally } from '../summary/tallies.ts';

/** A sentence, or a command to type. */
export type Advice = { readonly kind: 'text' | 'command'; readonly text: string };

export type Position = {
  readonly state: RolloutState;
  readonly situation: Situation;
  readonly commands: Commands;
  readonly isHeld: boolean;
  readonly holder: LockOwner | null;
  /** Given but not processed yet. */
  readonly orders: readonly Order[];
  readonly now: number;
};

export type PositionIn<Kind extends Situation['kind']> = Position & {
  readonly situation: Extract<Situation, { readonly kind: Kind }>;
};

export function say(text: string): Advice {
  return { kind: 'text', text };
}

export function command(text: string): Advice {
  return { kind: 'command', text };
}

export function isAre(n: number): 'is' | 'are' {
  return n === 1 ? 'is' : 'are';
}

/** Whether devices were in flight on a simulator that ended with its run: they never report an outcome. */
export function isSimulationGone({ state, commands, isHeld }: Position): boolean {
  return commands.simulateAgain !== null && !isHeld && inFlightOf(totalTally(state)) > 0;
}

/** `what`, and the command for it. */
export function adviseRun(what: string, position: Position): readonly Advice[] {
  const { simulateAgain, continue: run } = position.commands;
  return simulateAgain !== null && isSimulationGone(position)
    ? [
        say('the simulator ended with its run, and so did the devices in flight; simulate again'),
        command(simulateAgain),
      ]
    : [say(what), command(run)];
}

export function describeInFlight(state: RolloutState): readonly Advice[] {
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0 || state.simulated) return [];
  return [
    say(
      `${count(inFlight, 'device')} in flight ${inFlight === 1 ? 'continues' : 'continue'} without a runner; the next run reads the outcome and deploys nothing twice`,
    ),
  ];
}
