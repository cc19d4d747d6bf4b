/** The history of deployments: their calls, and when their devices changed. */
import { present } from '../../base/assert.ts';
import type { Serial, DeploymentKey } from '../../plan/identifiers.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { isSettled } from '../../rollout/change-deployment.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { devicesWithStatus } from '../status/devices.ts';
import type { CallStep, DeploymentRecord } from './record.ts';

type Trace = {
  readonly calls: CallStep[];
  endedAt: number | null;
  processingAt: Float64Array;
  bucketAt: Float64Array;
  readonly lateAt: Map<Serial, number>;
};

type DeploymentEvent = Extract<JournaledEvent, { readonly deployment: DeploymentKey }>;

export class DeploymentTraces {
  private readonly traces = new Map<DeploymentKey, Trace>();

  /** `state` is the one after `event`. */
  witness(event: JournaledEvent, state: RolloutState): void {
    if (!('deployment' in event)) return;
    const deployment = present(state.deployments.get(event.deployment), `deployment ${event.deployment}`);
    const trace = this.traceOf(deployment);
    take(event, deployment, trace);
    const hasEnded = deployment.call.kind === 'accepted' && inFlightOf(deployment.tally) === 0;
    if (hasEnded) trace.endedAt ??= event.at;
  }

  recordsOf({ deployments }: RolloutState): ReadonlyMap<DeploymentKey, DeploymentRecord> {
    return new Map(
      [...deployments].map(([key, deployment]) => [key, { state: deployment, ...this.traceOf(deployment) }]),
    );
  }

  private traceOf({ key, devices }: DeploymentState): Trace {
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const trace: Trace = {
      calls: [],
      endedAt: null,
      processingAt: new Float64Array(devices.length),
      bucketAt: new Float64Array(devices.length),
      lateAt: new Map(),
    };
    this.traces.set(key, trace);
    return trace;
  }
}

function take(event: DeploymentEvent, deployment: DeploymentState, trace: Trace): void {
  const { at } = event;
  const moment = { deployment, at };
  switch (event.type) {
    case 'deployment-intended':
      trace.calls.push({ kind: 'intended', at });
      // One that is announced once more was not made before; its devices may be others than then.
      trace.processingAt = new Float64Array(event.devices.length);
      trace.bucketAt = new Float64Array(event.devices.length);
      return;
    case 'deployment-not-made':
      trace.calls.push({ kind: 'not-made', at, failure: event.failure });
      return;
    case 'deployment-refused':
      trace.calls.push({ kind: 'refused', at, failure: event.failure });
      return;
    case 'deployment-doubted':
      trace.calls.push({ kind: 'doubted', at, failure: event.failure });
      return;
    case 'deployment-settled':
      trace.calls.push({ kind: 'settled', at, order: event.order, settlement: event.settlement });
      return;
    case 'deployment-accepted': {
      const { deploymentId, requestId } = event;
      trace.calls.push({ kind: 'accepted', at, deploymentId, requestId });
      note(trace.bucketAt, [...deployment.rejections.keys()], moment);
      return;
    }
    case 'devices-reported':
      note(trace.processingAt, event.processing, moment);
      noteOutcomes(trace, event.success, moment);
      noteOutcomes(trace, event.failed, moment);
      return;
    case 'deployment-followed-up':
      for (const serial of [...event.success, ...event.failed]) trace.lateAt.set(serial, at);
      return;
    case 'devices-timed-out':
      note(trace.bucketAt, event.timedOut, moment);
      note(trace.bucketAt, event.unknown, moment);
      return;
    case 'successes-unconfirmed':
      note(trace.bucketAt, event.devices ?? devicesWithStatus(deployment, 'inconclusive'), moment);
      return;
    case 'devices-reverted':
      note(trace.bucketAt, event.devices, moment);
      return;
    case 'devices-noted':
    case 'deployment-not-found':
    case 'deployment-found':
  }
}

type Moment = { readonly deployment: DeploymentState; readonly at: number };

function note(times: Float64Array, serials: readonly Serial[], { deployment, at }: Moment): void {
  for (const serial of serials) times[present(deployment.index.find(serial), serial)] = at;
}

/** One that came too late has left the device in its outcome. */
function noteOutcomes(trace: Trace, serials: readonly Serial[], { deployment, at }: Moment): void {
  for (const serial of serials) {
    if (isSettled(deployment, serial)) trace.lateAt.set(serial, at);
    else trace.bucketAt[present(deployment.index.find(serial), serial)] = at;
  }
}
