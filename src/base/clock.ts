/**
 * Time is always passed in. Nothing in `src` but this file reads the machine's clock or sets a timer, so that days
 * pass in no time in a test and a simulated rollout can run faster than the world.
 */
export type Clock = {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /**
   * As `now()` was when the process began, and even from then on: nobody can set it, and it stands still only while the
   * machine sleeps. It may have fractions. For a clock that nobody sets it is `now()`, and may be left out (see `steadyTime`).
   */
  steady?(): number;
  /**
   * Resolves once `now()` has reached `at`, or as much time has passed as lay between when it was called: a clock that is
   * set back makes nobody sleep longer. Or as soon as `signal` aborts; never rejects.
   */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
};

/** Whole milliseconds, as every other time: it goes on record and into databases. */
export function steadyTime(clock: Clock): number {
  return Math.floor(exactTime(clock));
}

function exactTime(clock: Clock): number {
  return clock.steady?.() ?? clock.now();
}

/** The longest single timer: a machine that slept, or whose clock was set, is noticed within this time. */
const TIMER_MS_MAX = 15_000;

/** Since the process began, by the clock that nobody sets. `performance.now()` tells the same, but has to be loaded first. */
const upMs = () => process.uptime() * 1_000;

/** What the clock told when the process began. */
const ORIGIN_MS = Date.now() - upMs();

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => ORIGIN_MS + upMs(),
  async sleepUntil(at, signal) {
    const startedAt = upMs();
    const longestMs = at - Date.now();
    const left = () => Math.min(at - Date.now(), longestMs - (upMs() - startedAt));
    while (left() > 0 && signal?.aborted !== true) await timer(Math.min(left(), TIMER_MS_MAX), signal);
  },
};

/** A clock of its own, that stands still while something is held. */
export type HeldClock = Clock & {
  /** Time stands still until `work` is done: for what takes real time and none of the clock's. Rejects as `work` does. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same time, for whoever does what it is held for: while one of them sleeps, it is not held for that. */
  readonly within: Clock;
};

/**
 * Between two looks a scaled clock passes no more than this: on a machine that is busy it slows down, and does not leap. A
 * signature that was made by it is good for several such steps.
 */
const STEP_MS = 60_000;

/** How many times as fast as real time a scaled clock may be asked to run. */
export const SPEED = { least: 1, most: 100_000, unlessGiven: 60 } as const;

/** A clock that starts at the present time of `base` and runs `factor` times as fast, whatever `base` is set to. */
export function scaledClock(base: Clock, factor: number): HeldClock {
  const startedAt = base.now();
  let passedMs = 0;
  let countedAt = exactTime(base);
  let held = 0;
  let released: Release | null = null;
  const count = () => {
    const at = exactTime(base);
    if (held === 0) passedMs += Math.min(Math.max(0, at - countedAt), STEP_MS / factor);
    countedAt = at;
  };
  const now = () => {
    count();
    return Math.floor(startedAt + passedMs * factor);
  };
  const sleepUntil: Clock['sleepUntil'] = async (at, signal) => {
    for (let left = at - now(); left > 0 && signal?.aborted !== true; left = at - now()) {
      if (released === null)
        await base.sleepUntil(base.now() + Math.ceil(Math.min(left, STEP_MS) / factor), signal);
      else await Promise.race([released.promise, aborted(signal)]);
    }
  };
  const take = () => {
    count();
    held++;
    released ??= withResolvers();
  };
  const letGo = () => {
    count();
    held--;
    if (held > 0) return;
    released?.resolve();
    released = null;
  };
  return {
    now,
    steady: now,
    sleepUntil,
    async hold(work) {
      take();
      try {
        return await work();
      } finally {
        letGo();
      }
    },
    within: {
      now,
      steady: now,
      async sleepUntil(at, signal) {
        if (at <= now()) return;
        letGo();
        await sleepUntil(at, signal);
        take();
      },
    },
  };
}

type Release = { readonly promise: Promise<void>; readonly resolve: () => void };

function withResolvers(): Release {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
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
