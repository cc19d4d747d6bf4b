import type {
  AllxonApi,
  ApiFailure,
  Budget,
  DeploymentRequest,
  DeviceReport,
  FailureKind,
  PostOutcome,
  ReadOutcome,
  Connection,
} from '../../src/backend/api.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';

/** What a device does: its word at a time after the deployment's start, in milliseconds; `null` when it is not listed. */
export type DeviceScript = (ageMs: number, serial: string) => string | null;

export type ApiScript = {
  /** Answers to the POSTs in order; `null`, and every POST after the list, is accepted. */
  readonly posts?: readonly (PostOutcome | null)[];
  /** Answers to the polls in order; `null`, and every poll after the list, is answered from `device`. */
  readonly polls?: readonly (ReadOutcome<readonly DeviceReport[]> | null)[];
  readonly connections?: readonly ReadOutcome<readonly Connection[]>[];
  readonly device?: DeviceScript;
  readonly budget?: () => Budget;
  /** What was posted, where a later run is to find it again; a deployment that is taken out is answered 404. */
  readonly deployed?: Deployments;
};

export type Deployments = Map<DeploymentId, Deployed>;

type Deployed = { readonly at: number; readonly request: DeploymentRequest };

export type ScriptedApi = AllxonApi & {
  readonly posted: DeploymentRequest[];
  /** When each poll was made. */
  readonly polledAt: number[];
};

export const NO_BUDGET: Budget = { limit: null, remaining: null, resetAt: null, blockedUntil: null };

/** A minute, then success. */
export const healthyDevice: DeviceScript = (ageMs) => (ageMs < 60_000 ? 'processing' : 'success');

/** The API as a script tells it: answers at once, by the clock that the run goes by. */
export function createScriptedApi(clock: Clock, script: ApiScript = {}): ScriptedApi {
  const posts = [...(script.posts ?? [])];
  const polls = [...(script.polls ?? [])];
  const connections = [...(script.connections ?? [])];
  const device = script.device ?? healthyDevice;
  const deployed: Deployments = script.deployed ?? new Map<DeploymentId, Deployed>();
  const posted: DeploymentRequest[] = [];
  const polledAt: number[] = [];
  return {
    posted,
    polledAt,
    signDeployment: () => ({
      epochMs: clock.now(),
      headers: { Authorization: '', 'X-Allxon-Epoch': '' },
      confidential: [],
    }),
    postDeployment(request) {
      posted.push(request);
      const outcome = posts.shift() ?? accepted(`id-${deployed.size + 1}`);
      if (outcome.kind === 'accepted') deployed.set(outcome.deploymentId, { at: clock.now(), request });
      return Promise.resolve(outcome);
    },
    readDeployment(id) {
      polledAt.push(clock.now());
      const scripted = polls.shift() ?? null;
      if (scripted !== null) return Promise.resolve(scripted);
      const deployment = deployed.get(id);
      if (deployment === undefined)
        return Promise.resolve({ kind: 'failed', failure: failure('not-found', 404) });
      const value = deployment.request.devices.flatMap((serial) => {
        const status = device(clock.now() - deployment.at, serial);
        return status === null ? [] : [{ serial, status, updatedAt: null }];
      });
      return Promise.resolve({ kind: 'read', value, requestId: null });
    },
    readConnections: () =>
      Promise.resolve(connections.shift() ?? { kind: 'read' as const, value: [], requestId: null }),
    budget: script.budget ?? (() => NO_BUDGET),
    clockOffsetMs: () => null,
    clockDoubts: () => [],
    close: () => Promise.resolve(),
  };
}

export function accepted(id: string, rejected: readonly string[] = []): PostOutcome {
  return {
    kind: 'accepted',
    deploymentId: id as DeploymentId,
    requestId: `request-of-${id}`,
    rejected: rejected.map((serial) => ({ serial: serial as never, reason: 'not deployable' })),
    unanswered: [],
    foreign: [],
    unreadable: null,
  };
}

export function failure(kind: FailureKind, status: number | null = null): ApiFailure {
  return { kind, message: `the API: ${kind}`, status, code: null, requestId: 'r-1' };
}

export function notMade(kind: FailureKind, status: number | null = null): PostOutcome {
  return { kind: 'not-made', failure: failure(kind, status) };
}

export function inDoubt(kind: FailureKind, status: number | null = null): PostOutcome {
  return { kind: 'in-doubt', failure: failure(kind, status) };
}
