/** So many calls in a window of time. A window opens with its first call; the budget is full again once it is over. */
import type { Scenario } from './scenario.ts';

export type Budget = 'left' | 'used-up' | 'used-up-and-told';

export class RateLimit {
  private readonly rules: Scenario['rateLimit'];
  private window: { readonly resetAt: number; used: number; isTold: boolean } | null = null;

  constructor(rules: Scenario['rateLimit']) {
    this.rules = rules;
  }

  /**
   * Takes one call from the budget. `used-up-and-told`: an earlier call of this window has been refused already, so
   * that whoever called has not waited for Reset.
   */
  take(now: number): Budget {
    const window = this.windowAt(now);
    if (window.used < this.rules.limit) {
      window.used++;
      return 'left';
    }
    const wasTold = window.isTold;
    window.isTold = true;
    return wasTold ? 'used-up-and-told' : 'used-up';
  }

  /** As if someone else who has the key had made all the calls that were left; the answer says so. */
  useUp(now: number): void {
    const window = this.windowAt(now);
    window.used = this.rules.limit;
    window.isTold = true;
  }

  /** Times by the server's clock. A Reset in whole seconds lies at or after the window's true end, never before it. */
  headers(now: number, clockSkewMs: number): Readonly<Record<string, string>> {
    const { used, resetAt } = this.windowAt(now);
    const resetMs = this.rules.reset === 'epoch' ? resetAt + clockSkewMs : resetAt - now;
    return {
      'X-Ratelimit-Limit': String(this.rules.limit),
      'X-Ratelimit-Remaining': String(this.rules.limit - used),
      'X-Ratelimit-Reset': String(Math.ceil(resetMs / 1000)),
    };
  }

  private windowAt(now: number): { readonly resetAt: number; used: number; isTold: boolean } {
    if (this.window === null || now >= this.window.resetAt) {
      this.window = { resetAt: now + this.rules.windowMs, used: 0, isTold: false };
    }
    return this.window;
  }
}
