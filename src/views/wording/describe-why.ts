/** Why a rollout is in its current state, in sentences. They claim only what is on record. */
import { renderElapsed } from '../../base/duration.ts';
import { renderNumber } from '../../base/text.ts';
import type { OrderRecord } from '../../rollout/order.ts';
import type { AnsweredOrder, RolloutState } from '../../rollout/state.ts';
import { describeDoubts } from '../advice/advise-doubt.ts';
import type { Position } from '../advice/advice-lines.ts';
import { describeReason, judgedWave } from './causes.ts';
import { notesOn } from './device-facts.ts';
import { failingDevices, failingOfWave } from '../status/devices.ts';
import { renderMoment } from './moments.ts';
import { describeRunner, nameGiver, quoteReason, shortDigest, withoutFullStop } from './phrases.ts';
import { doubtfulOf } from '../tables/situation.ts';
import type { HaltedPhase, Need } from '../tables/situation.ts';
import { FAILURES } from '../summary/tallies.ts';

/** None where there is nothing to explain. */
export function describeWhy(position: Position): readonly string[] {
  const { state, situation, now } = position;
  switch (situation.kind) {
    case 'completed':
    case 'not-started':
      return [];
    case 'halted':
      return [
        describeHalt(situation.phase, state),
        ...describeFailing(situation.phase, state),
        ...describeOpenDoubts(position),
      ];
    case 'aborted': {
      const { abort, phase } = situation;
      return [
        `aborted ${describeGiven(abort, position)}`,
        ...(phase.cause.reason === 'operator'
          ? []
          : [`it halted before that: ${describeHalt(phase, state)}`]),
        ...describeOpenDoubts(position),
      ];
    }
    case 'paused':
      return [`paused ${describeGiven(situation.pause, position)}`, ...describeOpenDoubts(position)];
    case 'running':
      return state.runner === null ? [] : [`active runner: ${describeRunner(state.runner.identity)}`];
    case 'in-doubt':
      return [
        ...describeDoubts(situation.deployments),
        ...(state.pause === null ? [] : [`it is also paused ${describeGiven(state.pause, position)}`]),
      ];
    case 'ready':
      return [describeReady(situation.by, position)];
    case 'waiting':
      return [withoutFullStop(situation.message), ...describeLapsed(situation.need, position)];
    case 'interrupted':
    case 'stopped':
    case 'lost':
      return [withoutFullStop(situation.message)];
    case 'runner-gone':
      return state.runner === null
        ? []
        : [
            `the runner stopped unexpectedly: it was killed, or its machine went down (${describeRunner(state.runner.identity)}); last event ${renderElapsed(now - state.updatedAt)} ago`,
          ];
  }
}

const GROUPS_NAMED = 5;

/** `by outcome: 3 timed-out, offline before the POST; 1 timed-out, online before the POST`: none without such notes. */
function describeFailing({ cause, wave }: HaltedPhase, state: RolloutState): readonly string[] {
  if (!('failures' in cause)) return [];
  const failing =
    cause.reason === 'rollout-failures-exceeded' || cause.reason === 'reverted'
      ? FAILURES.map((deviceOutcome) => failingDevices(state, deviceOutcome, Infinity))
      : failingOfWave(state, judgedWave({ wave, cause }), Infinity);
  const counts = new Map<string, number>();
  let isMoreKnown = false;
  for (const { deviceOutcome, devices } of failing) {
    for (const device of devices.filter(({ isAcknowledged }) => !isAcknowledged)) {
      const notes = notesOn(device);
      isMoreKnown ||= notes.length > 0;
      const what = [deviceOutcome, ...notes].join(', ');
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  if (!isMoreKnown) return [];
  const groups = [...counts].sort(([, one], [, other]) => other - one);
  const named = groups.slice(0, GROUPS_NAMED).map(([what, devices]) => `${renderNumber(devices)} ${what}`);
  const others = groups.slice(GROUPS_NAMED).reduce((sum, [, devices]) => sum + devices, 0);
  return [
    `by outcome: ${[...named, ...(others === 0 ? [] : [`${renderNumber(others)} others`])].join('; ')}`,
  ];
}

function describeHalt(phase: HaltedPhase, { plan }: RolloutState): string {
  return `${phase.cause.reason}: ${describeReason(phase, plan)}`;
}

/** `by ana, 2m05s ago (2026-01-05 08:00:12 UTC): "the image is bad"`; the time is the record's. */
function describeGiven(order: OrderRecord, { state, now }: Position): string {
  const at = state.orders.get(order.id)?.at ?? order.givenAt;
  return `${nameGiver(order)}, ${renderElapsed(now - at)} ago (${renderMoment(at)})${quoteReason(order)}`;
}

/** An approval counts only for the plan that it was given for. */
function describeLapsed(need: Need, position: Position): readonly string[] {
  if (need.kind !== 'approval' || need.lapsed === null) return [];
  const { order, digest } = need.lapsed;
  const given = describeGiven(order, position);
  return [
    `it was approved ${given}, but the plan changed after that (approved digest: ${shortDigest(digest)})`,
  ];
}

function describeReady({ kind, order }: AnsweredOrder, position: Position): string {
  const given = describeGiven(order, position);
  switch (kind) {
    case 'retry':
      return `retry ordered ${given}`;
    case 'settle':
      return `the deployment in doubt was settled ${given}`;
    case 'approve':
      return `the wave was approved ${given}`;
    case 'resume':
    case 'pause':
    case 'abort':
    case 'rollback':
    case 'accept-open':
      return `resumed ${given}`;
  }
}

/** Deployments that are also in doubt: they may have reached devices. */
function describeOpenDoubts({ state, isHeld }: Position): readonly string[] {
  return describeDoubts(doubtfulOf(state, isHeld));
}
