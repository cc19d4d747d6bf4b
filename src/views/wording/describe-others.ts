/**
 * What others have to do with a rollout: the runner that holds it, the rollouts that share its devices, and those that left
 * them open. For people, and as a document.
 */
import { renderElapsed } from '../../base/duration.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner } from '../../rollout/event.ts';
import type { Commands } from './commands.ts';
import { describeRunner } from './phrases.ts';
import { count, list, printable } from '../../base/text.ts';
import type { OverlappingRollout } from '../../rollout/entry.ts';
import type { OpenDeployments, OpenDevice } from '../../rollout/open-devices.ts';
import { renderMoment, renderTimestamp } from './moments.ts';

/** Who holds the rollout, in a sentence without its full stop. */
export function describeLockOwner(name: RolloutName, holder: LockOwner | null, now: number): string {
  return holder === null
    ? `another runner is just taking hold of ${name}, or was killed while it did`
    : `${name} is held by another runner: ${describeRunner(holder)}, for ${renderElapsed(now - holder.since)}`;
}

/** What whoever is kept out can do. */
export function adviseHeld(holder: LockOwner | null, { unlock }: Pick<Commands, 'unlock'>): string {
  return holder === null
    ? 'Try again in a moment.'
    : `Wait for it (--wait-lock 10m), or stop it and run this again. If that runner is gone for good:\n  ${unlock(holder.id)}`;
}

const SERIALS_NAMED = 3;

/** The rollouts that keep this one from starting: what is shared with whom, and what can be done. */
export function describeOverlapping(name: string, overlapping: readonly OverlappingRollout[]): string {
  const lines = overlapping.map(
    ({ name: other, shared, isHalted }) =>
      `  ${other}${isHalted ? ', which has halted' : ''}: ${count(shared.length, 'device')} (${list(shared, SERIALS_NAMED)})`,
  );
  const others = overlapping.length === 1 ? 'another rollout that is' : 'other rollouts that are';
  const running = overlapping.find(({ isHalted }) => !isHalted);
  const advice = [
    ...(running === undefined
      ? []
      : [`Let that one end first, or end it for good: breakwater abort ${running.name}.`]),
    ...(overlapping.some(({ isHalted }) => isHalted)
      ? [
          'Run the plan of one that has halted once more: it posts nothing, and watches what is in flight to its end.',
        ]
      : []),
    'To deploy to these devices from both: --allow-overlap',
  ];
  return `rollout ${name} shares devices with ${others} not finished; nothing was posted.\n${lines.join('\n')}\n${advice.join(' ')}`;
}

const WHY: Readonly<Record<OpenDevice['why'], string>> = {
  'timed-out': 'timed out',
  unknown: 'unknown',
  'in-progress': 'in progress',
  'in-doubt': 'in doubt',
};

/** What an earlier rollout left open: `v2.14, of 2026-01-05 08:00:00Z: 1 device open (d-0004): 1 timed out`. */
export function describeOpen({ rollout, startedAt, isArchived, devices }: OpenDeployments): string {
  const kinds = (Object.keys(WHY) as OpenDevice['why'][]).flatMap((why) => {
    const n = devices.filter((one) => one.why === why).length;
    return n === 0 ? [] : [`${n} ${WHY[why]}`];
  });
  const serials = list(
    devices.map(({ serial }) => printable(serial)),
    SERIALS_NAMED,
  );
  const which = `${printable(rollout)}, started ${renderMoment(startedAt)}${isArchived ? ', archived' : ''}`;
  return `${which}: ${count(devices.length, 'device')} (${serials}): ${kinds.join(', ')}`;
}

/** What a run is refused for, and the commands that go on. */
export function describeOpenDeployments(
  open: readonly OpenDeployments[],
  commands: Pick<Commands, 'followUp' | 'acceptOpen'>,
): string {
  const own = [...new Set(open.filter(({ isArchived }) => !isArchived).map(({ rollout }) => rollout))];
  const advice = own.flatMap((name) => [`  ${commands.followUp(name)}`, `  ${commands.acceptOpen(name)}`]);
  return [
    'earlier rollouts left devices open that this one holds; nothing was posted.',
    ...open.map((one) => `  ${describeOpen(one)}`),
    'A device that comes online later gets both artifacts.',
    ...(advice.length === 0
      ? []
      : ['Ask the API what became of them, or close them with a reason:', ...advice]),
    'To deploy to them all the same: --allow-overlap',
  ].join('\n');
}

/** What other rollouts on record have to do with the devices of a plan. */
export type OnRecord = {
  readonly open: readonly OpenDeployments[];
  /** May still post to them. */
  readonly unfinished: readonly OverlappingRollout[];
};

/** A line each for `plan --records`. */
export function listOnRecord({ open, unfinished }: OnRecord): readonly string[] {
  if (open.length + unfinished.length === 0)
    return ['no earlier rollout left its devices open, and none that is not finished shares them'];
  return [
    ...open.map((one) => `open from ${describeOpen(one)}`),
    ...unfinished.map(
      ({ name, shared }) =>
        `not finished: ${printable(name)} shares ${count(shared.length, 'device')} (${list(shared.map(printable), SERIALS_NAMED)})`,
    ),
  ];
}

/** The same for `plan --records --format json`. */
export function onRecordFacts({ open, unfinished }: OnRecord) {
  return {
    open: openFacts(open),
    unfinished: unfinished.map(({ name, shared, isHalted }) => ({
      rollout: name,
      devices: shared,
      halted: isHalted,
    })),
  };
}

function openFacts(open: readonly OpenDeployments[]) {
  return open.map(({ rollout, startedAt, isArchived, devices }) => ({
    rollout,
    startedAt: renderTimestamp(startedAt),
    archived: isArchived,
    devices: devices.map(({ serial, deployment, why }) => ({ serial, deployment, why })),
  }));
}
