/** What each endpoint answers to a call that is authorized and within the budget, right or spoilt by a fault. */
import type { WireDeploymentRequest } from '../allxon/wire.ts';
import { refusal } from './api-call.ts';
import { answerArtifact, answerUploadUrl } from './artifact-endpoints.ts';
import type { PlainAnswer } from './api-call.ts';
import { readDeploymentRequest } from './read-deployment-request.ts';
import type { Route } from './route.ts';
import type { FaultName, Scenario } from './scenario.ts';
import { wireConnections, wireDeployment, wireStatuses } from './wire-answer.ts';
import type { DeviceStatus, World } from './world.ts';

export type EndpointCall = {
  readonly route: Exclude<Route, { readonly kind: 'other' | 'upload' }>;
  readonly body: Uint8Array;
  /** By the clock that the simulator was given. */
  readonly now: number;
  /** The `Host` header. */
  readonly host: string;
  /** Only faults that change the content of an answer matter here. */
  readonly fault: FaultName | null;
};

/** A serial that nobody deploys to. */
const FOREIGN_SERIAL = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
/** Not one of the three words that the vendor documents. */
const WRONG_STATUS_WORD = 'installing';

/** Has the call's effect on `world` and gives its answer. */
export function answerEndpoint(world: World, scenario: Scenario, call: EndpointCall): PlainAnswer {
  switch (call.route.kind) {
    case 'post':
      return answerPost(world, scenario, call);
    case 'poll': {
      const statuses = world.statusOf(call.route.deploymentId, call.route.filter, call.now);
      if (statuses === null) return refusal(404, 3, 'There is no such deployment');
      const body = spoilStatuses(statuses, call.fault);
      return {
        status: 200,
        body: spoilList(wireStatusesSpoilt(body, scenario.clockSkewMs, call.fault), call.fault),
      };
    }
    case 'connection':
      return { status: 200, body: spoilList(wireConnections(world.connections()), call.fault) };
    case 'artifact':
      return spoilObject(answerArtifact(world.artifacts, call.body), call.fault);
    case 'upload-url': {
      const { uuid } = call.route;
      return spoilObject(answerUploadUrl(world.artifacts, { ...call, uuid }), call.fault);
    }
  }
}

function answerPost(world: World, scenario: Scenario, { body, now, fault }: EndpointCall): PlainAnswer {
  const request = readDeploymentRequest(body);
  if (typeof request === 'string') return refusal(400, 1, request);
  if (!world.knowsArtifact(request.artifact_uuid)) return refusal(404, 2, 'There is no such artifact');
  const answer = world.deploy(worldRequest(request), now);
  const [first] = answer.accepted;
  const named =
    fault === 'foreign-device'
      ? [...answer.accepted, FOREIGN_SERIAL]
      : fault === 'duplicate-device' && first !== undefined
        ? [...answer.accepted, first]
        : answer.accepted;
  const wire = wireDeployment({ ...answer, accepted: named }, scenario.answerShape);
  if (fault === 'unreadable-answer') return { status: 202, body: { result: 'accepted' } };
  if (fault === 'unreadable-lists') {
    return { status: 202, body: { ...wire, deployment_accepted: 42, deployment_rejected: [[null]] } };
  }
  return { status: 202, body: wire };
}

function worldRequest(request: WireDeploymentRequest) {
  return {
    devices: request.device_sn,
    artifactUuid: request.artifact_uuid.toLowerCase(),
    arguments: request.arguments?.[0] ?? {},
  };
}

function spoilStatuses(statuses: readonly DeviceStatus[], fault: FaultName | null): readonly DeviceStatus[] {
  const [first] = statuses;
  if (first === undefined) return statuses;
  if (fault === 'foreign-device') return [...statuses, { ...first, serial: FOREIGN_SERIAL }];
  if (fault === 'duplicate-device') return [...statuses, { ...first, status: 'processing' }];
  return statuses;
}

function wireStatusesSpoilt(
  statuses: readonly DeviceStatus[],
  clockSkewMs: number,
  fault: FaultName | null,
): readonly unknown[] {
  const wire = wireStatuses(statuses, clockSkewMs);
  if (fault !== 'wrong-status-word') return wire;
  return wire.map((device, index) =>
    index === 0 ? { ...device, deployment_status: WRONG_STATUS_WORD } : device,
  );
}

function spoilObject(answer: PlainAnswer, fault: FaultName | null): PlainAnswer {
  if (answer.status !== 200 || (fault !== 'unreadable-answer' && fault !== 'unreadable-lists')) return answer;
  return { status: 200, body: { result: 'accepted' } };
}

function spoilList(list: readonly unknown[], fault: FaultName | null): unknown {
  if (fault === 'unreadable-answer') return { devices: list };
  if (fault === 'unreadable-lists') return [42, [null], { device: 'unnamed' }];
  return list;
}
