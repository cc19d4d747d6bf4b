/**
 * What to do next: for somebody who was woken by it. The likeliest way on comes first; only commands that exist are named,
 * and only those that would be obeyed where the rollout stands.
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
import { adviseRun, command, describeInFlight, isAre, say } from './advice-lines.ts';
import type { Advice, Position, PositionIn } from './advice-lines.ts';
import { describeWhy } from '../wording/describe-why.ts';
import { describePending } from '../wording/order-sentences.ts';
import { describeRunner } from '../wording/phrases.ts';
import { acknowledgedTally, failuresOf, totalTally } from '../summary/tallies.ts';
import { currentWave } from '../status/wave-groups.ts';

/** A runner looks for orders every second; one that has not within this time may hang, or be gone. */
const TAKEN_UP_WITHIN_MS = 10_000;

/** Polls may bring no news for long, but not for ever: after this, whoever asks is told how to end a dead runner's hold. */
const SILENT_AFTER_MS = 900_000;

/** Why it stands where it does, and what to do next: every output says that first. */
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
        say(`${position.orders.length === 0 ? 'nothing: it goes on by itself; ' : ''}look again with`),
        command(commands.status),
      ];
    case 'in-doubt':
      return adviseInDoubt({ ...position, situation });
    case 'ready':
      return [...adviseRun('go on', position), ...describeInFlight(state)];
    case 'interrupted':
      return [...adviseRun('go on where it stands', position), ...describeInFlight(state)];
    case 'waiting':
      return adviseWaiting({ ...position, situation });
    case 'stopped':
      return [...adviseRun('put right what is said above, then go on', position), ...describeInFlight(state)];
    case 'runner-gone':
      return [...adviseRun('go on where its record stands', position), ...describeInFlight(state)];
    case 'not-started':
      return adviseRun('start it', position);
  }
}

/** `order pending: abort by ana, 2m05s ago: "…"`, and who will take it up. */
function describeWaiting(order: Order, { isHeld, now }: Position): string {
  const what = `order pending: ${describePending(order, now)}`;
  if (!isHeld) return `${what}; the next run takes it up`;
  return now - order.givenAt <= TAKEN_UP_WITHIN_MS
    ? `${what}; the runner takes it up within a second or two`
    : `${what}; the runner looks for orders every second and has not taken it up: it may hang, or be gone`;
}

function adviseCompleted(position: Position): readonly Advice[] {
  const { state } = position;
  if (state.rollback !== null) return adviseTakenBack(position);
  const failures = failuresOf(totalTally(state));
  const isAcknowledged = failuresOf(acknowledgedTally(state)) > 0;
  const within = `within what the plan tolerates${isAcknowledged ? ' and what was acknowledged' : ''}`;
  const left = failures - countLate(state, 'success') + countLate(state, 'failed');
  if (left <= 0) return [];
  const told = say(`check ${count(left, 'device')} that did not succeed, ${within}`);
  if (state.simulated || openDevicesOf(state).length === 0) return [told];
  return [told, say('ask the API once more what became of them'), command(position.commands.followUp())];
}

/** Devices that turned out otherwise than they were judged, too late for the verdict: failures to have succeeded, or the reverse. */
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

/** Nothing is posted without being on record first, so whoever cannot put anything on record posts nothing either. */
function adviseLost({ commands }: Position): readonly Advice[] {
  return [
    say('this run has posted nothing since then; another runner may be at work on it, so look first'),
    command(commands.status),
    say('if nobody is, go on where its record stands'),
    command(commands.run),
  ];
}

function adviseWaiting(position: PositionIn<'waiting'>): readonly Advice[] {
  const { situation, commands } = position;
  const { need } = situation;
  switch (need.kind) {
    case 'approval':
      return [
        say('see that what is above is as it should be, then approve the wave'),
        command(commands.approve(need.wave)),
        ...adviseRun('that posts nothing by itself: then run the plan again', position),
      ];
    case 'devices':
      return adviseRun(
        'when enough devices are online and the rate limit allows calls, run it again',
        position,
      );
    case 'time':
      return [
        ...adviseRun('go on when its time has come', position),
        ...(need.approval === null
          ? []
          : [
              say('the wave needs to be approved as well, which can be done before'),
              command(commands.approve(need.approval)),
            ]),
      ];
  }
}

function advisePaused(position: PositionIn<'paused'>): readonly Advice[] {
  const { state, situation, commands } = position;
  const { inFlight, isWatched } = situation;
  const resume = [say('go on once the reason is gone'), command(commands.order('resume'))];
  if (isWatched) {
    return [
      say(
        `nothing further is posted; ${count(inFlight, 'device')} in flight ${isAre(inFlight)} followed by the runner at work, which then ends; look again with`,
      ),
      command(commands.status),
      ...resume,
    ];
  }
  return [
    ...resume,
    ...adviseRun(
      inFlight === 0
        ? 'that posts nothing by itself: then run the plan again'
        : 'that posts nothing by itself: then run the plan again; run before that, it only sees how what is in flight ends',
      position,
    ),
    ...describeInFlight(state),
  ];
}

/** Then no news for hours are as it should be. */
function isWaiting(state: RolloutState, now: number): boolean {
  const next = currentWave(state.waves);
  if (next?.phase === 'soaking') return next.soakUntil !== null && now < next.soakUntil;
  return next?.phase === 'waiting' && mayBeHeldLong(state, next);
}

/** A hold that nobody seems to stand behind any more. On this machine a dead runner's is ended by the next run. */
function adviseUnlock({ state, isHeld, holder, orders, commands, now }: Position): readonly Advice[] {
  const isSilent = now - state.updatedAt > SILENT_AFTER_MS && !isWaiting(state, now);
  const isDeaf = orders.some(({ givenAt }) => now - givenAt > TAKEN_UP_WITHIN_MS);
  if (!isHeld || holder === null || !(isSilent || isDeaf)) return [];
  return [
    say(
      `${describeRunner(holder)}, holds it; the last event on record was ${renderElapsed(now - state.updatedAt)} ago. Only if you know that this process is gone for good, end its hold`,
    ),
    command(commands.unlock(holder.id)),
  ];
}
