/** Waiting between waves: for a window, a soak, or a person's approval, for no longer than the run was told to. */
import { renderSecond } from '../../base/duration.ts';
import type { AllxonApi } from '../../backend/api.ts';
import { soakOverAt } from '../../rollout/decide.ts';
import type { Decision } from '../../rollout/decide.ts';
import { nextOnWait } from '../../rollout/hooks.ts';
import { IS_NOTIFIED_AT_ONCE, WAVE_WAITS } from '../../rollout/wait-reasons.ts';
import { notify } from './commands.ts';
import type { RolloutState, WaveState } from '../../rollout/state.ts';
import { checkDeployment } from './follow-deployment.ts';
import type { ApiClock } from './api-clock.ts';
import { CONNECTIONS } from './outage.ts';
import type { RunContext } from './run-context.ts';

/** Until then, or until anything happens that may change what is next. */
export async function waitFor(
  { wave, why, until }: Extract<Decision, { readonly kind: 'wait' }>,
  run: RunContext,
): Promise<void> {
  if (await askTime(run)) return;
  const { control, observer } = run;
  const waitUntil = run.waitUntil();
  const message = `wave ${wave.wave.name} ${WAVE_WAITS[why]} until ${renderSecond(until)}`;
  if (waitUntil !== null && until > waitUntil) {
    control.stop({ why: 'waiting', waitsFor: why, until, message, isRecorded: true });
    return;
  }
  if (IS_NOTIFIED_AT_ONCE[why]) {
    const notice = { reason: why, message, until } as const;
    await notify({ next: (state) => nextOnWait(state, why), notice }, run);
  }
  observer.notice({ kind: 'waiting', wave: wave.wave.name, why, until });
  const askedAgainAt = timeAskedAgainAt(run);
  await control.sleepUntil(askedAgainAt === null ? until : Math.min(until, askedAgainAt));
}

/** A run waits for a person only where it was told how long, and nobody is asked where it ends. */
export async function waitForApproval(
  { wave }: Extract<Decision, { readonly kind: 'approval' }>,
  run: RunContext,
): Promise<void> {
  const { clock, control, observer, settings } = run;
  const waitUntil = run.waitUntil();
  const message = `wave ${wave.wave.name} ${WAVE_WAITS.approval}`;
  if (waitUntil === null || settings.asksForApproval === true || clock.now() >= waitUntil) {
    control.stop({ why: 'waiting', waitsFor: 'approval', until: null, message, isRecorded: true });
    return;
  }
  const notice = { reason: 'approval', message, until: null } as const;
  await notify({ next: (state) => nextOnWait(state, 'approval'), notice }, run);
  observer.notice({ kind: 'waiting', wave: wave.wave.name, why: 'approval', until: waitUntil });
  await control.sleepUntil(waitUntil);
}

/**
 * Asks what has become of devices that had ended; a check that was interrupted is made again by the next run. It asks about
 * one deployment at a time: where a call is refused for the rate limit, no other is on its way to be refused as well.
 */
export async function recheck(
  { wave, at, then }: Extract<Decision, { readonly kind: 'look-again' }>,
  run: RunContext,
): Promise<void> {
  const { clock, control, recorder } = run;
  const isWanted = () => isIn(recorder.state(), wave) && control.cause() === null;
  for (const { key } of at) {
    if (!(await checkDeployment(key, isWanted, run))) return;
  }
  // The answers may have told that the clock was wrong.
  const isOver = () => wave.phase !== 'soaking' || soakOverAt(wave, clock.times()) <= clock.now();
  if (then === null) return;
  await recorder.recordWhat((state) => (isIn(state, wave) && isOver() ? then : null));
}

/** So many calls ask for the time at most: one that tells it, and those that have to agree with it. */
const TIME_CALLS_MAX = 4;

/** Longer than the second that a `Date` is cut to. */
const TIME_CALLS_APART_MS = 1_100;

/** How long the time is not asked for again where asking has not told it: there may be nobody who can. */
const TIME_ASKED_AGAIN_MS = 600_000;

/**
 * Asks the API what time it is, where no answer has told it yet, or what answers have told is disputed: before a wait, or its
 * end is reckoned by a clock that may be wrong. Resolves to whether it was asked. It is no problem where it does not answer:
 * nothing is done after a wait before the API has been asked again. Where its answers tell no time, or there are none, it is
 * waited for as long as every clock wants it.
 */
async function askTime(run: RunContext): Promise<boolean> {
  const { api, calls, clock, control, timeAsked } = run;
  const isDisputed = () => isTimeDisputed(run);
  const isUntold = api.clockOffsetMs() === null && !timeAsked.isAsked;
  const { inVainAt } = timeAsked;
  const isInVain = inVainAt !== null && clock.steady() - inVainAt < TIME_ASKED_AGAIN_MS;
  if (!isUntold && (!isDisputed() || isInVain)) return false;
  for (let made = 1; control.cause() === null && (await calls.take()); made++) {
    const outcome = await api.readConnections();
    await calls.answered(CONNECTIONS, outcome.kind === 'read' ? null : outcome.failure);
    if (outcome.kind !== 'read' || !isDisputed() || made === TIME_CALLS_MAX) break;
    await control.sleepUntil(clock.now() + TIME_CALLS_APART_MS);
  }
  timeAsked.isAsked = true;
  timeAsked.inVainAt = isDisputed() ? clock.steady() : null;
  return true;
}

/** When a wait is broken off to ask for the time once more; `null` where it is not in dispute. */
function timeAskedAgainAt(run: RunContext): number | null {
  const { clock, timeAsked } = run;
  const { inVainAt } = timeAsked;
  if (inVainAt === null || !isTimeDisputed(run)) return null;
  return clock.now() + inVainAt + TIME_ASKED_AGAIN_MS - clock.steady();
}

/** Not where it is known when one of the clocks was wrong: answers have agreed on that. */
function isTimeDisputed({ api }: Pick<RunContext, 'api'>): boolean {
  return api.clockDoubts().some(({ since }) => since === Infinity);
}

export type WaitLimit = {
  readonly maxWaitMs: number | null;
  /** When the run began, by the steady clock. */
  readonly since: number;
};

/**
 * The end of what a run may wait for, by the API's clock; `null` where it may wait for ever. It is fixed once the API has told
 * the time, and never later than as much time has passed: neither a clock that is set nor one that was wrong moves it.
 */
export function createWaitLimit(
  { maxWaitMs, since }: WaitLimit,
  { clock, api }: { readonly clock: ApiClock; readonly api: Pick<AllxonApi, 'clockOffsetMs'> },
): () => number | null {
  let fixedAt: number | null = null;
  return () => {
    if (maxWaitMs === null) return null;
    const at = clock.now() + maxWaitMs - (clock.steady() - since);
    if (api.clockOffsetMs() === null) return at;
    fixedAt ??= at;
    return Math.min(fixedAt, at);
  };
}

/** Whether the wave is as it was. */
function isIn({ phase, waves }: RolloutState, wave: WaveState): boolean {
  return phase.kind === 'running' && waves[wave.index]?.phase === wave.phase;
}
