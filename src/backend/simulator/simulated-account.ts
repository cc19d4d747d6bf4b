/**
 * The account behind the server: its devices, its deployments, and what becomes of them. Pure but for its own memory:
 * time is passed in, chance comes from the scenario's seed.
 *
 * What becomes of a device is drawn by the seed, its serial and how often it was deployed to, so that neither the order
 * of the calls nor how often anyone polls has any part in it. (An override for certain deployments is the one exception:
 * it goes by the order in which deployments were made.)
 */
import { Artifacts } from './artifacts.ts';
import type { StoredArtifact } from './artifacts.ts';
import { behaviourOf, drawResult, endOf, stepAt } from './simulated-result.ts';
import type { BehaviourOf, DeviceStatusWord, SimulatedResult } from './simulated-result.ts';
import { drawUuid, randomOf } from '../../base/random.ts';
import type { Ledger, LedgerDeployment } from './ledger.ts';
import type { ConnectionWord, Scenario } from './scenario.ts';

export type AccountRequest = {
  readonly devices: readonly string[];
  readonly artifactUuid: string;
  readonly arguments: Readonly<Record<string, string>>;
};

export type AccountAnswer = {
  readonly deploymentId: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly { readonly serial: string; readonly reason: string }[];
};

export type ListedDevice = {
  readonly serial: string;
  /** As the API writes it: one of the documented words, or another that the scenario gives. */
  readonly status: string;
  /** Epoch milliseconds, by the clock that is passed in. */
  readonly updatedAt: number;
};

export type StatusFilter = 'all' | DeviceStatusWord;

export type ConnectionStatus = {
  readonly serial: string;
  readonly status: Exclude<ConnectionWord, 'unlisted'>;
};

type Deployment = {
  readonly at: number;
  readonly ordinal: number;
  readonly id: string;
  readonly request: AccountRequest;
  /** One for each device of the request, in its order. */
  readonly results: readonly SimulatedResult[];
};

type Attempt = { readonly attempt: number; readonly deployment: number };

const FIRST: Attempt = { attempt: 1, deployment: 1 };

export class SimulatedAccount {
  private readonly scenario: Scenario;
  private readonly behaviourOf: BehaviourOf;
  private readonly account: ReadonlySet<string> | null;
  private readonly deployments = new Map<string, Deployment>();
  /** What was drawn last for each serial that was deployed to, and how many times it was. */
  private readonly drawn = new Map<string, { readonly attempt: number; readonly result: SimulatedResult }>();

  private readonly onDeployment: (made: LedgerDeployment) => void;

  readonly artifacts: Artifacts;

  /** `onDeployment` is told of each deployment as it is made, `onArtifact` of each artifact whose file has come. */
  constructor(
    scenario: Scenario,
    onDeployment: (made: LedgerDeployment) => void = () => undefined,
    onArtifact: (stored: StoredArtifact) => void = () => undefined,
  ) {
    this.scenario = scenario;
    this.artifacts = new Artifacts(scenario.seed, onArtifact);
    this.onDeployment = onDeployment;
    this.behaviourOf = behaviourOf(scenario);
    this.account = scenario.account === null ? null : new Set(scenario.account);
  }

  knowsArtifact(uuid: string): boolean {
    if (this.scenario.artifacts === null || this.scenario.artifacts.includes(uuid.toLowerCase())) return true;
    return (this.artifacts.find(uuid)?.bytes ?? null) !== null;
  }

  deploy(request: AccountRequest, now: number): AccountAnswer {
    const ordinal = this.deployments.size + 1;
    const id = drawUuid(randomOf(this.scenario.seed, 'deployment', ordinal));
    const results = request.devices.map((serial) => this.draw(serial, ordinal));
    const deployment: Deployment = { at: now, ordinal, id, request, results };
    this.deployments.set(id, deployment);
    this.onDeployment(recordOf(deployment));
    const isRejected = (index: number) => results[index]?.outcome === 'rejected';
    return {
      deploymentId: id,
      accepted: request.devices.filter((_, index) => !isRejected(index)),
      rejected: request.devices
        .filter((_, index) => isRejected(index))
        .map((serial) => ({
          serial,
          reason: this.holds(serial) ? 'device is not deployable' : 'device not found',
        })),
    };
  }

  /** The listed devices of a deployment, in the order in which they were posted; `null` for an unknown deployment. */
  statusOf(deploymentId: string, filter: StatusFilter, now: number): readonly ListedDevice[] | null {
    const deployment = this.deployments.get(deploymentId);
    if (deployment === undefined || this.isForgotten(deployment, now)) return null;
    const { at, request, results } = deployment;
    return request.devices.flatMap((serial, index) => {
      const steps = results[index]?.steps ?? null;
      if (steps === null) return [];
      const { afterMs, status } = stepAt(steps, now - at);
      if (status === null || (filter !== 'all' && filter !== status)) return [];
      return [{ serial, status, updatedAt: at + afterMs }];
    });
  }

  /** The account's devices, or those that were ever deployed to where the scenario does not list them. */
  connections(): readonly ConnectionStatus[] {
    return [...(this.account ?? this.drawn.keys())].flatMap((serial) => {
      const { connection } = this.drawn.get(serial)?.result ?? this.drawAttempt(serial, FIRST);
      return connection === 'unlisted' ? [] : [{ serial, status: connection }];
    });
  }

  ledger(): Ledger {
    return { deployments: [...this.deployments.values()].map(recordOf) };
  }

  private draw(serial: string, deployment: number): SimulatedResult {
    if (!this.holds(serial)) return { outcome: 'rejected', steps: null, connection: 'unlisted' };
    const attempt = (this.drawn.get(serial)?.attempt ?? 0) + 1;
    const result = this.drawAttempt(serial, { attempt, deployment });
    this.drawn.set(serial, { attempt, result });
    return result;
  }

  private drawAttempt(serial: string, { attempt, deployment }: Attempt): SimulatedResult {
    return drawResult(
      this.behaviourOf(serial, deployment),
      randomOf(this.scenario.seed, 'device', serial, attempt),
    );
  }

  private isForgotten({ at, ordinal }: Deployment, now: number): boolean {
    const { forgotten } = this.scenario;
    if (forgotten === null || now - at < forgotten.afterMs) return false;
    return forgotten.deployments === null || forgotten.deployments.includes(ordinal);
  }

  private holds(serial: string): boolean {
    return this.account === null || this.account.has(serial);
  }
}

function recordOf({ at, ordinal, id, request, results }: Deployment): LedgerDeployment {
  return {
    ordinal,
    id,
    at,
    artifactUuid: request.artifactUuid,
    arguments: request.arguments,
    devices: request.devices.map((serial, index) => {
      const result = results[index];
      const endsAfterMs = result === undefined ? null : endOf(result);
      return {
        serial,
        outcome: result?.outcome ?? 'rejected',
        endsAt: endsAfterMs === null ? null : at + endsAfterMs,
      };
    }),
  };
}
