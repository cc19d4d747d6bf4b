/** What was truly deployed to whom and when, and how each device truly ends: the world's own record, for checkers. */
import type { Outcome } from './scenario.ts';

export type Ledger = {
  /** In the order in which they were made. */
  readonly deployments: readonly LedgerDeployment[];
};

export type LedgerDeployment = {
  /** From 1. */
  readonly ordinal: number;
  readonly id: string;
  /** When it was made: epoch milliseconds by the clock that the simulator was given, without its skew. */
  readonly at: number;
  readonly artifactUuid: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Every device of the request, in its order, the rejected ones too. */
  readonly devices: readonly LedgerDevice[];
};

type LedgerDevice = {
  readonly serial: string;
  readonly outcome: Outcome;
  /** When its status changes for the last time, by the same clock as `at`; `null` where it never ends. */
  readonly endsAt: number | null;
};

/** For every serial, the deployments that named it, in the order in which they were made. */
export function deploymentsBySerial({
  deployments,
}: Ledger): ReadonlyMap<string, readonly LedgerDeployment[]> {
  const bySerial = new Map<string, LedgerDeployment[]>();
  for (const deployment of deployments) {
    for (const { serial } of deployment.devices) {
      const known = bySerial.get(serial);
      if (known === undefined) bySerial.set(serial, [deployment]);
      else known.push(deployment);
    }
  }
  return bySerial;
}
