/** Rollouts in which anything that may happen does, in an order that chance has chosen: for what holds of all of them. */
import fc from '../kit/fast-check.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import { inFlightOf } from '../../src/rollout/device-status.ts';
import type { DeviceStatus } from '../../src/rollout/device-status.ts';
import { deviceStatusOf } from '../../src/rollout/change-state.ts';
import { decide } from '../../src/rollout/decide.ts';
import { observe } from '../../src/rollout/observe.ts';
import type { Settlement } from '../../src/rollout/order.ts';
import type { DeploymentState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { given, settlement } from './told-orders.ts';
import { NO_ANSWER, REFUSED, RUNNER, stopped } from './told.ts';

/** `go` is whatever the rollout does by itself next; it is what happens most of the time. */
const STEPS = fc.oneof(
  { weight: 12, arbitrary: fc.constant('go' as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('resume' as const, 'retry' as const, 'settle' as const, 'report' as const),
  },
  { weight: 1, arbitrary: fc.constantFrom('pause' as const, 'abort' as const, 'stop' as const) },
);

/** A number stands for all that is left to chance within a step. */
const steps = fc.array(fc.tuple(STEPS, fc.nat()), { minLength: 5, maxLength: 80, size: 'max' });

const plans = fc
  .record({
    size: fc.integer({ min: 1, max: 7 }),
    batch: fc.integer({ min: 1, max: 3 }),
    tolerated: fc.integer({ min: 0, max: 2 }),
    rejected: fc.constantFrom('failure' as const, 'ignore' as const),
  })
  .map(({ size, batch, tolerated, rejected }) =>
    makePlan([
      makeWave('first', size, {
        maxFailures: { count: tolerated },
        batch: { size: batch, parallel: 2 },
        rejected,
      }),
      makeWave('second', 3, { batch: { size: 2, parallel: 1 } }),
    ]),
  );

export const randomRollouts = fc.tuple(plans, steps).map(([plan, taken]) => {
  const told = new ToldRollout(plan).tell(RUNNER, {
    type: 'connections-checked',
    offline: ['first-1', 'second-1'].map(serial),
    unlisted: [serial('second-2')],
  });
  for (const step of taken) take(told, step);
  return told;
});

type Step = 'go' | 'report' | 'resume' | 'retry' | 'settle' | 'pause' | 'abort' | 'stop';

function take(told: ToldRollout, [step, chance]: readonly [Step, number]): void {
  switch (step) {
    case 'go':
      goOn(told, chance);
      return;
    case 'report':
      report(
        told,
        pick(told, chance, ({ call }) => call.kind === 'accepted'),
        chance,
      );
      return;
    case 'pause':
    case 'resume':
    case 'retry':
    case 'abort':
      told.obey(given(told, step, chance % 2 === 0 ? null : step));
      return;
    case 'settle': {
      const one = pick(told, chance, ({ call }) => call.kind === 'doubted');
      const deploymentId = `found-${told.state.seq}` as DeploymentId;
      const settled: Settlement =
        chance % 2 === 0 ? { kind: 'adopted', deploymentId } : { kind: 'not-created' };
      if (one !== undefined) told.obey(settlement(told, one.key, settled));
      return;
    }
    case 'stop':
      told.tell(stopped('interrupted', 'stopped by a signal'), RUNNER);
  }
}

function pick(
  { state }: ToldRollout,
  chance: number,
  isWanted: (deployment: DeploymentState) => boolean,
): DeploymentState | undefined {
  const some = [...state.deployments.values()].filter(isWanted);
  return some[chance % Math.max(1, some.length)];
}

/** Answers what was announced, or tells of what is in flight, or announces what is next, or ends the watching. */
function goOn(told: ToldRollout, chance: number): void {
  const announced = pick(told, chance, ({ call }) => call.kind === 'intended');
  const flying = pick(told, chance, ({ tally }) => inFlightOf(tally) > 0);
  const decision = decide(told.state, Number.MAX_SAFE_INTEGER);
  const [next] = decision.kind === 'deploy' ? decision.post : [];
  if (announced !== undefined && chance % 5 > 0) answer(told, announced, chance);
  else if (next !== undefined && (flying === undefined || chance % 3 === 0)) {
    const { key: deployment, wave, batch, attempt, devices } = next;
    told.tell({ type: 'deployment-intended', deployment, wave, batch, attempt, devices });
  } else if (flying !== undefined && chance % 4 === 0) timeOut(told, flying);
  else if (flying !== undefined) report(told, flying, chance);
  else if (decision.kind === 'record') told.tell(decision.event);
}

function answer(told: ToldRollout, { key: deployment, devices }: DeploymentState, chance: number): void {
  const failures = {
    11: 'deployment-not-made',
    12: 'deployment-refused',
    13: 'deployment-doubted',
  } as const;
  const word = chance % 14;
  if (word === 11 || word === 12 || word === 13) {
    told.tell({ type: failures[word], deployment, failure: word === 12 ? REFUSED : NO_ANSWER });
    return;
  }
  told.tell({
    type: 'deployment-accepted',
    deployment,
    deploymentId: `id-${deployment}` as DeploymentId,
    requestId: null,
    rejected: devices
      .filter((_, index) => (chance >> (3 * index)) % 8 === 7)
      .map((serial) => ({ serial, reason: 'not deployable' })),
    unreadable: null,
  });
}

function report(told: ToldRollout, deployment: DeploymentState | undefined, chance: number): void {
  if (deployment === undefined) return;
  const words = ['success', 'success', 'success', 'failed', 'processing', 'absent'];
  const reports = deployment.devices.map((serial, index) => ({
    serial,
    status: words[(chance >> (3 * index)) % words.length] ?? '',
    updatedAt: null,
  }));
  const { event, noted } = observe(
    deployment,
    reports.filter(({ status }) => status !== 'absent'),
    { isWhole: true, isDecisive: false },
  );
  if (event !== null) told.tell(event);
  if (noted !== null) told.tell(noted);
}

function timeOut(told: ToldRollout, deployment: DeploymentState): void {
  const standing = (wanted: DeviceStatus) =>
    deployment.devices.filter((serial) => deviceStatusOf(deployment, serial) === wanted);
  told.tell({
    type: 'devices-timed-out',
    deployment: deployment.key,
    timedOut: standing('processing'),
    unknown: standing('accepted'),
  });
}
