/** The call with which a run begins: whether the API can be reached, and enough devices are online. */
import type { ApiFailure, ReadOutcome, Connection } from '../../backend/api.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { RunContext } from './run-context.ts';
import {
  isReady,
  checkConnections,
  devicesToCome,
  describeNotReady,
  describePartial,
} from '../../rollout/preflight.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { CONNECTIONS } from './outage.ts';
import { refusedByApi } from './run-control.ts';

/**
 * One free call before the first POST of a run: an API that is away, a wrong key or a wrong clock shows itself while
 * nothing is at stake, the rate budget is known, and so is which devices are online. Resolves to whether to go on.
 */
export async function probe(run: RunContext): Promise<boolean> {
  const { api, calls, control, outage, recorder } = run;
  for (;;) {
    if (!(await calls.take())) return false;
    const calledAt = run.clock.now();
    const outcome = await api.readConnections({ signal: control.signal });
    const preflight = outcome.kind === 'read' ? preflightBy(outcome, recorder.state()) : null;
    const failure = outcome.kind === 'failed' ? outcome.failure : undecidedBy(preflight);
    await calls.answered(CONNECTIONS, failure);
    if (preflight !== null && failure === null) {
      const { offline, unlisted, partial } = preflight;
      await recorder.record({
        type: 'connections-checked',
        offline,
        unlisted,
        ...(partial !== undefined && { partial }),
      });
      return checkOnline(preflight, run);
    }
    if (failure === null) continue;
    if (isFinal(failure)) {
      control.stop(refusedByApi(failure.message));
      return false;
    }
    if (failure.kind !== 'rate-limited') await outage.wait({ about: CONNECTIONS, failure, calledAt });
  }
}

function preflightBy({ value, partial }: ReadConnections, state: RolloutState): Preflight {
  return checkConnections(devicesToCome(state), { listed: value, partial }, state.plan);
}

type ReadConnections = Extract<ReadOutcome<readonly Connection[]>, { readonly kind: 'read' }>;

/** Of a part of the list, it may be enough that so many devices are online; that too few are is no evidence. */
function undecidedBy(preflight: Preflight | null): ApiFailure | null {
  if (preflight?.partial === undefined || isReady(preflight)) return null;
  const message = `${describePartial(preflight.partial)}, and too few devices in it are online`;
  return { kind: 'unreadable', message, status: null, code: null, requestId: null };
}

/** Whether as many devices are online as the plan wants. */
function checkOnline(preflight: Preflight, { observer, control }: RunContext): boolean {
  observer.notice({ kind: 'preflight', preflight });
  if (isReady(preflight)) return true;
  const message = describeNotReady(preflight);
  control.stop({ why: 'waiting', waitsFor: 'devices-online', until: null, message, isRecorded: true });
  return false;
}

function isFinal({ kind }: ApiFailure): boolean {
  return kind === 'unauthorized' || kind === 'forbidden' || kind === 'not-found' || kind === 'invalid';
}
