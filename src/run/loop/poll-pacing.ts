/**
 * What a run has learned of its devices and knows of its budget, put before the polling policy (`rollout/polling.ts`).
 * It only makes polling cheaper: a run that goes on after a crash starts learning anew.
 */
import type { DeviceReport } from '../../backend/api.ts';
import type { Clock } from '../../base/clock.ts';
import { deviceStatusOf } from '../../rollout/change-state.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { inFlightDeployments } from '../../rollout/decide.ts';
import { joinExperience, learnEnded, learnOpen, NO_EXPERIENCE } from '../../rollout/experience.ts';
import type { DeviceTime, Experience } from '../../rollout/experience.ts';
import { decideNextPoll } from '../../rollout/polling.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import type { Serial, DeploymentKey } from '../../plan/identifiers.ts';
import type { CallBudget } from './call-budget.ts';
import type { Recorder } from './recorder.ts';
import type { RunSettings } from './run-control.ts';
import type { SharedBudget } from '../../rollout/shared-budget.ts';

export type PollPacing = {
  /** `endAt` is when watching ends; epoch milliseconds, as the answer. */
  readonly nextPollAt: (deployment: DeploymentState, endAt: number) => number;
  /** Takes in the answer to a poll made at `polledAt`; `deployment` is as it stood before it. */
  readonly learn: (deployment: DeploymentState, reports: readonly DeviceReport[], polledAt: number) => void;
};

export type PacingPorts = {
  readonly calls: CallBudget;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly settings: RunSettings;
};

/** What a deployment has taught, by its last poll. `open` devices had not ended at `ageMs`. */
type Lesson = {
  readonly at: number;
  readonly ended: Experience;
  readonly open: number;
  readonly ageMs: number;
};

export function createPollPacing({ calls, clock, recorder, settings }: PacingPorts): PollPacing {
  const { minIntervalMs, maxIntervalMs } = settings;
  const lessons = new Map<DeploymentKey, Lesson>();
  // All lessons joined, kept as a sum: there may be thousands of deployments.
  let whole = NO_EXPERIENCE;

  return {
    nextPollAt(deployment, endAt) {
      const now = clock.now();
      const { call, key, tally } = deployment;
      if (call.kind !== 'accepted') return now;
      const lesson = lessons.get(key);
      // A deployment that an earlier run posted is looked at at once.
      if (lesson === undefined && isOfEarlierRun(deployment, recorder.state())) return now;
      return decideNextPoll({
        now,
        acceptedAt: call.acceptedAt,
        endAt,
        lastPollAt: lesson?.at ?? null,
        open: inFlightOf(tally),
        own: lesson?.ended ?? NO_EXPERIENCE,
        others: lesson === undefined ? whole : without(whole, lesson),
        budget: shareBudget(calls, recorder.state()),
        bounds: { minIntervalMs, maxIntervalMs },
      });
    },
    learn(deployment, reports, polledAt) {
      const { call, key, tally } = deployment;
      if (call.kind !== 'accepted') return;
      const { acceptedAt } = call;
      const earlier = lessons.get(key);
      const lastAt = earlier?.at ?? acceptedAt;
      const times = timesOf(deployment, reports, { acceptedAt, lastAt, polledAt });
      const lesson: Lesson = {
        at: polledAt,
        ended: learnEnded(earlier?.ended ?? NO_EXPERIENCE, times),
        open: Math.max(0, inFlightOf(tally) - times.length),
        ageMs: polledAt - acceptedAt,
      };
      const others = earlier === undefined ? whole : without(whole, earlier);
      whole = learnOpen(joinExperience(others, lesson.ended), lesson.open, lesson.ageMs);
      lessons.set(key, lesson);
    },
  };
}

function without(whole: Experience, { ended, open, ageMs }: Lesson): Experience {
  const negated = { ended: ended.ended.map((count) => -count), open: ended.open.map((count) => -count) };
  return learnOpen(joinExperience(whole, negated), -open, ageMs);
}

function isOfEarlierRun({ call }: DeploymentState, { runner }: RolloutState): boolean {
  return call.kind === 'accepted' && runner !== null && call.acceptedAt < runner.startedAt;
}

type PollTimes = {
  readonly acceptedAt: number;
  readonly lastAt: number;
  readonly polledAt: number;
};

/** How long the devices took that this poll saw ended for the first time: by the API's word, else between two polls. */
function timesOf(
  deployment: DeploymentState,
  reports: readonly DeviceReport[],
  times: PollTimes,
): readonly DeviceTime[] {
  const { acceptedAt, lastAt, polledAt } = times;
  const between = { afterMs: lastAt - acceptedAt, byMs: polledAt - acceptedAt };
  return reports.flatMap(({ serial, status, updatedAt }) => {
    const isEnd = status === 'success' || status === 'failed';
    if (!isEnd || !isOpen(deployment, serial as Serial)) return [];
    const tookMs = updatedAt === null ? null : updatedAt - acceptedAt;
    if (tookMs === null || tookMs < 0 || tookMs > between.byMs) return [between];
    return [{ afterMs: tookMs, byMs: tookMs }];
  });
}

function isOpen(deployment: DeploymentState, serial: Serial): boolean {
  if (!deployment.index.has(serial)) return false;
  const deviceStatus = deviceStatusOf(deployment, serial);
  return deviceStatus === 'accepted' || deviceStatus === 'processing';
}

function shareBudget(calls: CallBudget, state: RolloutState): SharedBudget {
  return {
    ...calls.left(),
    sharers: calls.sharers(),
    // The client counts calls under way as made.
    callsUnderWay: 0,
    callsReserved: countPostsToCome(state),
    deployments: Math.max(1, inFlightDeployments(state).length),
  };
}

function countPostsToCome({ waves }: RolloutState): number {
  return waves.reduce((sum, { wave, tally }) => sum + Math.ceil(tally.waiting / wave.batch.size), 0);
}
