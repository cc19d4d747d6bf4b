/**
 * The time that a run goes by: the machine's, put right by the API's own clock as far as its answers tell it.
 *
 * Deadlines are kept as points in time, and the next runner may be another machine: the one clock that all runners of a
 * rollout see is the API's. It also tells a clock that was set from a machine that slept, which nothing else does.
 *
 * A machine's clock that is set back moves nothing, whether the API has been asked or not.
 */
import type { AllxonApi } from '../../backend/api.ts';
import { steadyTime } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { SIGNATURE_MS } from '../../rollout/in-doubt.ts';
import type { OtherReading, Times } from '../../rollout/time-in-doubt.ts';

/**
 * The API's time for what must not happen before an end that the API sets. Where none of its answers tells its clock, ours
 * may be off by as much as the API lets a signature be: calls signed by it are taken. Where they are in doubt, the earliest
 * time counts that it may be.
 */
function apiTimeOf(
  api: Pick<AllxonApi, 'clockOffsetMs' | 'clockDoubts'>,
  now: number,
  others: readonly OtherReading[],
): number {
  const inDoubt = others.filter(({ since }) => since === Infinity).map(({ at }) => at);
  const earliest = Math.min(now, ...inDoubt);
  return api.clockOffsetMs() === null ? earliest - SIGNATURE_MS : earliest;
}

export type ApiClock = Clock & {
  steady(): number;
  /** What else the time may be: see `rollout/time-in-doubt.ts`. */
  others(): readonly OtherReading[];
  times(): Times;
};

export function createApiClock(
  clock: Clock,
  api: Pick<AllxonApi, 'clockOffsetMs' | 'clockDoubts'>,
): ApiClock {
  const offsetMs = () => api.clockOffsetMs() ?? Math.max(0, steadyTime(clock) - clock.now());
  const now = () => clock.now() + offsetMs();
  const others = () =>
    api.clockDoubts().map(({ offsetMs: other, since }) => ({ at: clock.now() + other, since }));
  return {
    now,
    others,
    steady: () => steadyTime(clock),
    times() {
      const time = { now: now(), others: others() };
      return { ...time, apiTime: apiTimeOf(api, time.now, time.others) };
    },
    sleepUntil: (at, signal) => clock.sleepUntil(at - offsetMs(), signal),
  };
}
