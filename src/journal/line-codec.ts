/**
 * The journal's bytes: one JSON object a line, the first of them a header.
 *
 *     {"format":"breakwater/journal","version":1,"rollout":"camera-2.14","sum":"1f2e…"}
 *     {"seq":1,"at":1795399200000,"type":"rollout-started",…,"sum":"9a0b…"}
 *     {"seq":2,"at":1795399200012,"type":"runner-started",…,"sum":"77c1…"}
 *
 * `sum` is the first 16 hex digits of SHA-256 over the previous line's `sum` and this line's text before it, so that a
 * line that was changed, lost, repeated or moved breaks the chain where it happened. An append is one write that ends
 * with a line feed: bytes after the last line feed were never acknowledged, and are cut. Anything else that does not
 * fit was acknowledged once, and is damage.
 */
import { createHash } from 'node:crypto';
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent } from '../rollout/event.ts';

const FORMAT = 'breakwater/journal';
const VERSION = 1;
const LINE_FEED = 0x0a;
/** `,"sum":"` + 16 hex digits + `"}`. */
const SUM_LENGTH = 8 + 16 + 2;

export type Encoded = { readonly text: string; readonly sum: string };

export type Decoded =
  | {
      readonly kind: 'whole';
      readonly events: readonly JournaledEvent[];
      /** The last line's, for the next append. `null` where not even the header is whole. */
      readonly sum: string | null;
      /** How many bytes are sound; what follows them is torn. */
      readonly soundBytes: number;
    }
  | { readonly kind: 'damaged'; readonly line: number; readonly reason: string };

export function encodeHeader(rollout: RolloutName): Encoded {
  return encodeLine({ format: FORMAT, version: VERSION, rollout }, '');
}

/** The lines of `events`, chained to `sum`. */
export function encodeEvents(events: readonly JournaledEvent[], sum: string): Encoded {
  let text = '';
  let last = sum;
  for (const { seq, at, ...event } of events) {
    const line = encodeLine({ seq, at, ...event }, last);
    text += line.text;
    last = line.sum;
  }
  return { text, sum: last };
}

/** Reads a whole journal's bytes; never throws. */
export function decodeJournal(bytes: Buffer, rollout: RolloutName): Decoded {
  const events: JournaledEvent[] = [];
  let sum: string | null = null;
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) return { kind: 'whole', events, sum, soundBytes: start };
    const decoded = decodeLine(bytes.toString('utf8', start, end), sum ?? '');
    if (typeof decoded === 'string') return { kind: 'damaged', line, reason: decoded };
    const fault =
      sum === null ? faultOfHeader(decoded.value, rollout) : faultOfEvent(decoded.value, events.length + 1);
    if (fault !== null) return { kind: 'damaged', line, reason: fault };
    if (sum !== null) events.push(decoded.value as JournaledEvent);
    sum = decoded.sum;
    start = end + 1;
  }
}

function encodeLine(value: Readonly<Record<string, unknown>>, previousSum: string): Encoded {
  const body = JSON.stringify(value).slice(0, -1);
  const sum = sumOf(previousSum, body);
  return { text: `${body},"sum":"${sum}"}\n`, sum };
}

function decodeLine(
  text: string,
  previousSum: string,
): { readonly value: unknown; readonly sum: string } | string {
  const body = text.slice(0, -SUM_LENGTH);
  const sum = text.slice(-SUM_LENGTH + 8, -2);
  if (text !== `${body},"sum":"${sum}"}` || sumOf(previousSum, body) !== sum) {
    return 'its checksum does not follow from the line before it: the line was changed, or lines are missing';
  }
  try {
    return { value: JSON.parse(`${body}}`) as unknown, sum };
  } catch {
    return 'it is not JSON';
  }
}

function sumOf(previousSum: string, body: string): string {
  return createHash('sha256').update(previousSum).update(body).digest('hex').slice(0, 16);
}

function faultOfHeader(value: unknown, rollout: RolloutName): string | null {
  const header = value as {
    readonly format?: unknown;
    readonly version?: unknown;
    readonly rollout?: unknown;
  };
  if (header.format !== FORMAT) return 'it is not the header of a Breakwater journal';
  if (header.version !== VERSION) {
    return `it is of version ${JSON.stringify(header.version)} and this Breakwater reads version ${VERSION}: use the release that wrote it, or a newer one`;
  }
  if (header.rollout !== rollout)
    return `it is the journal of ${JSON.stringify(header.rollout)}, not of ${rollout}`;
  return null;
}

function faultOfEvent(value: unknown, expectedSeq: number): string | null {
  const event = value as { readonly seq?: unknown; readonly at?: unknown; readonly type?: unknown };
  if (event.seq !== expectedSeq)
    return `it is event ${JSON.stringify(event.seq)} where ${expectedSeq} was expected`;
  if (typeof event.at !== 'number' || typeof event.type !== 'string') return 'it has no time or no type';
  return null;
}
