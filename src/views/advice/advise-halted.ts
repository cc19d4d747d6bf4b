/** The ways on from a rollout that has halted or was aborted, in the order in which somebody on call would take them. */
import { rollbackName } from '../../plan/identifiers.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { OrderRecord } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { adviseRun, command, isAre, isSimulationGone, say } from './advice-lines.ts';
import type { Advice, Position, PositionIn } from './advice-lines.ts';
import { adviseSettling } from './advise-doubt.ts';
import { composeExplain } from '../wording/commands.ts';
import { renderMoment } from '../wording/moments.ts';
import { doubtfulOf } from '../tables/situation.ts';
import type { HaltedPhase } from '../tables/situation.ts';
import { acknowledgedTally, failuresOf, totalTally } from '../summary/tallies.ts';
import type { HaltCause } from '../../rollout/halt-cause.ts';

export function adviseHalted(position: PositionIn<'halted'>): readonly Advice[] {
  const { situation, commands } = position;
  const { phase } = situation;
  if (isSimulationGone(position)) return adviseRun('', position);
  if (position.state.rollback !== null) return adviseTakenBack(position);
  const retry = adviseRetry(position);
  const resume = adviseResume(position, retry.length > 0);
  return [
    ...adviseWatching(position),
    ...adviseLeftOver(phase, position),
    ...adviseDoubts(position),
    say(describeTooLarge(phase, position.state) ?? adviseFinding(phase)),
    ...retry,
    ...resume,
    ...adviseRollback(position),
    say('or end it for good: nothing further is deployed under this name'),
    command(commands.order('abort')),
    ...adviseGoingOn(position, [
      ...(retry.length > 0 ? ['retry'] : []),
      ...(resume.length > 0 ? ['resume'] : []),
    ]),
    say(`for more about ${phase.cause.reason}`),
    command(composeExplain(phase.cause.reason)),
  ];
}

/** A retry or a resume is carried out by a runner: the one at work, or the next one. */
function adviseGoingOn(
  { situation, commands, state }: PositionIn<'halted'>,
  verbs: readonly string[],
): readonly Advice[] {
  if (situation.isWatched) return [say('the runner at work takes up what you decide, and goes on')];
  const what =
    verbs.length === 1
      ? `${verbs.join()} posts nothing by itself: run the plan again after it`
      : `${verbs.join(' and ')} post nothing by themselves: run the plan again after either of them`;
  // Where the watching is to be gone on with, the command stands there.
  const isChanged = describeTooLarge(situation.phase, state) !== null;
  if (situation.phase.kind === 'halted') return [say(what)];
  return [say(what), command(isChanged ? commands.runFile : commands.run)];
}

export function adviseAborted(position: PositionIn<'aborted'>): readonly Advice[] {
  const { situation, commands } = position;
  if (isSimulationGone(position)) return adviseRun('', position);
  if (position.state.rollback !== null) return adviseTakenBack(position);
  return [
    ...adviseWatching(position),
    ...adviseLeftOver(situation.phase, position),
    ...adviseDoubts(position),
    ...adviseRollback(position),
    say('what was deployed stays on the devices; where each one stands'),
    command(`${commands.status} --format json`),
    say(
      'it can be neither resumed nor retried: to deploy to the devices that are left, give the plan a new name',
    ),
    ...(situation.phase.kind === 'closed'
      ? [
          say(
            'or set this record aside and start over with every device of the plan, those that were deployed to among them',
          ),
          command(commands.runAgain),
        ]
      : []),
  ];
}

export function adviseTakenBack({ state, commands }: Position): readonly Advice[] {
  return [
    say(`it is taken back as ${rollbackName(state.plan.name)}, and goes on no more; see how that stands`),
    command(commands.rollbackStatus),
    say('to go on with that where it has stopped'),
    command(commands.rollback),
  ];
}

/** Only where it would be obeyed. */
function adviseRollback({ state, commands, now }: Position): readonly Advice[] {
  const { kind } = decideOrder(state, { ...nobodys(now), kind: 'rollback', only: 'reached' });
  if (kind !== 'obey') return [];
  return [say('or take it back from the devices that it has reached'), command(commands.rollback)];
}

/** To ask whether an order would be obeyed. */
export function nobodys(now: number): OrderRecord {
  return { id: '', by: null, host: '', givenAt: now, reason: null };
}

/** Devices that were in flight when it halted. */
function adviseWatching(position: PositionIn<'halted' | 'aborted'>): readonly Advice[] {
  const { state, situation, commands } = position;
  const { phase, isWatched } = situation;
  if (phase.kind === 'closed') return [];
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0 && !isWatched) {
    return adviseRun(
      'nothing is in flight: run it once more to close its record (this posts nothing)',
      position,
    );
  }
  const watched = `nothing further is posted; ${count(inFlight, 'device')} in flight cannot be recalled`;
  if (!isWatched) {
    return adviseRun(
      `${watched}; see how ${inFlight === 1 ? 'it ends' : 'they end'} (this posts nothing)`,
      position,
    );
  }
  const until = renderMoment(phase.watchedFrom + state.plan.haltGraceMs);
  return [
    say(`${watched} and ${isAre(inFlight)} watched until ${until} at the latest; look again with`),
    command(commands.status),
  ];
}

function adviseLeftOver(phase: HaltedPhase, { state, commands }: Position): readonly Advice[] {
  if (phase.kind !== 'closed' || phase.unfinished === 0) return [];
  const { unfinished } = phase;
  return [
    say(
      `${count(unfinished, 'device')} had not ended when the watching was over: ask once more what became of ${unfinished === 1 ? 'it' : 'them'}`,
    ),
    ...(state.simulated ? [] : [command(commands.followUp())]),
  ];
}

/** Halted, and in doubt besides: devices may have been reached all the same, and going on waits for that to be settled. */
function adviseDoubts(position: Position): readonly Advice[] {
  const { state, isHeld } = position;
  const deployments = doubtfulOf(state, isHeld);
  return deployments.length === 0 ? [] : adviseSettling(deployments, position);
}

/** What has failed is no device, but what was asked about them. */
function isOfCommand(cause: HaltCause | null): boolean {
  return cause?.reason === 'gate-failed' || cause?.reason === 'hook-failed';
}

/** A batch that is too large is refused whole, so nothing of it was deployed. */
function describeTooLarge({ cause, wave }: HaltedPhase, { deployments, plan }: RolloutState): string | null {
  if (cause.reason !== 'deployment-refused') return null;
  const devices = deployments.get(cause.deployment)?.devices.length ?? 0;
  const { status } = cause.failure;
  if (devices < 2 || (status !== 400 && status !== 413)) return null;
  // Of a wave that has begun, the batches stay as they are.
  if ([...deployments.values()].some((one) => one.wave === wave && one.call.kind === 'accepted')) return null;
  const size = plan.waves.find(({ name }) => name === wave)?.batch.size ?? devices;
  if (size < devices) return `the plan has batches of ${renderNumber(size)} by now`;
  const perhaps = status === 413 ? 'is too large for the API' : 'may be too large for the API';
  return `a batch of ${renderNumber(devices)} devices ${perhaps}: set a smaller batch.size for wave ${printable(wave)} in the plan, which may change while the API has refused all of the wave; then retry, and run the changed plan`;
}

function adviseFinding({ cause }: HaltedPhase): string {
  if (isOfCommand(cause)) return 'find out why it failed: what it printed last is in `--format json`';
  if (cause.reason === 'check-inconclusive')
    return 'look for the inconclusive devices below in the Allxon portal: what they have now is not known';
  return cause.reason === 'deployment-refused'
    ? "find out what the API refuses (the artifact, its arguments, the serials); the vendor's support can look up the X-Request-ID. If the plan itself is wrong, abort, and give the mended plan a new name"
    : 'find out what the devices below have in common; what was deployed to them stays on them';
}

/** Only where the engine would take it up: it knows which failures another attempt reaches. */
function adviseRetry({ state, commands, now }: Position): readonly Advice[] {
  const obedience = decideOrder(state, { ...nobodys(now), kind: 'retry' });
  if (obedience.kind !== 'obey' || obedience.event.type !== 'wave-retried') return [];
  const cause = 'cause' in state.phase ? state.phase.cause : null;
  return [say(describeRetrying(obedience.event, state, cause)), command(commands.order('retry'))];
}

type Retried = Extract<RolloutEvent, { readonly type: 'wave-retried' }>;

function describeRetrying(
  { wave, devices, earlier = [] }: Retried,
  { waves }: RolloutState,
  cause: HaltCause | null,
): string {
  if (isOfCommand(cause)) return 'then have it run once more';
  if (devices.length === 0 && earlier.length === 0) return 'then have it posted once more';
  const timedOut = waves.find((one) => one.wave.name === wave)?.tally['timed-out'] ?? 0;
  const hazard =
    timedOut === 0
      ? ''
      : `. ${renderNumber(timedOut)} of them timed out, and may have the artifact already or be at it still`;
  const own = `the wave's ${count(devices.length, 'failed, timed-out or rejected device')}`;
  const reverted = earlier.map(
    (one) =>
      `the ${count(one.devices.length, 'device')} of wave ${printable(one.wave)} that failed after it had passed`,
  );
  const whom = [...(devices.length === 0 ? [] : [own]), ...reverted].join(' and ');
  return `then deploy once more to ${whom}, and judge ${reverted.length === 0 ? 'it' : 'them'} anew${hazard}`;
}

/** Nothing to acknowledge, and a retry besides: both would do the same. */
function adviseResume({ state, commands }: Position, isAlternative: boolean): readonly Advice[] {
  const acknowledged = failuresOf(acknowledgedTally(state));
  const failures = failuresOf(totalTally(state)) - acknowledged;
  const isCommand = 'cause' in state.phase && isOfCommand(state.phase.cause);
  if (failures === 0 && isAlternative && !isCommand) return [];
  const told = count(failures, acknowledged === 0 ? 'failure' : 'new failure');
  const what = isCommand
    ? `go on as if it had passed${failures === 0 ? '' : `; the ${told} so far ${isAre(failures)} acknowledged besides`}`
    : failures === 0
      ? 'go on, with what was refused posted anew'
      : `go on without them: the ${told} so far ${isAre(failures)} acknowledged, and only later ones count`;
  return [say(`${isAlternative ? 'or' : 'then'} ${what}`), command(commands.order('resume'))];
}
