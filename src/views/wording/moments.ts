/** Points in time as text, always UTC. Values are epoch milliseconds; one beyond what a date can hold becomes the last. */

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** `2026-01-05T08:00:12.345Z`, for documents. */
export function renderTimestamp(at: number): string {
  return new Date(Math.min(LAST_MS, Math.max(0, Math.floor(at)))).toISOString();
}

/** The same, of what may not have happened yet. */
export function momentOrNull(at: number | null): string | null {
  return at === null ? null : renderTimestamp(at);
}

/** `2026-01-05T08:00:12Z`, in front of a line. */
export function renderStamp(at: number): string {
  return `${renderTimestamp(at).slice(0, 19)}Z`;
}

/** `2026-01-05 08:00:12 UTC`, inside a sentence. */
export function renderMoment(at: number): string {
  return `${renderTimestamp(at).slice(0, 19).replace('T', ' ')} UTC`;
}
