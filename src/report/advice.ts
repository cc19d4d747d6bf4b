/**
 * Why a rollout stands where it stands, and what to do next: for somebody who was woken by it. Only commands that exist
 * are named, and only what is on record is claimed.
 */
import { renderElapsed } from '../base/duration.ts';
import { count, list, printable, renderNumber } from '../base/text.ts';
import { inFlightOf } from '../rollout/bucket.ts';
import type { DeploymentState, RolloutState } from '../rollout/state.ts';
import { renderMoment } from './moments.ts';
import { describeCause, describeFailure, describeRunner, nameDeployment } from './sentences.ts';
import { describeStopMessage } from './situation.ts';
import type { Situation } from './situation.ts';
import { failuresOf, totalTally } from './tallies.ts';

/** A sentence, or a command to type. */
export type Advice =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'command'; readonly command: string };

/** What the user types to go on, and to look again. */
export type Commands = { readonly run: string; readonly status: string };

export type Position = {
  readonly state: RolloutState;
  readonly situation: Situation;
  readonly commands: Commands;
  readonly now: number;
};

/** Serials to recognise a deployment in doubt by, and how many such deployments are described. */
const SERIALS_TO_LOOK_FOR = 3;
const DOUBTS_DESCRIBED = 3;

/** Sentences; none where there is nothing to explain. */
export function describeWhy({ state, situation, now }: Position): readonly string[] {
  switch (situation.kind) {
    case 'completed':
    case 'not-started':
      return [];
    case 'halted': {
      const { phase } = situation;
      return [`${phase.cause.reason}: ${describeCause(phase, state.plan)}`, ...describeStandingDoubts(state)];
    }
    case 'running':
      return state.runner === null ? [] : [`${describeRunner(state.runner.identity)}, is at work`];
    case 'in-doubt':
      return situation.deployments.slice(0, DOUBTS_DESCRIBED).map(describeDoubt);
    case 'interrupted':
    case 'stopped':
      return [describeStopMessage(situation.message)];
    case 'runner-gone':
      return state.runner === null
        ? []
        : [
            `${describeRunner(state.runner.identity)}, ended without a word: killed, or its machine went down; its last event was ${renderElapsed(now - state.updatedAt)} ago`,
          ];
  }
}

export function adviseNext(position: Position): readonly Advice[] {
  const { state, situation, commands } = position;
  switch (situation.kind) {
    case 'completed':
      return adviseCompleted(state);
    case 'halted':
      return adviseHalted(position);
    case 'running':
      return [say('nothing: it goes on by itself; look again with'), command(commands.status)];
    case 'in-doubt':
      return adviseInDoubt(situation.deployments, position);
    case 'interrupted':
      return [say('go on where it stands'), command(commands.run), ...describeInFlight(state)];
    case 'stopped':
      return [
        say('put right what is said above, then go on'),
        command(commands.run),
        ...describeInFlight(state),
      ];
    case 'runner-gone':
      return [say('go on where its record stands'), command(commands.run), ...describeInFlight(state)];
    case 'not-started':
      return [say('start it'), command(commands.run)];
  }
}

function adviseCompleted(state: RolloutState): readonly Advice[] {
  const failures = failuresOf(totalTally(state));
  if (failures === 0) return [];
  return [
    say(`look after ${count(failures, 'device')} that did not succeed, within what the plan tolerates`),
  ];
}

function adviseHalted({ state, situation, commands }: Position): readonly Advice[] {
  if (situation.kind !== 'halted') return [];
  const { phase } = situation;
  const inFlight = inFlightOf(totalTally(state));
  if (phase.kind === 'halted') {
    const until = renderMoment(phase.at + state.plan.haltGraceMs);
    const watched = `nothing further is posted; ${count(inFlight, 'device')} in flight cannot be recalled`;
    return situation.isWatched
      ? [
          say(`${watched} and ${isAre(inFlight)} watched until ${until} at the latest; look again with`),
          command(commands.status),
        ]
      : [
          say(
            `${watched}; see how ${isAre(inFlight) === 'is' ? 'it ends' : 'they end'} (this posts nothing)`,
          ),
          command(commands.run),
        ];
  }
  return [
    ...(phase.unfinished === 0
      ? []
      : [
          say(
            `${count(phase.unfinished, 'device')} had not ended when the watching was over: see in the Allxon portal what became of ${phase.unfinished === 1 ? 'it' : 'them'}`,
          ),
        ]),
    ...(phase.cause.reason === 'deployment-refused'
      ? [
          say(
            "mend what the API refuses (the artifact, its arguments, the serials); the vendor's support can look up the X-Request-ID",
          ),
        ]
      : [say('find out what the devices below have in common; what was deployed to them stays on them')]),
    say(
      'this rollout deploys nothing further, also when it is run again: to deploy to the other devices, give the mended plan a new name',
    ),
    say('where each device stands'),
    command(`${commands.status} --format json`),
  ];
}

/** Halted, and in doubt besides: nothing is posted after a halt, but devices may have been reached all the same. */
function describeStandingDoubts({ deployments, plan }: RolloutState): readonly string[] {
  if (plan.whenInDoubt === 'post-again') return [];
  return [...deployments.values()].filter(({ call }) => call.kind === 'doubted').map(describeDoubt);
}

function describeDoubt({ key, call }: DeploymentState): string {
  const what = `it is not known whether ${nameDeployment(key)} exists`;
  return call.kind === 'doubted'
    ? `${what}: ${describeFailure(call.failure)}`
    : `${what}: it was announced, and the runner ended before an answer was on record`;
}

function adviseInDoubt(
  deployments: readonly DeploymentState[],
  { state, commands }: Position,
): readonly Advice[] {
  const more = deployments.length - DOUBTS_DESCRIBED;
  return [
    ...deployments
      .slice(0, DOUBTS_DESCRIBED)
      .map((deployment) => say(`look in the Allxon portal for ${describeSought(state, deployment)}`)),
    ...(more > 0 ? [say(`and for ${renderNumber(more)} more; the deployments are listed below`)] : []),
    say(
      'nothing was posted again: if it exists, its devices would be deployed to twice. Nothing further is posted under this name',
    ),
    say(
      'this version has no command to settle it: if it does not exist, give the devices that are left a plan with a new name. Where each one stands',
    ),
    command(`${commands.status} --format json`),
    ...describeUnwatched(state),
  ];
}

/** While a deployment is in doubt, a run stops before it asks about the others. */
function describeUnwatched(state: RolloutState): readonly Advice[] {
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0) return [];
  return [
    say(
      `${count(inFlight, 'device')} of other deployments ${isAre(inFlight)} in flight and not watched: see in the Allxon portal how ${inFlight === 1 ? 'it ends' : 'they end'}`,
    ),
  ];
}

function describeSought({ plan }: RolloutState, { devices, intendedAt }: DeploymentState): string {
  return `a deployment of artifact ${plan.artifact.uuid} to ${count(devices.length, 'device')}, created about ${renderMoment(intendedAt)}: ${list(devices.map(printable), SERIALS_TO_LOOK_FOR)}`;
}

function describeInFlight(state: RolloutState): readonly Advice[] {
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0) return [];
  return [
    say(
      `${count(inFlight, 'device')} in flight ${inFlight === 1 ? 'goes' : 'go'} on without a runner; the next run reads the outcome and posts nothing twice`,
    ),
  ];
}

function isAre(n: number): 'is' | 'are' {
  return n === 1 ? 'is' : 'are';
}

function say(text: string): Advice {
  return { kind: 'text', text };
}

function command(text: string): Advice {
  return { kind: 'command', command: text };
}
