/**
 * Deployments in doubt: whether they exist. The vendor's API can neither list deployments nor cancel one, so that only a
 * person who looks in the portal can tell, and nothing is posted until one has.
 */
import { count, list, printable, renderNumber } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { mayArriveUntil } from '../../rollout/in-doubt.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { adviseRun, command, isAre, say } from './advice-lines.ts';
import type { Advice, Position, PositionIn } from './advice-lines.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeFailure, nameDeployment } from '../wording/phrases.ts';
import { totalTally } from '../summary/tallies.ts';

/** Serials to recognise a deployment in doubt by, and how many such deployments are described. */
const SERIALS_TO_LOOK_FOR = 3;
const DOUBTS_DESCRIBED = 3;

export function describeDoubts(deployments: readonly DeploymentState[]): readonly string[] {
  return deployments.slice(0, DOUBTS_DESCRIBED).map(describeDoubt);
}

export function adviseInDoubt(position: PositionIn<'in-doubt'>): readonly Advice[] {
  const { situation, state, commands } = position;
  const isOne = situation.deployments.length === 1;
  return [
    ...adviseSettling(situation.deployments, position),
    say(
      `until then nothing further is posted: if ${isOne ? 'it exists, its' : 'they exist, their'} devices would be deployed to twice`,
    ),
    ...(state.pause === null
      ? adviseRun(`once ${isOne ? 'it is' : 'all are'} settled, go on`, position)
      : [
          say(`once ${isOne ? 'it is' : 'all are'} settled, end the pause, and run the plan again`),
          command(commands.order('resume')),
          command(commands.run),
        ]),
    ...describeUnwatched(state),
  ];
}

/** What to look for, and what to say once it was found or not. */
export function adviseSettling(
  deployments: readonly DeploymentState[],
  position: Position,
): readonly Advice[] {
  const { state, commands } = position;
  const more = deployments.length - DOUBTS_DESCRIBED;
  return [
    ...deployments
      .slice(0, DOUBTS_DESCRIBED)
      .flatMap((deployment, index) => [
        say(
          `look in the Allxon portal for ${describeSought(state, deployment)}${index === 0 ? ". Only the portal tells: the vendor's API can neither list deployments nor cancel one" : ''}`,
        ),
        say('if it is there, take it over under the id that the portal shows'),
        command(commands.settle(deployment.key, 'adopt')),
        say(describeAbsence(deployment, position)),
        command(commands.settle(deployment.key, 'not-created')),
      ]),
    ...(more > 0
      ? [say(`settle ${renderNumber(more)} more in the same way; the deployments are listed below`)]
      : []),
  ];
}

/** Its signed request may still be delivered for a while, or be sent by a runner that stands still. */
function describeAbsence(deployment: DeploymentState, { state, now }: Position): string {
  const until = mayArriveUntil(deployment, state);
  return until === null || until <= now
    ? 'if it certainly is not there'
    : `if it certainly is not there after ${renderMoment(until)}, when its signed request has ended`;
}

function describeDoubt({ key, call }: DeploymentState): string {
  const what = `it is not known whether ${nameDeployment(key)} exists`;
  return call.kind === 'doubted'
    ? `${what}: ${describeFailure(call.failure)}`
    : `${what}: it was announced, and the runner ended before an answer was on record`;
}

function describeSought({ plan }: RolloutState, { devices, intendedAt }: DeploymentState): string {
  return `a deployment of artifact ${plan.artifact.uuid} to ${count(devices.length, 'device')}, created about ${renderMoment(intendedAt)}: ${list(devices.map(printable), SERIALS_TO_LOOK_FOR)}`;
}

/** While a deployment is in doubt, a run stops before it asks about the others. */
function describeUnwatched(state: RolloutState): readonly Advice[] {
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0) return [];
  return [
    say(
      `${count(inFlight, 'device')} of other deployments ${isAre(inFlight)} in flight and not watched until it goes on; see in the Allxon portal how ${inFlight === 1 ? 'it ends' : 'they end'}`,
    ),
  ];
}
