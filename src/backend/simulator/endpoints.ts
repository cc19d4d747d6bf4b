/** What each endpoint answers to a call that is authorized and within the budget, right or spoilt by a fault. */
import type { WireDeploymentRequest } from '../allxon/wire.ts';
import { refusal } from './api-call.ts';
import { answerArtifact, answerUploadUrl } from './artifact-endpoints.ts';
import type { PlainAnswer } from './api-call.ts';
import { readDeploymentRequest } from './read-deployment-request.ts';
import type { Route } from './route.ts';
import { LIST_FAULT_NAMES } from './scenario.ts';
import type { FaultName, Scenario } from './scenario.ts';
import { wireConnections, wireDeployment, wireStatuses } from './wire-answer.ts';
import type { ListedDevice, SimulatedAccount } from './simulated-account.ts';

export type EndpointCall = {
  readonly route: Exclude<Route, { readonly kind: 'other' | 'upload' }>;
  readonly body: Uint8Array;
  /** By the clock that the simulator was given. */
  readonly now: number;
  /** The `Host` header. */
  readonly host: string;
  /** As it stands in the request line. */
  readonly path: string;
  /** Only faults that change the content of an answer matter here. */
  readonly fault: FaultName | null;
  /** Of the rule that struck. */
  readonly rows: number | null;
};

/** A serial that nobody deploys to. */
const FOREIGN_SERIAL = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
/** Not one of the three words that the vendor documents. */
const WRONG_STATUS_WORD = 'installing';

/** Has the call's effect on `world` and gives its answer. */
export function answerEndpoint(world: SimulatedAccount, scenario: Scenario, call: EndpointCall): PlainAnswer {
  switch (call.route.kind) {
    case 'post':
      return answerPost(world, scenario, call);
    case 'poll': {
      const statuses = world.statusOf(call.route.deploymentId, call.route.filter, call.now);
      if (statuses === null) return refusal(404, 3, 'There is no such deployment');
      const body = corruptStatuses(statuses, call.fault);
      return answerList(wireStatusesSpoilt(body, scenario.clockSkewMs, call.fault), call);
    }
    case 'connection':
      return answerList(wireConnections(world.connections()), call);
    case 'artifact':
      return corruptObject(answerArtifact(world.artifacts, call.body), call.fault);
    case 'upload-url': {
      const { uuid } = call.route;
      return corruptObject(answerUploadUrl(world.artifacts, { ...call, uuid }), call.fault);
    }
  }
}

function answerPost(
  world: SimulatedAccount,
  scenario: Scenario,
  { body, now, fault }: EndpointCall,
): PlainAnswer {
  const { bodyLimit } = scenario;
  if (bodyLimit !== null && body.length > bodyLimit.bytes) {
    return refusal(bodyLimit.status, 9, `The body is larger than ${bodyLimit.bytes} bytes`);
  }
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

function corruptStatuses(
  statuses: readonly ListedDevice[],
  fault: FaultName | null,
): readonly ListedDevice[] {
  const [first] = statuses;
  if (first === undefined) return statuses;
  if (fault === 'foreign-device') return [...statuses, { ...first, serial: FOREIGN_SERIAL }];
  if (fault === 'duplicate-device') return [...statuses, { ...first, status: 'processing' }];
  return statuses;
}

function wireStatusesSpoilt(
  statuses: readonly ListedDevice[],
  clockSkewMs: number,
  fault: FaultName | null,
): readonly unknown[] {
  const wire = wireStatuses(statuses, clockSkewMs);
  if (fault !== 'wrong-status-word') return wire;
  return wire.map((device, index) =>
    index === 0 ? { ...device, deployment_status: WRONG_STATUS_WORD } : device,
  );
}

function corruptObject(answer: PlainAnswer, fault: FaultName | null): PlainAnswer {
  if (answer.status !== 200 || (fault !== 'unreadable-answer' && fault !== 'unreadable-lists')) return answer;
  return { status: 200, body: { result: 'accepted' } };
}

type ListFault = (typeof LIST_FAULT_NAMES)[number] | 'unreadable-answer' | 'unreadable-lists';

function strikesLists(fault: FaultName | null): fault is ListFault {
  const isOfLists = LIST_FAULT_NAMES.some((name) => name === fault);
  return isOfLists || fault === 'unreadable-answer' || fault === 'unreadable-lists';
}

/** The rows from the query's `offset` on: all of them, or as many as a fault leaves. */
function answerList(list: readonly unknown[], { path, host, fault, rows }: EndpointCall): PlainAnswer {
  const [pathname = '', query = ''] = path.split('?');
  const offset = Number(new URLSearchParams(query).get('offset') ?? 0);
  const left = list.slice(offset);
  const part = left.slice(0, rows ?? Math.max(1, Math.ceil(left.length / 2)));
  const isWhole = part.length === left.length;
  const linkTo = (target: string): PlainAnswer => ({
    status: 200,
    body: part,
    headers: { Link: `<${target}>; rel="next"` },
  });
  if (!strikesLists(fault)) return { status: 200, body: left };
  switch (fault) {
    case 'unreadable-answer':
      return { status: 200, body: { devices: list } };
    case 'unreadable-lists':
      return { status: 200, body: [42, [null], { device: 'unnamed' }] };
    case 'paged-list':
      if (isWhole) return { status: 200, body: left };
      return linkTo(`http://${host}${pathname}?offset=${offset + part.length}`);
    case 'partial-list':
      return { status: 200, body: part, headers: { 'X-Total-Count': String(list.length) } };
    case 'wrapped-list':
      return { status: 200, body: { items: part, total: list.length } };
    case 'foreign-link':
      return linkTo(`https://elsewhere.invalid${pathname}?offset=${offset + part.length}`);
    case 'endless-list':
      return linkTo(path);
  }
}
