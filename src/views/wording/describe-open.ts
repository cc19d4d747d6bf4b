/** What earlier rollouts left open of a plan's devices, for people and as a document. */
import { count, list, printable } from '../../base/text.ts';
import type { OpenDeployments, OpenDevice } from '../../rollout/open-devices.ts';
import type { Commands } from './commands.ts';
import type { OverlappingRollout } from '../../rollout/entry.ts';
import { renderMoment, renderTimestamp } from './moments.ts';

const SERIALS_NAMED = 3;

const WHY: Readonly<Record<OpenDevice['why'], string>> = {
  'timed-out': 'timed out',
  unknown: 'unknown',
  'in-progress': 'in progress',
  'in-doubt': 'in doubt',
};

/** `v2.14, of 2026-01-05 08:00:00Z: 1 device open (d-0004): 1 timed out`. */
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
