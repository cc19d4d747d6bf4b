/** What each endpoint answers to a call that is authorized and within the budget, right or spoilt by a fault. */
import type {
  WireDeploymentRequest,
  WireConnection,
  WireDeploymentAnswer,
  WireDeviceStatus,
} from '../allxon/wire.ts';
import { refusal, isObject, parseJson } from './api-call.ts';
import { answerArtifact, answerUploadUrl } from './artifacts.ts';
import type { PlainAnswer, Route } from './api-call.ts';
import { LIST_FAULT_NAMES } from './scenario.ts';
import type { FaultName, Scenario, AnswerShape } from './scenario.ts';
import type { ListedDevice, SimulatedAccount, ConnectionStatus, AccountAnswer } from './simulated-account.ts';

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

// The body of `POST /ota/deployment`, read as strictly as its description allows: anything else gets 400.

/** The request, or what is wrong with it as a sentence. */
function readDeploymentRequest(body: Uint8Array): WireDeploymentRequest | string {
  const json = parseJson(body);
  if (json === undefined) return 'The body is not JSON in UTF-8';
  if (!isObject(json)) return 'The body is not an object';
  const { device_sn: devices, artifact_uuid: artifact, arguments: list, ...others } = json;
  const unknown = Object.keys(others);
  if (unknown.length > 0) return `Unknown field ${unknown.join(', ')}`;
  if (!isListOfTexts(devices) || devices.length === 0)
    return 'device_sn is not a list of one or more serials';
  if (new Set(devices).size < devices.length) return 'device_sn names a device twice';
  if (typeof artifact !== 'string' || !UUID_PATTERN.test(artifact)) return 'artifact_uuid is not a UUID';
  if (list === undefined) return { device_sn: devices, artifact_uuid: artifact };
  if (!Array.isArray(list) || list.length !== 1) return 'arguments is not a list of exactly one object';
  const values: unknown = list[0];
  if (!isObject(values) || !isListOfStrings(Object.values(values))) {
    return 'arguments[0] is not an object of names to strings';
  }
  return { device_sn: devices, artifact_uuid: artifact, arguments: [values as Record<string, string>] };
}

const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return isListOfStrings(value) && value.every((item) => item !== '');
}

function wireDeployment(answer: AccountAnswer, shape: AnswerShape): WireDeploymentAnswer {
  return {
    deployment_id: answer.deploymentId,
    deployment_accepted: wireList(
      answer.accepted.map((serial) => ({ serial, reason: null })),
      shape,
    ),
    deployment_rejected: wireList(answer.rejected, shape),
  };
}

/** `update_epoch` is in seconds by the server's clock. */
function wireStatuses(statuses: readonly ListedDevice[], clockSkewMs: number): readonly WireDeviceStatus[] {
  return statuses.map(({ serial, status, updatedAt }) => ({
    device_sn: serial,
    deployment_status: status,
    update_epoch: Math.floor((updatedAt + clockSkewMs) / 1000),
  }));
}

function wireConnections(connections: readonly ConnectionStatus[]): readonly WireConnection[] {
  return connections.map(({ serial, status }) => ({ sn: serial, status }));
}

function wireList(
  devices: readonly { readonly serial: string; readonly reason: string | null }[],
  shape: AnswerShape,
): unknown {
  switch (shape) {
    case 'serials':
      return devices.map(({ serial }) => serial);
    case 'objects':
      return devices.map(({ serial, reason }) => ({
        device_sn: serial,
        ...(reason !== null && { error: reason }),
      }));
    case 'sn-objects':
      return devices.map(({ serial, reason }) => ({
        sn: serial,
        ...(reason !== null && { code: 'E400-9', message: reason }),
      }));
    case 'map':
      return Object.fromEntries(devices.map(({ serial, reason }) => [serial, reason ?? 'accepted']));
  }
}
