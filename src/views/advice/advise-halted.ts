/** What to do after a halt or an abort, in the order in which a person on call would do it. */
import { rollbackName } from '../../plan/identifiers.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { OrderRecord } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { adviseRun, command, isSimulationGone, say } from './advice-lines.ts';
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
    ...adviseRunAfter(position, retry.length > 0 && resume.length > 0),
    ...adviseRollback(position),
    say('or abort: nothing more will be deployed under this name'),
    command(commands.order('abort')),
    say(`details of ${phase.cause.reason}`),
    command(composeExplain(phase.cause.reason)),
  ];
}

/** A runner executes a retry or a resume: the active one, or the next one. */
function adviseRunAfter(
  { situation, commands, state }: PositionIn<'halted'>,
  isChoice: boolean,
): readonly Advice[] {
  if (situation.isWatched) return [say('the runner then continues by itself')];
  const isChanged = describeTooLarge(situation.phase, state) !== null;
  const what = isChoice ? 'these only record your decision' : 'this only records your decision';
  return [say(`${what}; then run`), command(isChanged ? commands.runFile : commands.continue)];
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
    say('what was deployed stays on the devices; status of each device'),
    command(`${commands.status} --format json`),
    say('it cannot be resumed or retried: to deploy to the remaining devices, give the plan a new name'),
    ...(situation.phase.kind === 'closed'
      ? [
          say(
            'or archive this record and start again with every device of the plan, also those already deployed to',
          ),
          command(commands.runAgain),
        ]
      : []),
  ];
}

export function adviseTakenBack({ state, commands }: Position): readonly Advice[] {
  return [
    say(`rolled back by ${rollbackName(state.plan.name)}; it cannot be resumed. Status of the rollback`),
    command(commands.rollbackStatus),
    say('if the rollback has stopped, continue it'),
    command(commands.rollback),
  ];
}

/** Only where it would be accepted. */
function adviseRollback({ state, commands, now }: Position): readonly Advice[] {
  const { kind } = decideOrder(state, { ...nobodys(now), kind: 'rollback', only: 'reached' });
  if (kind !== 'obey') return [];
  return [say('or roll back the devices that it reached'), command(commands.rollback)];
}

/** To check whether an order would be accepted. */
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
      'no device is in flight: run again to close its record (this deploys nothing)',
      position,
    );
  }
  if (inFlight === 0) {
    return [
      say('nothing more will be deployed; no device is in flight; check the status'),
      command(commands.status),
    ];
  }
  const [them, theyEnd] = inFlight === 1 ? ['it', 'it ends'] : ['them', 'they end'];
  const stopped = `nothing more will be deployed; ${count(inFlight, 'device')} in flight cannot be recalled`;
  if (!isWatched)
    return adviseRun(`${stopped}; run to poll ${them} until ${theyEnd} (this deploys nothing)`, position);
  const until = renderMoment(phase.watchedFrom + state.plan.haltGraceMs);
  return [
    say(`${stopped}; the runner polls ${them} until ${until} at the latest; check the status`),
    command(commands.status),
  ];
}

function adviseLeftOver(phase: HaltedPhase, { state, commands }: Position): readonly Advice[] {
  if (phase.kind !== 'closed' || phase.unfinished === 0) return [];
  const { unfinished } = phase;
  return [
    say(
      `${count(unfinished, 'device')} had not ended when polling stopped; poll ${unfinished === 1 ? 'it' : 'them'} again`,
    ),
    ...(state.simulated ? [] : [command(commands.followUp())]),
  ];
}

/** Halted and in doubt: devices may have been reached, and the rollout continues only after that is settled. */
function adviseDoubts(position: Position): readonly Advice[] {
  const { state, isHeld } = position;
  const deployments = doubtfulOf(state, isHeld);
  return deployments.length === 0 ? [] : adviseSettling(deployments, position);
}

/** A gate or a hook has failed, not a device. */
function isOfCommand(cause: HaltCause | null): boolean {
  return cause?.reason === 'gate-failed' || cause?.reason === 'hook-failed';
}

/** The API refuses a batch that is too large as a whole, so none of it was deployed. */
function describeTooLarge({ cause, wave }: HaltedPhase, { deployments, plan }: RolloutState): string | null {
  if (cause.reason !== 'deployment-refused') return null;
  const devices = deployments.get(cause.deployment)?.devices.length ?? 0;
  const { status } = cause.failure;
  if (devices < 2 || (status !== 400 && status !== 413)) return null;
  // The batches of a wave with an accepted deployment cannot change.
  if ([...deployments.values()].some((one) => one.wave === wave && one.call.kind === 'accepted')) return null;
  const size = plan.waves.find(({ name }) => name === wave)?.batch.size ?? devices;
  if (size < devices) return `the plan now has batches of ${renderNumber(size)}`;
  const perhaps = status === 413 ? 'is too large for the API' : 'may be too large for the API';
  return `a batch of ${renderNumber(devices)} devices ${perhaps}. Set a smaller batch.size for wave ${printable(wave)} in the plan, then retry and run the changed plan. The size may change as long as the API has accepted no deployment of the wave`;
}

function adviseFinding({ cause }: HaltedPhase): string {
  if (isOfCommand(cause)) return 'find out why it failed: its last output is in `--format json`';
  if (cause.reason === 'check-inconclusive')
    return 'check the inconclusive devices below in the Allxon portal: their current state is unknown';
  return cause.reason === 'deployment-refused'
    ? 'find out what the API refuses (the artifact, its arguments or the serials); Allxon support can look up the X-Request-ID. If the plan is wrong, abort, fix the plan and give it a new name'
    : 'find out what the devices below have in common; what was deployed stays on them';
}

/** Only where the engine would accept it: it knows which failures another attempt reaches. */
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
  if (isOfCommand(cause)) return 'then retry it';
  if (devices.length === 0 && earlier.length === 0) return 'then send it again';
  const timedOut = waves.find((one) => one.wave.name === wave)?.tally['timed-out'] ?? 0;
  const hazard = timedOut === 0 ? '' : `; ${renderNumber(timedOut)} timed out and may still be installing`;
  const own = `${count(devices.length, 'failed, timed-out or rejected device')} of the wave`;
  const reverted = earlier.map(
    (one) =>
      `${count(one.devices.length, 'device')} of wave ${printable(one.wave)} that failed after it passed`,
  );
  const whom = [...(devices.length === 0 ? [] : [own]), ...reverted].join(' and ');
  return `then retry ${whom}${hazard}`;
}

/** With nothing to acknowledge, a resume would do the same as a retry. */
function adviseResume({ state, commands }: Position, isAlternative: boolean): readonly Advice[] {
  const acknowledged = failuresOf(acknowledgedTally(state));
  const failures = failuresOf(totalTally(state)) - acknowledged;
  const isCommand = 'cause' in state.phase && isOfCommand(state.phase.cause);
  if (failures === 0 && isAlternative && !isCommand) return [];
  const acknowledging = `this acknowledges ${count(failures, acknowledged === 0 ? 'failure' : 'new failure')}`;
  const what = isCommand
    ? `continue as if it had passed${failures === 0 ? '' : `; ${acknowledging}`}`
    : failures === 0
      ? 'continue, and send the refused deployments again'
      : `continue without them: ${acknowledging}, and only later failures count`;
  return [say(`${isAlternative ? 'or' : 'then'} ${what}`), command(commands.order('resume'))];
}
