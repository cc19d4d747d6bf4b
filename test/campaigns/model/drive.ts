/** A rollout in which anything may happen to any device at any time, as the API and an operator could bring it about. */
import type { Random } from '../../../src/base/random.ts';
import type { DeploymentId, Serial } from '../../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { deviceStatusOf } from '../../../src/rollout/change-state.ts';
import { decide } from '../../../src/rollout/decide.ts';
import type { PlannedDeployment } from '../../../src/rollout/decide.ts';
import { observe } from '../../../src/rollout/observe.ts';
import type { JournaledEvent, RolloutEvent } from '../../../src/rollout/event.ts';
import { eventFor } from '../../../src/rollout/handle-order.ts';
import type { DeploymentState } from '../../../src/rollout/state.ts';
import { order } from '../../kit/orders.ts';
import { ToldRollout } from '../../kit/rollouts.ts';
import { pick } from '../../kit/pick.ts';

const STEPS_MAX = 400;

/** The events of a whole rollout, every verdict of the engine among them. */
export function driveRollout(plan: RolloutPlan, random: Random): readonly JournaledEvent[] {
  const told = new ToldRollout(plan);
  // Each rollout has a climate of its own: a fair one completes, a bad one halts and is taken up again.
  const climate = { failing: pick(random, [0, 0.02, 0.1, 0.5]), odd: pick(random, [0, 0.05, 0.3]) };
  for (let step = 0; step < STEPS_MAX && told.state.phase.kind !== 'completed'; step++) {
    const event = nextEvent(told, random, climate);
    if (event === null) break;
    told.tell(event);
  }
  return told.events;
}

type Climate = { readonly failing: number; readonly odd: number };

function nextEvent(told: ToldRollout, random: Random, climate: Climate): RolloutEvent | null {
  const { state } = told;
  const accepted = [...state.deployments.values()].filter(({ call }) => call.kind === 'accepted');
  const decision = decide(state, state.updatedAt);
  if (decision.kind === 'end' || (decision.kind === 'watch' && random() < 0.2)) {
    return goOnAfterHalt(told, random);
  }
  if (decision.kind === 'record') return decision.event;
  if (decision.kind === 'look-again' && decision.then !== null) return decision.then;
  const intended = [...state.deployments.values()].find(({ call }) => call.kind === 'intended');
  if (intended !== undefined) return accept(intended, random, climate);
  const planned = decision.kind === 'deploy' ? decision.post[0] : undefined;
  if (planned !== undefined && (accepted.length === 0 || random() < 0.5)) return intend(planned);
  const deployment = accepted.length === 0 ? undefined : pick(random, accepted);
  if (deployment === undefined) return null;
  if (random() < 0.05) return expire(deployment);
  return report(deployment, random, climate) ?? expire(deployment);
}

function goOnAfterHalt({ state }: ToldRollout, random: Random): RolloutEvent | null {
  const { phase } = state;
  if (phase.kind !== 'halted' && phase.kind !== 'closed') return null;
  if (random() < 0.3) return phase.kind === 'halted' ? { type: 'grace-ended', unfinished: 0 } : null;
  const event = eventFor(state, order(random() < 0.5 ? 'resume' : 'retry', `order-${state.seq}`));
  return event?.type === 'order-refused' ? eventFor(state, order('resume', `order-${state.seq}`)) : event;
}

function intend({ key, wave, batch, attempt, devices }: PlannedDeployment): RolloutEvent {
  return { type: 'deployment-intended', deployment: key, wave, batch, attempt, devices };
}

function accept({ key, devices }: DeploymentState, random: Random, { odd }: Climate): RolloutEvent {
  const share = random() < 0.05 ? 1 : odd;
  return {
    type: 'deployment-accepted',
    deployment: key,
    deploymentId: `id-${key}` as DeploymentId,
    requestId: null,
    rejected: devices.filter(() => random() < share).map((serial) => ({ serial, reason: 'not deployable' })),
    unreadable: null,
  };
}

/** What a poll could bring: words on some of the devices, ended ones among them. */
function report(deployment: DeploymentState, random: Random, { failing }: Climate): RolloutEvent | null {
  const share = pick(random, [0.1, 0.5, 1]);
  const reports = deployment.devices
    .filter(() => random() < share)
    .map((serial) => ({
      serial,
      status: random() < failing ? 'failed' : random() < 0.2 ? 'processing' : 'success',
      updatedAt: null,
    }));
  return observe(deployment, reports, { isWhole: false, isDecisive: false }).event;
}

function expire(deployment: DeploymentState): RolloutEvent | null {
  const standing = (wanted: string): readonly Serial[] =>
    deployment.devices.filter((serial) => deviceStatusOf(deployment, serial) === wanted);
  const [timedOut, unknown] = [standing('processing'), standing('accepted')];
  return timedOut.length + unknown.length === 0
    ? { type: 'runner-started', runner: { host: 'here', pid: 1, startedBy: null }, version: 'test' }
    : { type: 'devices-timed-out', deployment: deployment.key, timedOut, unknown };
}
