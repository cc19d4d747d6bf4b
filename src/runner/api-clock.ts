/**
 * The time that a run goes by: the machine's, put right by the API's own clock as far as its answers tell it.
 *
 * Deadlines are kept as points in time, and the next runner may be another machine: the one clock that all runners of a
 * rollout see is the API's. It also tells a clock that was set from a machine that slept, which nothing else does.
 */
import type { AllxonApi } from '../allxon/api.ts';
import type { Clock } from '../base/clock.ts';
import { SIGNATURE_MS } from '../rollout/in-doubt.ts';

/**
 * The API's time for what must not happen before an end that the API sets. Where none of its answers tells its clock, ours
 * may be off by as much as the API lets a signature be: calls signed by it are taken.
 */
export function apiTimeOf({ api, clock }: { readonly api: AllxonApi; readonly clock: Clock }): number {
  return api.clockOffsetMs() === null ? clock.now() - SIGNATURE_MS : clock.now();
}

export function createApiClock(clock: Clock, api: AllxonApi): Clock {
  const offsetMs = () => api.clockOffsetMs() ?? 0;
  return {
    now: () => clock.now() + offsetMs(),
    sleepUntil: (at, signal) => clock.sleepUntil(at - offsetMs(), signal),
  };
}
