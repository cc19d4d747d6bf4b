/**
 * Time is always passed in. Nothing in `src` but this file reads the machine's clock or sets a timer, so that days
 * pass in no time in a test and a simulated rollout can run faster than the world.
 */
export type Clock = {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /**
   * Resolves once `now()` has reached `at`, or as much time has passed as lay between when it was called: a clock that is
   * set back makes nobody sleep longer. Or as soon as `signal` aborts; never rejects.
   */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
};

/** The longest single timer: a machine that slept, or whose clock was set, is noticed within this time. */
const TIMER_MS_MAX = 15_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleepUntil(at, signal) {
    const startedAt = performance.now();
    const longestMs = at - Date.now();
    const left = () => Math.min(at - Date.now(), longestMs - (performance.now() - startedAt));
    while (left() > 0 && signal?.aborted !== true) await timer(Math.min(left(), TIMER_MS_MAX), signal);
  },
};

/** A clock that starts at the present time of `base` and runs `factor` times as fast. */
export function scaledClock(base: Clock, factor: number): Clock {
  const startedAt = base.now();
  return {
    now: () => Math.floor(startedAt + (base.now() - startedAt) * factor),
    sleepUntil: (at, signal) => base.sleepUntil(Math.ceil(startedAt + (at - startedAt) / factor), signal),
  };
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timeout = setTimeout(done, Math.max(1, ms));
    signal?.addEventListener('abort', done, { once: true });
  });
}
