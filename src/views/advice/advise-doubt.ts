/**
 * Deployments in doubt may or may not exist. The vendor's API cannot list or cancel deployments, so only a
 * person who checks the portal can settle them, and nothing is deployed until then.
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

/** How many serials identify a deployment in doubt, and how many such deployments are described. */
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
      `until then nothing more will be deployed: if ${isOne ? 'it exists, its' : 'they exist, their'} devices would get the artifact twice`,
    ),
    ...(state.pause === null
      ? adviseRun(`when ${isOne ? 'it is' : 'all are'} settled, continue`, position)
      : [
          say(`when ${isOne ? 'it is' : 'all are'} settled, resume, then run again`),
          command(commands.order('resume')),
          command(commands.continue),
        ]),
    ...describeUnwatched(state),
  ];
}

/** What to check in the portal, and how to settle each result. */
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
          `check the Allxon portal for ${describeSought(state, deployment)}${index === 0 ? '. Only the portal shows it: the API cannot list or cancel deployments' : ''}`,
        ),
        say('if it is there, adopt it by the id that the portal shows'),
        command(commands.settle(deployment.key, 'adopt')),
        say(describeAbsence(deployment, position)),
        command(commands.settle(deployment.key, 'not-created')),
      ]),
    ...(more > 0 ? [say(`settle ${renderNumber(more)} more in the same way; they are listed below`)] : []),
  ];
}

/** Its signed request may still be delivered for a while, or be sent by a suspended runner. */
function describeAbsence(deployment: DeploymentState, { state, now }: Position): string {
  const until = mayArriveUntil(deployment, state);
  return until === null || until <= now
    ? 'if you are sure that it is not there'
    : `if you are sure that it is not there after ${renderMoment(until)}, when its signed request has expired`;
}

function describeDoubt({ key, call }: DeploymentState): string {
  const what = `${nameDeployment(key)} may or may not exist`;
  return call.kind === 'doubted'
    ? `${what}: ${describeFailure(call.failure)}`
    : `${what}: the runner ended after it recorded the deployment and before it recorded an answer`;
}

function describeSought({ plan }: RolloutState, { devices, intendedAt }: DeploymentState): string {
  return `a deployment of artifact ${plan.artifact.uuid} to ${count(devices.length, 'device')}, created about ${renderMoment(intendedAt)}: ${list(devices.map(printable), SERIALS_TO_LOOK_FOR)}`;
}

/** While a deployment is in doubt, a run stops before it polls the others. */
function describeUnwatched(state: RolloutState): readonly Advice[] {
  const inFlight = inFlightOf(totalTally(state));
  if (inFlight === 0) return [];
  return [
    say(
      `${count(inFlight, 'device')} of other deployments ${isAre(inFlight)} in flight and not polled until the rollout continues; check ${inFlight === 1 ? 'it' : 'them'} in the Allxon portal`,
    ),
  ];
}
