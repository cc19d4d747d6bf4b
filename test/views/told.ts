/** Rollouts told up to a point that matters to whoever reads about them. */
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { composeCommands } from '../../src/views/wording/commands.ts';
import { apply } from '../../src/rollout/apply.ts';
import type { RolloutEvent, StopReason } from '../../src/rollout/event.ts';
import type { FailureRecord } from '../../src/rollout/failure.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { DIGEST, makePlan, makeWave, serial, waveName } from '../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../kit/rollouts.ts';

export const COMMANDS = composeCommands({
  name: 'camera-2.14' as RolloutName,
  rollbackOf: null,
  planPath: 'rollout.yaml',
  state: null,
  simulate: null,
});

const BERLIN = {
  maxFailures: { partsPerMillion: 50_000 },
  timeoutMs: 1_800_000,
  batch: { size: 20, parallel: 1 },
};

/** A canary of 2, then 40 in two batches with 2 failures tolerated, then 37. */
export const PLAN: RolloutPlan = makePlan([
  makeWave('canary', 2),
  makeWave('berlin', 40, BERLIN),
  makeWave('taipei', 37),
]);

export const RUNNER: RolloutEvent = {
  type: 'runner-started',
  runner: { host: 'ci-7', pid: 4242, startedBy: 'https://git.example/runs/17' },
  version: '0.1.0',
};

export const NO_ANSWER: FailureRecord = {
  kind: 'timed-out',
  message: 'POST /ota/deployment was not answered within 30s',
  status: null,
  code: null,
  requestId: null,
};

export const REFUSED: FailureRecord = {
  kind: 'invalid',
  message: 'POST /ota/deployment was answered with 400 (E400-3: unknown artifact)',
  status: 400,
  code: 'E400-3',
  requestId: '6f1c0f6e-0b5c-4c0e-9d6e-d3e4f5061728',
};

export const NOT_FOUND: FailureRecord = {
  kind: 'not-found',
  message: 'GET /ota/deployment/5f0c was answered with 404 (E404-1: no such deployment)',
  status: 404,
  code: 'E404-1',
  requestId: 'b9d6bd55-6f7a-4c1f-8f0b-1f2a3b4c5d6e',
};

/** The canary has passed; nothing of berlin has been posted. */
export function toBerlin(plan = PLAN): ToldRollout {
  return new ToldRollout(plan)
    .tell(RUNNER)
    .deploy('canary')
    .report('canary/1', { success: devicesOf('canary', 1, 2) });
}

/** A rollout that has been put on record, and that no runner has taken up. */
export function onRecord(): RolloutState {
  return apply(null, {
    seq: 1,
    at: STARTED_AT,
    type: 'rollout-started',
    plan: PLAN,
    digest: DIGEST,
    simulated: false,
  });
}

export function stopped(why: StopReason, message: string): RolloutEvent {
  return { type: 'runner-stopped', why, message };
}

/** Announces berlin's first batch. */
export function intended(batch = 1): RolloutEvent {
  return {
    type: 'deployment-intended',
    deployment: `berlin/${batch}`,
    wave: waveName('berlin'),
    batch,
    attempt: 1,
    devices: devicesOf('berlin', batch * 20 - 19, batch * 20).map(serial),
  };
}

/** Two rejected and two failed of berlin's first twenty: one more than is tolerated. */
export function toHalt(plan = PLAN): ToldRollout {
  return toBerlin(plan)
    .deploy('berlin', 1, ['berlin-1', 'berlin-2'])
    .report('berlin/1', { success: devicesOf('berlin', 5, 12), failed: devicesOf('berlin', 3, 4) });
}
