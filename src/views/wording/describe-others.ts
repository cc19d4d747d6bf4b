/**
 * Other runners and rollouts: the runner that holds the lock, rollouts that share devices, and rollouts that left
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

/** Who holds the lock, in a sentence without its full stop. */
export function describeLockOwner(name: RolloutName, holder: LockOwner | null, now: number): string {
  return holder === null
    ? `another runner is locking ${name}, or was killed while it did so`
    : `${name} is locked by another runner: ${describeRunner(holder)}, for ${renderElapsed(now - holder.since)}`;
}

/** What to do while another runner holds the lock. */
export function adviseHeld(holder: LockOwner | null, { unlock }: Pick<Commands, 'unlock'>): string {
  return holder === null
    ? 'Try again in a moment.'
    : `Wait for it (--wait-lock 10m), or stop it and run again. If that runner has ended, unlock:\n  ${unlock(holder.id)}`;
}

const SERIALS_NAMED = 3;

/** The rollouts that keep this one from starting: what is shared with whom, and what can be done. */
export function describeOverlapping(name: string, overlapping: readonly OverlappingRollout[]): string {
  const lines = overlapping.map(
    ({ name: other, shared, isHalted }) =>
      `  ${other}${isHalted ? ' (halted)' : ''}: ${count(shared.length, 'device')} (${list(shared, SERIALS_NAMED)})`,
  );
  const others = overlapping.length === 1 ? 'an unfinished rollout' : 'unfinished rollouts';
  const running = overlapping.find(({ isHalted }) => !isHalted);
  const advice = [
    ...(running === undefined ? [] : [`Wait until it ends, or abort it: breakwater abort ${running.name}.`]),
    ...(overlapping.some(({ isHalted }) => isHalted)
      ? [
          'Run the plan of a halted rollout again: it deploys nothing and polls the devices in flight until they end.',
        ]
      : []),
    'To deploy to these devices from both: --allow-overlap',
  ];
  return `rollout ${name} shares devices with ${others}; nothing was deployed.\n${lines.join('\n')}\n${advice.join(' ')}`;
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

/** Why a run is refused, and the commands that continue. */
export function describeOpenDeployments(
  open: readonly OpenDeployments[],
  commands: Pick<Commands, 'followUp' | 'acceptOpen'>,
): string {
  const own = [...new Set(open.filter(({ isArchived }) => !isArchived).map(({ rollout }) => rollout))];
  const advice = own.flatMap((name) => [`  ${commands.followUp(name)}`, `  ${commands.acceptOpen(name)}`]);
  return [
    'earlier rollouts have open devices that are also in this plan; nothing was deployed.',
    ...open.map((one) => `  ${describeOpen(one)}`),
    'A device that comes online later gets both artifacts.',
    ...(advice.length === 0 ? [] : ['Check them again, or close them with a reason:', ...advice]),
    'To deploy to them anyway: --allow-overlap',
  ].join('\n');
}

/** Other rollouts on record that concern the devices of a plan. */
export type OnRecord = {
  readonly open: readonly OpenDeployments[];
  /** They may still deploy to them. */
  readonly unfinished: readonly OverlappingRollout[];
};

/** A line each for `plan --records`. */
export function listOnRecord({ open, unfinished }: OnRecord): readonly string[] {
  if (open.length + unfinished.length === 0)
    return ['no earlier rollout has open devices of this plan, and no unfinished rollout shares them'];
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
