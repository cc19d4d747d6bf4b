import type { Clock } from './clock.ts';
import { present } from './assert.ts';

type Sleeper = { at: number; readonly order: number; readonly wake: () => void };

/**
 * A clock whose time passes only when nothing else can happen: once every piece of work that was started is asleep,
 * it jumps to the earliest time that anyone waits for. The same work gives the same times, always.
 *
 * Work that waits for something other than this clock (a socket) is to be wrapped in `busy`, so that time stands
 * still until it is done.
 */
export class VirtualClock implements Clock {
  private time: number;
  private setByMs = 0;
  private busyCount = 0;
  private order = 0;
  private sleepers: Sleeper[] = [];
  private turning = false;

  constructor(startAt: number) {
    this.time = startAt;
  }

  now(): number {
    return this.time;
  }

  steady(): number {
    return this.time - this.setByMs;
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (at <= this.time || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at,
        order: this.order++,
        wake: () => {
          this.sleepers = this.sleepers.filter((other) => other !== sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      this.turn();
    });
  }

  /** Holds time still while `work` runs. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.busyCount++;
    try {
      return await work();
    } finally {
      this.busyCount--;
      this.turn();
    }
  }

  /**
   * Sets the clock forward or back, as an administrator or NTP would, or as it is after a machine has slept: the steady time
   * knows nothing of either. Set back, it makes nobody sleep longer.
   */
  jump(byMs: number): void {
    this.time += byMs;
    this.setByMs += byMs;
    if (byMs < 0) for (const sleeper of this.sleepers) sleeper.at += byMs;
    for (const sleeper of this.sleepers.filter(({ at }) => at <= this.time)) sleeper.wake();
  }

  /** Lets all that can run now run first (two turns of the event loop), then jumps to the next sleeper. */
  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    setImmediate(() => {
      setImmediate(() => {
        this.turning = false;
        if (this.busyCount > 0 || this.sleepers.length === 0) return;
        const next = present(this.sleepers.toSorted(byTime)[0], 'the next sleeper');
        if (next.at > this.time) this.time = next.at;
        next.wake();
        this.turn();
      });
    });
  }
}

function byTime(a: Sleeper, b: Sleeper): number {
  return a.at === b.at ? a.order - b.order : a.at - b.at;
}
