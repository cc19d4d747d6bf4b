/** What a record says of deployments, read afresh here: the campaign must not take Breakwater's word for it. */
import type { JournaledEvent } from '../../../src/rollout/event.ts';

export type OnRecord = {
  readonly key: string;
  readonly devices: readonly string[];
  readonly intendedSeq: number;
  readonly intendedAt: number;
  readonly answer:
    /** It may exist. */
    | { readonly kind: 'none' }
    | {
        readonly kind: 'accepted';
        readonly id: string;
        /** Whether its answer told which devices are rejected: it may have been lost, or unreadable. */
        readonly tellsRejected: boolean;
      }
    /** It does not exist. */
    | { readonly kind: 'not-made' };
};

/** By key, as they stand after the last of `events`. */
export function readDeployments(events: readonly JournaledEvent[]): readonly OnRecord[] {
  const deployments = new Map<string, OnRecord>();
  const answer = (key: string, given: OnRecord['answer']) => {
    const deployment = deployments.get(key);
    if (deployment === undefined) throw new Error(`${key} was answered before it was intended`);
    deployments.set(key, { ...deployment, answer: given });
  };
  for (const event of events) {
    if (event.type === 'deployment-intended') {
      deployments.set(event.deployment, {
        key: event.deployment,
        devices: event.devices,
        intendedSeq: event.seq,
        intendedAt: event.at,
        answer: { kind: 'none' },
      });
    } else if (event.type === 'deployment-accepted') {
      const { deploymentId: id, unreadable } = event;
      answer(event.deployment, { kind: 'accepted', id, tellsRejected: unreadable === null });
    } else if (event.type === 'deployment-not-made' || event.type === 'deployment-refused') {
      answer(event.deployment, { kind: 'not-made' });
    } else if (event.type === 'deployment-settled') {
      const { settlement } = event;
      answer(
        event.deployment,
        settlement.kind === 'adopted'
          ? { kind: 'accepted', id: settlement.deploymentId, tellsRejected: false }
          : { kind: 'not-made' },
      );
    }
  }
  return [...deployments.values()];
}

export function doubtsIn(deployments: readonly OnRecord[]): readonly OnRecord[] {
  return deployments.filter(({ answer }) => answer.kind === 'none');
}

/** The ids that the record claims. */
export function claimsOf(deployments: readonly OnRecord[]): ReadonlySet<string> {
  return new Set(deployments.flatMap(({ answer }) => (answer.kind === 'accepted' ? [answer.id] : [])));
}

export function haltOf(events: readonly JournaledEvent[]) {
  return events.find((event) => event.type === 'rollout-halted') ?? null;
}
