/**
 * Polls one deployment until each of its devices has ended, its time is out, or the grace after a halt is over.
 *
 * Time-outs are declared only after a poll that was made at the deadline or later has been answered: a runner that
 * slept, or an API that was away, never makes a device late.
 */
import type { ApiFailure } from '../../backend/api.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { Anomaly } from '../../rollout/observe.ts';
import { confirmSuccesses, splitReverted } from '../../rollout/confirm.ts';
import { observe } from '../../rollout/observe.ts';
import { deviceStatusOf } from '../../rollout/change-state.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { overAt } from '../../rollout/time-in-doubt.ts';
import type { ApiClock } from './api-clock.ts';
import { bearFailure } from './outage.ts';
import type { RunContext } from './run-context.ts';
import type { DeploymentKey } from '../../plan/identifiers.ts';

/** `reconsiderAt`: when what is to be done besides may change, or `null`. */
export async function followDeployment(
  key: DeploymentKey,
  run: RunContext,
  reconsiderAt: number | null = null,
): Promise<void> {
  const { clock, control, recorder, observer } = run;
  const reportedAnomalies: ReportedAnomalies = new Set();
  const { round, phase } = recorder.state();
  let answeredPollAt: number | null = null;
  let lastAsks = 0;
  for (;;) {
    const deployment = recorder.deployment(key);
    if (control.cause() !== null || inFlightOf(deployment.tally) === 0) return;
    // It has halted, or was resumed or retried: what is done besides, and for how long, is decided anew.
    if (recorder.state().round !== round || recorder.state().phase.kind !== phase.kind) return;
    if (reconsiderAt !== null && clock.now() >= reconsiderAt) return;
    const until = watchUntil(deployment, recorder.state(), clock);
    if (answeredPollAt !== null && answeredPollAt >= until) {
      if (isExpired(deployment, answeredPollAt, clock)) await recorder.record(expire(deployment));
      return;
    }
    // Of what was halted or aborted, no answer is waited for without end.
    if (lastAsks >= LAST_ASKS_MAX) return;
    const at = run.pacing.nextPollAt(deployment, until);
    if (clock.now() < at) {
      observer.notice({ kind: 'poll-due', deployment: key, at });
      await control.sleepUntil(reconsiderAt === null ? at : Math.min(at, reconsiderAt));
      continue;
    }
    if (isGraceOver(recorder.state(), clock.now())) lastAsks++;
    const decides = clock.now() >= until ? 'open-devices' : 'nothing';
    answeredPollAt =
      (await pollOnce(deployment, run, { toldOddities: reportedAnomalies, decides })) ?? answeredPollAt;
  }
}

/**
 * Asks about a deployment whose devices have all ended, and puts on record which successes the answer does not confirm.
 * Resolves to whether there was an answer while it was wanted.
 */
export async function checkDeployment(
  key: DeploymentKey,
  isWanted: () => boolean,
  run: RunContext,
): Promise<boolean> {
  const reportedAnomalies: ReportedAnomalies = new Set();
  const { recorder } = run;
  while (isWanted()) {
    const asking = { toldOddities: reportedAnomalies, decides: 'every-device' } as const;
    const polledAt = await pollOnce(recorder.deployment(key), run, asking);
    if (polledAt === null) continue;
    await recorder.recordWhat(() => confirmSuccesses(recorder.deployment(key)));
    return true;
  }
  return false;
}

/** After the grace of a halt, a deployment is asked about so often at most: a passing fault must not cost its outcome. */
const LAST_ASKS_MAX = 3;

function isGraceOver({ phase, plan }: RolloutState, now: number): boolean {
  return phase.kind === 'halted' && now >= phase.watchedFrom + plan.haltGraceMs;
}

/** The deployment's deadline, or the end of the grace after a halt, whichever is first. */
function watchUntil(deployment: DeploymentState, { phase, plan }: RolloutState, clock: ApiClock): number {
  const deadlineAt = deadlineOf(deployment, clock);
  if (phase.kind !== 'halted') return deadlineAt;
  const grace = { from: phase.watchedFrom, until: phase.watchedFrom + plan.haltGraceMs };
  return Math.min(deadlineAt, overAt(grace, clock.times()));
}

/** By every clock that may be right: none of them times a device out alone. */
function deadlineOf({ call }: DeploymentState, clock: ApiClock): number {
  if (call.kind !== 'accepted') return 0;
  const { acceptedAt: from, deadlineAt: until } = call;
  return overAt({ from, until }, clock.times());
}

function isExpired(deployment: DeploymentState, answeredPollAt: number, clock: ApiClock): boolean {
  return deployment.call.kind === 'accepted' && answeredPollAt >= deadlineOf(deployment, clock);
}

function expire(deployment: DeploymentState): RolloutEvent {
  const deviceStatus = (wanted: string) =>
    deployment.devices.filter((serial) => deviceStatusOf(deployment, serial) === wanted);
  return {
    type: 'devices-timed-out',
    deployment: deployment.key,
    timedOut: deviceStatus('processing'),
    unknown: deviceStatus('accepted'),
  };
}

/** Of a wave that has passed, what has failed since is told apart: it is judged again. */
function newsOf(
  event: Extract<RolloutEvent, { readonly type: 'devices-reported' }>,
  deployment: DeploymentState,
  { waves }: RolloutState,
): readonly RolloutEvent[] {
  const isPast = waves.some(({ wave, phase }) => wave.name === deployment.wave && phase === 'passed');
  return isPast ? splitReverted(event, deployment) : [event];
}

type Asking = {
  readonly toldOddities: ReportedAnomalies;
  /** Of which devices something is decided by the answer: whether they are listed must be certain. */
  readonly decides: 'nothing' | 'open-devices' | 'every-device';
};

type ReportedAnomalies = Set<Anomaly['kind'] | 'partial-list'>;

/**
 * Resolves to when the poll was made, or to `null` where it was not answered. The news of a list that is not whole is
 * taken; but where something is to be decided by it, it is no answer.
 */
async function pollOnce(
  deployment: DeploymentState,
  run: RunContext,
  { toldOddities: reportedAnomalies, decides }: Asking,
): Promise<number | null> {
  const { api, calls, clock, control, observer, outage, recorder, pacing } = run;
  if (deployment.call.kind !== 'accepted' || !(await calls.take())) return null;
  const askedAt = clock.now();
  const asked = { devices: deployment.devices.length, signal: control.signal };
  const outcome = await api.readDeployment(deployment.call.deploymentId, asked);
  // The answer may tell that our clock was ahead: then it was not as late as we thought when we asked.
  const polledAt = Math.min(askedAt, clock.now());
  const partial = outcome.kind === 'read' ? (outcome.partial ?? null) : null;
  const incomplete = partial === null ? null : incompleteList(deployment, partial);
  const undecided = decides === 'nothing' ? null : incomplete;
  await calls.answered(deployment.key, outcome.kind === 'read' ? undecided : outcome.failure);
  if (outcome.kind === 'failed' && !(await isAnswer(outcome.failure, { deployment, polledAt }, run)))
    return null;
  observer.notice({ kind: 'polled', deployment: deployment.key });
  pacing.learn(deployment, outcome.kind === 'read' ? outcome.value : [], polledAt);
  if (outcome.kind === 'failed') return polledAt;
  if (deployment.notFound !== null)
    await recorder.record({ type: 'deployment-found', deployment: deployment.key });
  const facts = { isWhole: partial === null, isDecisive: decides !== 'nothing' };
  const { event, noted, oddities: anomalies } = observe(deployment, outcome.value, facts);
  const partials =
    incomplete === null ? [] : [{ kind: 'partial-list', message: incomplete.message } as const];
  for (const { kind, message } of [...partials, ...anomalies]) {
    if (!reportedAnomalies.has(kind))
      observer.notice({ kind: 'oddity', deployment: deployment.key, message });
    reportedAnomalies.add(kind);
  }
  for (const one of event === null ? [] : newsOf(event, deployment, recorder.state()))
    await recorder.record(one);
  if (noted !== null) await recorder.record(noted);
  // All that were open may have ended by what the list does hold.
  const isOver = decides !== 'every-device' && inFlightOf(recorder.deployment(deployment.key).tally) === 0;
  if (undecided === null || isOver) return polledAt;
  await outage.wait({ about: deployment.key, failure: undecided, calledAt: polledAt });
  return null;
}

function incompleteList({ call, key }: DeploymentState, why: string): ApiFailure {
  const id = call.kind === 'accepted' ? ` (${call.deploymentId})` : '';
  return {
    kind: 'unreadable',
    message: `the API's list of deployment ${key}${id} is incomplete: ${why}`,
    status: null,
    code: null,
    requestId: null,
  };
}

/** Whether a poll that failed says something of the deployment all the same: that the API knows none such. */
async function isAnswer(
  failure: ApiFailure,
  { deployment, polledAt }: { readonly deployment: DeploymentState; readonly polledAt: number },
  run: RunContext,
): Promise<boolean> {
  if (failure.kind !== 'not-found') {
    await bearFailure({ about: deployment.key, failure, calledAt: polledAt }, run);
    return false;
  }
  // Devices that are open stay so, and are `unknown` if it never turns up.
  if (deployment.notFound === null)
    await run.recorder.record({ type: 'deployment-not-found', deployment: deployment.key, failure });
  return true;
}
