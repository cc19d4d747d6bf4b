/**
 * The server's clock less our steady one, from the `Date` headers of its answers.
 *
 * A header counts whole seconds, and was written at some moment between our sending and our receiving: it says that
 * the difference lies within a span, never what it is. `Age` says that a cache has kept it for so long since.
 *
 *         sentAt ├──────── our clock ────────┤ answeredAt
 *                     ▲ Date … Date + 1 s                     difference: Date - answeredAt … Date + 1 s - sentAt
 *
 * Spans of several answers are intersected. One that shares nothing with what was known is not believed by itself: a cache
 * or a gateway may have written it. It is disputed, and believed once further answers agree, whose own dates have moved on;
 * or at once where our machine's clock says the same, or where the API accepted a call that was signed by it.
 *
 * All times of ours are by the steady clock (`base/clock.ts`), so that nothing is to be learned anew when the machine's is set.
 */
import type { ClockDoubt } from '../api.ts';

/** The difference is neither below `leastMs` nor above `mostMs`. */
export type ClockEstimate = { readonly leastMs: number; readonly mostMs: number };

export type ServerClock = {
  /** `null` before the first answer that told it and is believed. */
  readonly known: ClockEstimate | null;
  /** The machine's clock less our steady one, when an answer last agreed with what is known; else when all began. */
  readonly machineMs: number;
  /** By the server's clock: when what is known was first known. What lasts since then is the same by every clock. */
  readonly since: number;
  readonly disputed: Disputed | null;
};

type Disputed = ClockEstimate & {
  /** The latest `Date` of those that agree. */
  readonly date: number;
  /** How many answers have agreed with the first. */
  readonly agreed: number;
};

export type Exchange = {
  /** By our steady clock, epoch milliseconds. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** The `Date` and the `Age` header. */
  readonly date: string | undefined;
  readonly age: string | undefined;
  /** The machine's clock less our steady one, when it was answered. */
  readonly machineMs: number;
};

export const UNTOLD_CLOCK: ServerClock = { known: null, machineMs: 0, since: -Infinity, disputed: null };

/** Up to here our own clock is as good as theirs: it is left alone. */
export const CLOCK_NOISE_MS = 2_000;

/** How many further answers must agree with one that is disputed. */
const AGREEING_ANSWERS = 2;

const DATE_STEP_MS = 1_000;

/** What is known after one more answer with a status of 200 to 299. `signedBy` is what its call was signed by, if disputed. */
export function learnClock(
  clock: ServerClock,
  exchange: Exchange,
  signedBy: ClockEstimate | null = null,
): ServerClock {
  const { machineMs, date } = exchange;
  const agreed = { ...clock, machineMs, disputed: null };
  const told = spanOf(exchange);
  // That it was accepted tells enough.
  if (date === undefined && signedBy !== null)
    return { ...agreed, known: signedBy, since: serverTime(signedBy, exchange) };
  if (told === null) return clock;
  const known = clock.known ?? around(clock.machineMs);
  if (gapBetween(known, told) <= CLOCK_NOISE_MS) {
    const narrowed = clock.known === null ? told : (intersect(clock.known, told) ?? told);
    return { ...agreed, known: narrowed };
  }
  const isProven = signedBy !== null && gapBetween(signedBy, told) <= CLOCK_NOISE_MS;
  const setByMs = machineMs - clock.machineMs;
  const isSeenHere =
    Math.abs(setByMs) > CLOCK_NOISE_MS && gapBetween(moved(known, setByMs), told) <= CLOCK_NOISE_MS;
  // The machine slept, or its clock was set together with theirs: nothing of what lasts began by another clock.
  if (isSeenHere) return { ...agreed, known: told };
  if (isProven) return { ...agreed, known: told, since: serverTime(told, exchange) };
  const disputed = dispute(clock.disputed, told, exchange);
  return disputed.agreed < AGREEING_ANSWERS
    ? { ...clock, disputed }
    : { ...agreed, known: estimateOf(disputed), since: serverTime(disputed, exchange) };
}

/** Whole milliseconds to add to a clock that is `aheadMs` of our steady one; 0 where that explains what is known as well. */
export function offsetOf({ leastMs, mostMs }: ClockEstimate, aheadMs = 0): number {
  const explains = (ms: number) => leastMs - CLOCK_NOISE_MS <= ms && mostMs + CLOCK_NOISE_MS >= ms;
  if (explains(aheadMs)) return 0;
  // One that was set by as much was right before.
  if (explains(0)) return -aheadMs;
  return Math.round((leastMs + mostMs) / 2 - aheadMs);
}

/**
 * To be added to the machine's clock, which is `machineMs` ahead of our steady one now; `null` before the first answer. Where
 * it has been set back since the last answer, it is known by how much. Where it has moved ahead, the machine may have slept.
 */
export function machineOffset({ known, machineMs: lastMs }: ServerClock, machineMs: number): number | null {
  if (known === null) return null;
  return offsetOf(known, machineMs - lastMs > CLOCK_NOISE_MS ? lastMs : machineMs);
}

/** What else the time may be, `machineMs` being how far the machine's clock is ahead of our steady one now. */
export function doubtsOf(clock: ServerClock, machineMs: number): readonly ClockDoubt[] {
  const { known, disputed, since } = clock;
  const doubts: ClockDoubt[] = [];
  if (disputed !== null) doubts.push({ offsetMs: offsetOf(disputed, machineMs), since: Infinity });
  // It slept, or was set, and no answer has told which.
  if (machineMs - clock.machineMs > CLOCK_NOISE_MS) {
    doubts.push({ offsetMs: offsetOf(known ?? around(0), machineMs), since: Infinity });
  }
  if (known === null) return doubts;
  // The machine's clock as it stands, and as it stood when the process began: where one agrees, so does the machine.
  const own = [0, -machineMs];
  const offsetMs = offsetOf(known, machineMs);
  const isAgreed = own.some((other) => Math.abs(other - offsetMs) <= CLOCK_NOISE_MS);
  return isAgreed ? doubts : [...doubts, ...own.map((other) => ({ offsetMs: other, since }))];
}

/** How long a cache has kept an answer, in milliseconds, by its `Age` (RFC 9111); `null` for what is not one. */
export function parseAge(age: string): number | null {
  return /^\d{1,10}$/.test(age.trim()) ? Number(age) * 1000 : null;
}

/** `null` where the answer does not tell, or not legibly. */
export function spanOf({ sentAt, answeredAt, date, age }: Exchange): ClockEstimate | null {
  const writtenAt = Date.parse(date ?? '');
  if (Number.isNaN(writtenAt) || answeredAt < sentAt) return null;
  if (age === undefined)
    return { leastMs: writtenAt - answeredAt, mostMs: writtenAt + DATE_STEP_MS - sentAt };
  const ageMs = parseAge(age);
  if (ageMs === null) return null;
  // A cache counts whole seconds, too.
  const serverAt = writtenAt + ageMs;
  return {
    leastMs: serverAt - DATE_STEP_MS - answeredAt,
    mostMs: serverAt + 2 * DATE_STEP_MS - sentAt,
  };
}

function dispute(before: Disputed | null, told: ClockEstimate, { date }: Exchange): Disputed {
  const toldDate = Date.parse(date ?? '');
  const both = before === null ? null : intersect(before, told);
  if (before === null || both === null) return { ...told, date: toldDate, agreed: 0 };
  // A cache gives the same answer again: only a clock that goes on is one.
  return toldDate > before.date ? { ...both, date: toldDate, agreed: before.agreed + 1 } : before;
}

function estimateOf({ leastMs, mostMs }: ClockEstimate): ClockEstimate {
  return { leastMs, mostMs };
}

function serverTime({ leastMs, mostMs }: ClockEstimate, { answeredAt }: Exchange): number {
  return answeredAt + Math.round((leastMs + mostMs) / 2);
}

function around(ms: number): ClockEstimate {
  return { leastMs: ms, mostMs: ms };
}

function moved({ leastMs, mostMs }: ClockEstimate, byMs: number): ClockEstimate {
  return { leastMs: leastMs + byMs, mostMs: mostMs + byMs };
}

function intersect(one: ClockEstimate, other: ClockEstimate): ClockEstimate | null {
  const both = {
    leastMs: Math.max(one.leastMs, other.leastMs),
    mostMs: Math.min(one.mostMs, other.mostMs),
  };
  return both.leastMs <= both.mostMs ? both : null;
}

/** 0 where they overlap. */
function gapBetween(one: ClockEstimate, other: ClockEstimate): number {
  return Math.max(0, one.leastMs - other.mostMs, other.leastMs - one.mostMs);
}
