/** A deployment of a record for documents: times are text, as everywhere in them. */
import { momentOrNull, renderTimestamp } from '../wording/moments.ts';
import { orderFacts } from '../wording/document-facts.ts';
import type { CallStep, DeploymentRecord } from './record.ts';

export function deploymentFacts(deployment: DeploymentRecord) {
  const { key, wave, batch, attempt, devices, intendedAt, call, tally } = deployment.state;
  const accepted = call.kind === 'accepted' ? call : null;
  return {
    key,
    wave,
    batch,
    attempt,
    devices: devices.length,
    call: call.kind,
    deploymentId: accepted?.deploymentId ?? null,
    requestIds: requestIdsOf(deployment),
    intendedAt: renderTimestamp(intendedAt),
    acceptedAt: momentOrNull(accepted?.acceptedAt ?? null),
    deadlineAt: momentOrNull(accepted?.deadlineAt ?? null),
    endedAt: momentOrNull(deployment.endedAt),
    unreadable: accepted?.unreadable ?? null,
    tally,
    calls: deployment.calls.map(stepFacts),
  };
}

/** `X-Request-ID` of each answer to its POSTs that had one. */
export function requestIdsOf({ calls }: DeploymentRecord): readonly string[] {
  return calls.flatMap((step) => requestIdOf(step) ?? []);
}

function requestIdOf(step: CallStep): string | null {
  switch (step.kind) {
    case 'intended':
    case 'settled':
      return null;
    case 'accepted':
      return step.requestId;
    case 'not-made':
    case 'refused':
    case 'doubted':
      return step.failure.requestId;
  }
}

function stepFacts(step: CallStep) {
  const at = renderTimestamp(step.at);
  return step.kind === 'settled' ? { ...step, at, order: orderFacts(step.order) } : { ...step, at };
}
