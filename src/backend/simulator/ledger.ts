/** The simulator's own record, for checkers: what was truly deployed to whom and how each device ends, and every call. */
import type { Outcome, CallKind, FaultName } from './scenario.ts';

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

// Every call that reached the simulator, told one by one and counted.

export type CallRecord = {
  /** From 1, in the order of arrival. */
  readonly ordinal: number;
  /** Epoch milliseconds by the clock that the simulator was given. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly kind: CallKind;
  /** `null` where nothing is answered: the connection breaks, or the answer never comes. */
  readonly status: number | null;
  readonly fault: FaultName | null;
  readonly requestId: string;
};

export type SimulatorStats = {
  readonly calls: number;
  readonly callsByKind: Readonly<Record<CallKind, number>>;
  readonly answersByStatus: Readonly<Record<number, number>>;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  /** Calls that exceeded the budget: every 429 that was not a fault of the scenario. */
  readonly overLimit: number;
  /** Of those, calls made before Reset although an earlier 429 had told it: the abuse that gets a key blocked. */
  readonly whileBlocked: number;
};

export class Tally {
  private calls = 0;
  private overLimit = 0;
  private whileBlocked = 0;
  private readonly byKind: Record<CallKind, number> = {
    post: 0,
    poll: 0,
    connection: 0,
    artifact: 0,
    'upload-url': 0,
    upload: 0,
    other: 0,
  };
  private readonly byStatus: Record<number, number> = {};
  private readonly byFault: Partial<Record<FaultName, number>> = {};

  add({ kind, status, fault }: CallRecord): void {
    this.calls++;
    this.byKind[kind]++;
    if (status !== null) this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
    if (fault !== null) this.byFault[fault] = (this.byFault[fault] ?? 0) + 1;
  }

  addOverLimit(wasTold: boolean): void {
    this.overLimit++;
    if (wasTold) this.whileBlocked++;
  }

  stats(): SimulatorStats {
    return {
      calls: this.calls,
      callsByKind: { ...this.byKind },
      answersByStatus: { ...this.byStatus },
      faults: { ...this.byFault },
      overLimit: this.overLimit,
      whileBlocked: this.whileBlocked,
    };
  }
}
