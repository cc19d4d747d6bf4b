/** The sentences about notices; `wording/sentences.ts` has those about events. */
import { renderElapsed } from '../../base/duration.ts';
import { count, printable } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { describePreflight } from '../../rollout/preflight.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { WAVE_WAITS } from '../../rollout/wait-reasons.ts';
import type { Notice } from '../../run/loop/observer.ts';
import { describeCut, describeOrder, nameDeployment, nameWave } from '../wording/phrases.ts';
import { renderMoment } from '../wording/moments.ts';
import { totalTally } from '../summary/tallies.ts';

/** `null` for notices that are too frequent for lines: the live view and JSON have them. */
export function describeNotice(notice: Notice, now: number): string | null {
  switch (notice.kind) {
    case 'poll-due':
    case 'polled':
    case 'budget':
      return null;
    case 'going-on':
      return describeContinuing(notice.state);
    case 'journal-cut':
      return describeCut(notice.bytes);
    case 'call-failed':
      return describeOutage(notice, now);
    case 'api-back':
      return `the API answers again after ${renderElapsed(notice.downMs)}`;
    case 'rate-limited':
      return describeRateLimit(notice.until, now);
    case 'clock-off':
      return describeClock(notice.aheadMs);
    case 'oddity':
      return `${nameDeployment(notice.deployment)}: ${printable(notice.message)}`;
    case 'preflight':
      return `before the first deployment: ${describePreflight(notice.preflight)}`;
    case 'waiting':
      return describeWaiting(notice, now);
    case 'gate-started':
      return describeGateStart(notice);
    case 'stopping':
      return describeStopping(notice.inFlight);
  }
}

export type Outage = { readonly message: string; readonly retryAt: number; readonly downSince: number };

export function describeOutage({ message, retryAt, downSince }: Outage, now: number): string {
  const since = now > downSince ? ` for ${renderElapsed(now - downSince)}` : '';
  return `no answer from the API${since}, retry in ${renderElapsed(untilNext(retryAt, now))}: ${printable(message)}`;
}

export function describeRateLimit(until: number, now: number): string {
  return `rate limit of the API reached: no calls for ${renderElapsed(untilNext(until, now))}, until ${renderMoment(until)}`;
}

export function describeClock(aheadMs: number): string {
  return `this machine's clock is ${renderElapsed(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the API's clock; calls use the API's clock`;
}

export function describeGateStart({
  wave,
  name,
  attempt,
}: Omit<Extract<Notice, { readonly kind: 'gate-started' }>, 'kind'>): string {
  const again = attempt === 1 ? '' : `, attempt ${attempt}`;
  return `${nameWave(wave)}: gate ${printable(name)} started${again}`;
}

export type Waiting = Omit<Extract<Notice, { readonly kind: 'waiting' }>, 'kind'>;

export function describeWaiting({ wave, why, until }: Waiting, now: number): string {
  const left = `${renderElapsed(untilNext(until, now))}, until ${renderMoment(until)}`;
  const what = `${nameWave(wave)} ${WAVE_WAITS[why]}`;
  // Every wait except an approval ends by itself.
  return why === 'approval' ? `${what}, for at most ${left}` : `${what}: ${left}`;
}

export function describeStopping(inFlight: number): string {
  const what =
    inFlight === 0 ? 'no device is in flight' : `${count(inFlight, 'device')} in flight cannot be recalled`;
  return `stopping: ${what}; send a second signal to stop at once`;
}

/** Milliseconds from `now` to `at`, in whole seconds rounded up: `1s` and not `0s` while there is something to wait for. */
export function untilNext(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000) * 1000);
}

function describeContinuing(state: RolloutState): string {
  const { plan, waves, pause } = state;
  const passed = waves.filter(({ phase }) => phase === 'passed').length;
  const inFlight = inFlightOf(totalTally(state));
  const flying = inFlight === 0 ? '' : `, ${count(inFlight, 'device')} in flight`;
  const paused = pause === null ? '' : `; paused ${describeOrder(pause)}, so nothing is deployed`;
  return `continuing rollout ${plan.name}: ${passed} of ${count(waves.length, 'wave')} passed, ${count(countDevices(plan), 'device')}${flying}${paused}`;
}
