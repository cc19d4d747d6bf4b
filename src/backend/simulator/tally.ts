/** Every call that reached the simulator, told one by one and counted. */
import type { CallKind, FaultName } from './scenario.ts';

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
