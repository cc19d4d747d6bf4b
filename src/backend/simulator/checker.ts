/**
 * What a rollout must never do, checked against the world's own record: not a word of it comes from the runner, its
 * journal or its client. An empty list is the only good answer.
 *
 *   1. No device is deployed to that the plan does not name.
 *   2. No device is deployed to more often than was allowed.
 *   3. A deployment holds devices of one wave only.
 *   4. A wave is deployed to only when all devices of every earlier wave have been.
 *   5. Nothing is deployed after the halt.
 *   6. Only the plan's artifact is deployed.
 */
import { deploymentsBySerial } from './ledger.ts';
import type { Ledger, LedgerDeployment } from './ledger.ts';

export type Expectation = {
  readonly artifactUuid: string;
  /** The serials of each wave, in the order of the waves. */
  readonly waves: readonly (readonly string[])[];
  /** How often one device may be deployed to: 1, unless devices were deployed to again on purpose. */
  readonly attemptsMax: number;
  /** When the halt was on record, by the simulator's clock; `null` where nothing halted. */
  readonly haltedAt: number | null;
};

export type Violation =
  | { readonly kind: 'not-in-plan'; readonly deploymentId: string; readonly serial: string }
  | {
      readonly kind: 'deployed-too-often';
      readonly serial: string;
      readonly deploymentIds: readonly string[];
    }
  | { readonly kind: 'waves-mixed'; readonly deploymentId: string; readonly waves: readonly number[] }
  /** `wave` and `earlierWave` count from 0; `serial` of the earlier one had not been deployed to. */
  | {
      readonly kind: 'wave-too-early';
      readonly deploymentId: string;
      readonly wave: number;
      readonly earlierWave: number;
      readonly serial: string;
    }
  | {
      readonly kind: 'after-halt';
      readonly deploymentId: string;
      readonly at: number;
      readonly haltedAt: number;
    }
  | { readonly kind: 'wrong-artifact'; readonly deploymentId: string; readonly artifactUuid: string };

export function findViolations(ledger: Ledger, expected: Expectation): readonly Violation[] {
  const waveOf = new Map(
    expected.waves.flatMap((serials, wave) => serials.map((serial) => [serial, wave] as const)),
  );
  return [
    ...ledger.deployments.flatMap((deployment) => [
      ...findForeign(deployment, waveOf),
      ...findMixedWaves(deployment, waveOf),
      ...findAfterHalt(deployment, expected.haltedAt),
      ...findWrongArtifact(deployment, expected.artifactUuid),
    ]),
    ...findTooOften(ledger, expected.attemptsMax),
    ...findTooEarly(ledger, expected.waves, waveOf),
  ];
}

type WaveOf = ReadonlyMap<string, number>;

function findForeign({ id, devices }: LedgerDeployment, waveOf: WaveOf): readonly Violation[] {
  return devices
    .filter(({ serial }) => !waveOf.has(serial))
    .map(({ serial }) => ({ kind: 'not-in-plan', deploymentId: id, serial }));
}

function findMixedWaves(deployment: LedgerDeployment, waveOf: WaveOf): readonly Violation[] {
  const waves = wavesOf(deployment, waveOf);
  return waves.length > 1 ? [{ kind: 'waves-mixed', deploymentId: deployment.id, waves }] : [];
}

function findAfterHalt({ id, at }: LedgerDeployment, haltedAt: number | null): readonly Violation[] {
  return haltedAt !== null && at > haltedAt ? [{ kind: 'after-halt', deploymentId: id, at, haltedAt }] : [];
}

function findWrongArtifact({ id, artifactUuid }: LedgerDeployment, wanted: string): readonly Violation[] {
  return artifactUuid === wanted.toLowerCase()
    ? []
    : [{ kind: 'wrong-artifact', deploymentId: id, artifactUuid }];
}

function findTooOften(ledger: Ledger, attemptsMax: number): readonly Violation[] {
  return [...deploymentsBySerial(ledger)]
    .filter(([, deployments]) => deployments.length > attemptsMax)
    .map(([serial, deployments]) => ({
      kind: 'deployed-too-often',
      serial,
      deploymentIds: deployments.map(({ id }) => id),
    }));
}

/** One finding for each deployment and each earlier wave that it overtook. */
function findTooEarly(
  { deployments }: Ledger,
  waves: Expectation['waves'],
  waveOf: WaveOf,
): readonly Violation[] {
  const unreached = waves.map((serials) => new Set(serials));
  return deployments.flatMap((deployment) => {
    const wave = Math.max(-1, ...wavesOf(deployment, waveOf));
    const found = unreached
      .slice(0, Math.max(0, wave))
      .flatMap((serials, earlierWave): readonly Violation[] => {
        const [serial] = serials;
        if (serial === undefined) return [];
        return [{ kind: 'wave-too-early', deploymentId: deployment.id, wave, earlierWave, serial }];
      });
    for (const { serial } of deployment.devices) unreached[waveOf.get(serial) ?? -1]?.delete(serial);
    return found;
  });
}

/** The waves that a deployment's devices belong to, each once, in rising order. */
function wavesOf({ devices }: LedgerDeployment, waveOf: WaveOf): readonly number[] {
  const waves = new Set(devices.flatMap(({ serial }) => waveOf.get(serial) ?? []));
  return [...waves].sort((a, b) => a - b);
}
