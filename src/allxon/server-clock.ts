/**
 * The server's clock less ours, from the `Date` header. It counts whole seconds and the answer takes its time, so small
 * differences are noise: they are left alone, and requests are signed with our own time.
 */

/** Below this our own clock is as good as what the header can tell. */
const NOISE_MS = 2_500;

export type Exchange = {
  /** By our clock, epoch milliseconds. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** The `Date` header. */
  readonly date: string | undefined;
};

/** Milliseconds to add to our clock, 0 within the noise; `null` where the answer does not tell. */
export function readClockOffset({ sentAt, answeredAt, date }: Exchange): number | null {
  if (date === undefined) return null;
  const serverAt = Date.parse(date);
  if (Number.isNaN(serverAt)) return null;
  // The header is cut to the second: on average the server's time was half a second later.
  const offsetMs = Math.round(serverAt + 500 - (sentAt + answeredAt) / 2);
  return Math.abs(offsetMs) <= NOISE_MS + (answeredAt - sentAt) / 2 ? 0 : offsetMs;
}
