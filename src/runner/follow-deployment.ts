/**
 * Polls one deployment until each of its devices has ended, its time is out, or the grace after a halt is over.
 *
 * Time-outs are declared only after a poll that was made at the deadline or later has been answered: a runner that
 * slept, or an API that was away, never makes a device late.
 */
import type { ApiFailure, DeviceReport } from '../allxon/api.ts';
import { inFlightOf } from '../rollout/bucket.ts';
import type { Oddity } from '../rollout/observe.ts';
import { observe } from '../rollout/observe.ts';
import { standingOf } from '../rollout/change-state.ts';
import type { DeploymentKey, RolloutEvent } from '../rollout/event.ts';
import type { DeploymentState, RolloutState } from '../rollout/state.ts';
import type { RunContext } from './run-context.ts';

/** `reconsiderAt`: when what is to be done besides may change, or `null`. */
export async function followDeployment(
  key: DeploymentKey,
  run: RunContext,
  reconsiderAt: number | null = null,
): Promise<void> {
  const { clock, control, recorder, observer } = run;
  const toldOddities = new Set<Oddity['kind']>();
  const { round, phase } = recorder.state();
  let answeredPollAt: number | null = null;
  for (;;) {
    const deployment = recorder.deployment(key);
    if (control.cause() !== null || inFlightOf(deployment.tally) === 0) return;
    // It has halted, or was resumed or retried: what is done besides, and for how long, is decided anew.
    if (recorder.state().round !== round || recorder.state().phase.kind !== phase.kind) return;
    if (reconsiderAt !== null && clock.now() >= reconsiderAt) return;
    const until = watchUntil(deployment, recorder.state());
    if (answeredPollAt !== null && answeredPollAt >= until) {
      if (isExpired(deployment, answeredPollAt)) await recorder.record(expire(deployment));
      return;
    }
    const at = run.pacing.nextPollAt(deployment, until);
    if (clock.now() < at) {
      observer.notice({ kind: 'poll-due', deployment: key, at });
      await control.sleepUntil(reconsiderAt === null ? at : Math.min(at, reconsiderAt));
      continue;
    }
    answeredPollAt = (await pollOnce(deployment, run, toldOddities)) ?? answeredPollAt;
  }
}

/** Asks about a deployment whose devices have all ended; resolves to whether there was an answer while it was wanted. */
export async function askUntilAnswered(
  key: DeploymentKey,
  isWanted: () => boolean,
  run: RunContext,
): Promise<boolean> {
  const toldOddities = new Set<Oddity['kind']>();
  while (isWanted()) {
    if ((await pollOnce(run.recorder.deployment(key), run, toldOddities)) !== null) return true;
  }
  return false;
}

/** The deployment's deadline, or the end of the grace after a halt, whichever is first. */
function watchUntil(deployment: DeploymentState, { phase, plan }: RolloutState): number {
  const deadlineAt = deployment.call.kind === 'accepted' ? deployment.call.deadlineAt : 0;
  return phase.kind === 'halted' ? Math.min(deadlineAt, phase.watchedFrom + plan.haltGraceMs) : deadlineAt;
}

function isExpired({ call }: DeploymentState, answeredPollAt: number): boolean {
  return call.kind === 'accepted' && answeredPollAt >= call.deadlineAt;
}

function expire(deployment: DeploymentState): RolloutEvent {
  const standing = (wanted: string) =>
    deployment.devices.filter((serial) => standingOf(deployment, serial) === wanted);
  return {
    type: 'devices-timed-out',
    deployment: deployment.key,
    timedOut: standing('processing'),
    unknown: standing('accepted'),
  };
}

/** Resolves to when the poll was made, or to `null` where it was not answered. */
async function pollOnce(
  deployment: DeploymentState,
  run: RunContext,
  toldOddities: Set<Oddity['kind']>,
): Promise<number | null> {
  const { api, calls, clock, observer, recorder, pacing } = run;
  if (deployment.call.kind !== 'accepted' || !(await calls.take())) return null;
  const askedAt = clock.now();
  const outcome = await api.readDeployment(deployment.call.deploymentId);
  // The answer may tell that our clock was ahead: then it was not as late as we thought when we asked.
  const polledAt = Math.min(askedAt, clock.now());
  await calls.answered(outcome.kind === 'read' ? null : outcome.failure);
  const reports =
    outcome.kind === 'read'
      ? outcome.value
      : await reportsDespite(outcome.failure, { key: deployment.key, polledAt }, run);
  if (reports === null) return null;
  observer.notice({ kind: 'polled', deployment: deployment.key });
  pacing.learn(deployment, reports, polledAt);
  const { event, oddities } = observe(deployment, reports);
  for (const { kind, message } of oddities) {
    if (!toldOddities.has(kind)) observer.notice({ kind: 'oddity', deployment: deployment.key, message });
    toldOddities.add(kind);
  }
  if (event !== null) await recorder.record(event);
  return polledAt;
}

/** What a poll that failed says of the devices: nothing (`null`), unless the API knows no such deployment. */
async function reportsDespite(
  failure: ApiFailure,
  { key, polledAt }: { readonly key: DeploymentKey; readonly polledAt: number },
  { control, observer, outage }: RunContext,
): Promise<readonly DeviceReport[] | null> {
  switch (failure.kind) {
    case 'not-found':
      // It was accepted a moment ago. Its devices stay open, and are `unknown` if it never turns up.
      observer.notice({ kind: 'oddity', deployment: key, message: failure.message });
      return [];
    case 'unauthorized':
    case 'forbidden':
      control.stop({ why: 'environment', message: failure.message, isRecorded: true });
      return null;
    case 'rate-limited':
      return null;
    case 'unreachable':
    case 'connection-lost':
    case 'timed-out':
    case 'server-error':
    case 'unreadable':
    case 'unexpected-status':
    case 'invalid':
    case 'conflict':
      await outage.wait(failure, polledAt);
      return null;
  }
}
