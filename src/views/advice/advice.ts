/**
 * What to do next, for the person on call. The most likely step comes first. Only commands that exist are named,
 * and only those that the current state accepts.
 */
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { isFailure, DEVICE_STATUSES } from '../../rollout/device-status.ts';
import { openDevicesOf } from '../../rollout/open-devices.ts';
import type { Order } from '../../rollout/order.ts';
import { mayBeHeldLong } from '../../rollout/start-conditions.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { adviseAborted, adviseHalted, adviseTakenBack } from './advise-halted.ts';
import { adviseInDoubt } from './advise-doubt.ts';
import { adviseRun, command, describeInFlight, say } from './advice-lines.ts';
import type { Advice, Position, PositionIn } from './advice-lines.ts';
import { describeWhy } from '../wording/describe-why.ts';
import { describePending } from '../wording/order-sentences.ts';
import { describeRunner } from '../wording/phrases.ts';
import { acknowledgedTally, failuresOf, totalTally } from '../summary/tallies.ts';
import { currentWave } from '../status/wave-groups.ts';

/** A runner checks for orders every second; one that has not within this time may hang or have ended. */
const TAKEN_UP_WITHIN_MS = 10_000;

/** Polls may bring no news for long. After this time, advice shows how to unlock after a dead runner. */
const SILENT_AFTER_MS = 900_000;

/** Why it is in this state, and what to do next: every output starts with that. */
export function explain(position: Position): Readonly<Record<'why' | 'next', readonly Advice[]>> {
  return { why: describeWhy(position).map(say), next: adviseNext(position) };
}

function adviseNext(position: Position): readonly Advice[] {
  return [
    ...position.orders.map((order) => say(describeWaiting(order, position))),
    ...adviseIn(position),
    ...adviseUnlock(position),
  ];
}

function adviseIn(position: Position): readonly Advice[] {
  const { state, situation, commands } = position;
  switch (situation.kind) {
    case 'completed':
      return adviseCompleted(position);
    case 'halted':
      return adviseHalted({ ...position, situation });
    case 'aborted':
      return adviseAborted({ ...position, situation });
    case 'lost':
      return adviseLost(position);
    case 'paused':
      return advisePaused({ ...position, situation });
    case 'running':
      return [
        say(
          `${position.orders.length === 0 ? 'nothing to do: it continues by itself; ' : ''}check the status`,
        ),
        command(commands.status),
      ];
    case 'in-doubt':
      return adviseInDoubt({ ...position, situation });
    case 'ready':
      return [...adviseRun('continue', position), ...describeInFlight(state)];
    case 'interrupted':
      return [...adviseRun('continue', position), ...describeInFlight(state)];
    case 'waiting':
      return adviseWaiting({ ...position, situation });
    case 'stopped':
      return [...adviseRun('fix the problem above, then run again', position), ...describeInFlight(state)];
    case 'runner-gone':
      return [...adviseRun('continue from its record', position), ...describeInFlight(state)];
    case 'not-started':
      return adviseRun('start the rollout', position);
  }
}

/** `order pending: abort by ana, 2m05s ago: "…"`, and who will process it. */
function describeWaiting(order: Order, { isHeld, now }: Position): string {
  const what = `order pending: ${describePending(order, now)}`;
  if (!isHeld) return `${what}; the next run processes it`;
  return now - order.givenAt <= TAKEN_UP_WITHIN_MS
    ? `${what}; the runner processes it within 1 or 2 seconds`
    : `${what}; the runner checks for orders every second but has not processed it: it may hang or have ended`;
}

function adviseCompleted(position: Position): readonly Advice[] {
  const { state } = position;
  if (state.rollback !== null) return adviseTakenBack(position);
  const failures = failuresOf(totalTally(state));
  const isAcknowledged = failuresOf(acknowledgedTally(state)) > 0;
  const within = `within tolerance${isAcknowledged ? ' or acknowledged' : ''}`;
  const left = failures - countLate(state, 'success') + countLate(state, 'failed');
  if (left <= 0) return [];
  const told = say(`check ${count(left, 'device')} that failed (${within})`);
  if (state.simulated || openDevicesOf(state).length === 0) return [told];
  return [told, say('poll them again'), command(position.commands.followUp())];
}

/** Devices whose outcome changed too late for the verdict: failures that succeeded, or the reverse. */
function countLate({ deployments }: RolloutState, outcome: 'success' | 'failed'): number {
  let changed = 0;
  for (const { devices, lateOutcomes, superseded, deviceStatuses } of deployments.values()) {
    if (lateOutcomes.size === 0) continue;
    for (const [index, serial] of devices.entries()) {
      const deviceStatus = DEVICE_STATUSES[deviceStatuses[index] ?? 0];
      if (deviceStatus === undefined || superseded[index] === 1 || lateOutcomes.get(serial) !== outcome)
        continue;
      if (outcome === 'success' ? isFailure(deviceStatus) : deviceStatus === 'success') changed++;
    }
  }
  return changed;
}

/** Every deployment is on record before it is sent, so a run that cannot record anything deploys nothing. */
function adviseLost({ commands }: Position): readonly Advice[] {
  return [
    say('this run has deployed nothing since then; another runner may be active, so check the status first'),
    command(commands.status),
    say('if no runner is active, continue from its record'),
    command(commands.continue),
  ];
}

function adviseWaiting(position: PositionIn<'waiting'>): readonly Advice[] {
  const { situation, commands } = position;
  const { need } = situation;
  switch (need.kind) {
    case 'approval':
      return [
        say('check the results above, then approve the wave'),
        command(commands.approve(need.wave)),
        ...adviseRun('this only records your decision; then run', position),
      ];
    case 'devices':
      return adviseRun('when enough devices are online and the rate limit allows calls, run again', position);
    case 'time':
      return [
        ...adviseRun('when the wait is over, run again', position),
        ...(need.approval === null
          ? []
          : [
              say('the wave also needs approval; you can approve it now'),
              command(commands.approve(need.approval)),
            ]),
      ];
  }
}

function advisePaused(position: PositionIn<'paused'>): readonly Advice[] {
  const { state, situation, commands } = position;
  const { inFlight, isWatched } = situation;
  const resume = [say('when the reason for the pause is gone, resume'), command(commands.order('resume'))];
  if (isWatched) {
    return [
      say(
        `nothing more will be deployed until it is resumed; the runner polls ${count(inFlight, 'device')} in flight and then stops; check the status`,
      ),
      command(commands.status),
      ...resume,
    ];
  }
  return [
    ...resume,
    ...adviseRun(
      inFlight === 0
        ? 'this only records your decision; then run'
        : 'this only records your decision; then run (while paused, a run only polls the devices in flight)',
      position,
    ),
    ...describeInFlight(state),
  ];
}

/** Then hours without news are normal. */
function isWaiting(state: RolloutState, now: number): boolean {
  const next = currentWave(state.waves);
  if (next?.phase === 'soaking') return next.soakUntil !== null && now < next.soakUntil;
  return next?.phase === 'waiting' && mayBeHeldLong(state, next);
}

/** A lock whose runner seems dead. The next run on the same machine takes over a dead runner's lock. */
function adviseUnlock({ state, isHeld, holder, orders, commands, now }: Position): readonly Advice[] {
  const isSilent = now - state.updatedAt > SILENT_AFTER_MS && !isWaiting(state, now);
  const isDeaf = orders.some(({ givenAt }) => now - givenAt > TAKEN_UP_WITHIN_MS);
  if (!isHeld || holder === null || !(isSilent || isDeaf)) return [];
  return [
    say(
      `the lock is held by ${describeRunner(holder)}; last event ${renderElapsed(now - state.updatedAt)} ago. Only if you are sure that this process has ended, unlock`,
    ),
    command(commands.unlock(holder.id)),
  ];
}
