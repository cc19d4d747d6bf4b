/**
 * An API key with a fixed-window limit, in virtual time, and those who draw on it: runners that share it through
 * `SharedCalls`, and others that do not. Calls take their time on the way there and back, clocks are not exact, and
 * runners die.
 */
import { seededRandom } from '../../src/base/random.ts';
import type { CallGrant, ToldBudget } from '../../src/store/journal.ts';

/** `SharedCalls` without what fails. */
export type Share = {
  readonly take: (now: number) => Promise<CallGrant>;
  readonly settle: (told: ToldBudget, now: number) => Promise<unknown>;
  /** Without a word. */
  readonly die: () => Promise<void>;
};

export type Runner = {
  /** Calls that it has under way at once, as soon as each is granted. */
  readonly parallel: number;
  /** How long each waits at most, after an answer, before it wants the next; 0 for one that is always busy. */
  readonly pauseMs: number;
  readonly from: number;
  /** When it is killed. */
  readonly until: number;
};

export type SharedKey = {
  readonly limit: number;
  readonly windowMs: number;
  /** `at-first-call`: a window begins with the first call after the last one; `by-the-clock`: when the last one ends. */
  readonly windows: 'at-first-call' | 'by-the-clock';
  /** How a Reset is told: an epoch, rounded up or cut to the second, or seconds from now. */
  readonly reset: 'epoch-up' | 'epoch-cut' | 'seconds';
  /** What others have made of the calls when each window begins, and make of them while it lasts; as parts of the limit. */
  readonly others: { readonly atOnce: number; readonly over: number };
  /** By so much at most runners' clocks differ from the API's. */
  readonly clockOffMs: number;
  /** How long a call is on its way there, and then back, at most. */
  readonly wayMs: number;
  readonly runners: readonly Runner[];
  readonly endsAt: number;
  readonly seed: number;
};

/** What a key is like that nobody else draws on, for an hour's window. */
export const UNDISTURBED_KEY = {
  windowMs: 3_600_000,
  windows: 'at-first-call',
  reset: 'epoch-up',
  others: { atOnce: 0, over: 0 },
  clockOffMs: 0,
  wayMs: 500,
  seed: 1,
} as const;

export type Followed = {
  /** One a window: calls that were made, by runner; refused ones, and those of others. */
  readonly windows: readonly {
    readonly from: number;
    readonly made: readonly number[];
    readonly refused: number;
    readonly others: number;
  }[];
};

const SECOND = 1_000;
const GRAIN_MS = 100;
const RESET_MARGIN_MS = 3_000;

type Counted = { from: number; made: number[]; refused: number; others: number };
type Due = { readonly at: number; readonly run: () => Promise<void> | void };

/** `shares` are those of the runners, in their order. */
export async function followSharedKey(key: SharedKey, shares: readonly Share[]): Promise<Followed> {
  const chance = seededRandom(key.seed);
  const upTo = (ms: number) => Math.ceil((chance() * ms) / GRAIN_MS) * GRAIN_MS;
  const windows: Counted[] = [];
  const due: Due[] = [];
  let now = 0;

  const after = (ms: number, run: Due['run']) => {
    due.push({ at: now + ms, run });
  };

  function windowNow(isCall: boolean): Counted {
    const last = windows.at(-1);
    const isOver = last === undefined || now >= last.from + key.windowMs;
    if (!isOver || !(isCall || key.windows === 'by-the-clock')) return last ?? openWindow(now);
    const passed = last === undefined ? 0 : Math.floor((now - last.from) / key.windowMs) * key.windowMs;
    return openWindow(last === undefined || key.windows === 'at-first-call' ? now : last.from + passed);
  }

  function openWindow(from: number): Counted {
    const others = Math.floor(key.others.atOnce * key.limit);
    const opened = { from, made: key.runners.map(() => 0), refused: 0, others };
    windows.push(opened);
    for (let call = 0; call < Math.floor(key.others.over * key.limit); call++) {
      after(upTo(key.windowMs - GRAIN_MS), () => {
        if (leftIn(opened) > 0) opened.others++;
      });
    }
    return opened;
  }

  const leftIn = ({ made, others }: Counted) =>
    key.limit - others - made.reduce((sum, count) => sum + count, 0);

  /** What the API answers to a call that has arrived. */
  function answer(runner: number): {
    readonly isRefused: boolean;
    readonly remaining: number;
    readonly resetAt: number;
  } {
    const window = windowNow(true);
    const isRefused = leftIn(window) <= 0;
    if (isRefused) window.refused++;
    else window.made[runner] = (window.made[runner] ?? 0) + 1;
    return { isRefused, remaining: Math.max(0, leftIn(window)), resetAt: window.from + key.windowMs };
  }

  function run({ parallel, pauseMs, from, until }: Runner, index: number, share: Share): void {
    const offMs = Math.round((chance() * 2 - 1) * key.clockOffMs);
    const clock = () => now + offMs;
    const isAlive = () => now < until;
    const ask = async () => {
      if (!isAlive()) return;
      const grant = await share.take(clock());
      if (grant.kind === 'wait') after(Math.max(GRAIN_MS, grant.until - clock()), ask);
      else after(upTo(key.wayMs), arrive);
    };
    const arrive = () => {
      const { isRefused, remaining, resetAt } = answer(index);
      const seconds = Math.ceil((resetAt - now) / SECOND);
      after(upTo(key.wayMs), async () => {
        if (!isAlive()) return;
        const toldAt = {
          'epoch-up': Math.ceil(resetAt / SECOND) * SECOND,
          'epoch-cut': Math.floor(resetAt / SECOND) * SECOND,
        };
        const told = key.reset === 'seconds' ? clock() + seconds * SECOND : toldAt[key.reset];
        const known = told > clock() ? told : null;
        const blockedUntil =
          isRefused || remaining === 0 ? (known ?? clock() + 60_000) + RESET_MARGIN_MS : null;
        await share.settle({ limit: key.limit, remaining, resetAt: known, blockedUntil }, clock());
        after(pauseMs === 0 ? 0 : upTo(pauseMs), ask);
      });
    };
    due.push({ at: until, run: () => share.die() });
    for (let one = 0; one < parallel; one++) due.push({ at: from, run: ask });
  }

  for (const [index, runner] of key.runners.entries()) {
    const share = shares[index];
    if (share !== undefined) run(runner, index, share);
  }
  while (due.length > 0) {
    now = due.reduce((soonest, { at }) => Math.min(soonest, at), Infinity);
    if (now > key.endsAt) break;
    if (key.windows === 'by-the-clock') windowNow(false);
    const dueNow = due.filter(({ at }) => at === now);
    for (const one of dueNow) due.splice(due.indexOf(one), 1);
    await Promise.all(dueNow.map(async (one) => one.run()));
  }
  return { windows };
}
