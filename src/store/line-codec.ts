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
 * fit was acknowledged once, and is damage, unless a newer release wrote it. So is a header that is not whole: a journal
 * gets its name when its header is on the disk.
 *
 * Lines are read one at a time from bytes that come in pieces: a journal may be larger than the longest string, and is
 * never held as text.
 */
import { createHash } from 'node:crypto';
import type { RolloutName } from '../plan/identifiers.ts';
import type { JournaledEvent, RolloutEvent } from '../rollout/event.ts';
import { validateEvent } from './generated/validate-event.js';

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
      /** The last line's, for the next append. */
      readonly sum: string;
      /** How many bytes are sound; what follows them is torn. */
      readonly soundBytes: number;
    }
  | Damage;

export type Damage = {
  readonly kind: 'damaged';
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
  /** The line is sound, and a newer release wrote it: nothing was damaged. */
  readonly isNewer: boolean;
};

/** Takes a journal's bytes in pieces of any size; never throws. */
export type JournalDecoder = {
  readonly take: (piece: Buffer) => void;
  readonly finish: () => Decoded;
};

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

export function createJournalDecoder(rollout: RolloutName): JournalDecoder {
  const events: JournaledEvent[] = [];
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer[] = [];
  let sum: string | null = null;
  let line = 0;
  let soundBytes = 0;
  let damage: Damage | null = null;
  /** The release that the latest run on record was by; `null` before the first. */
  let release: string | null = null;

  function takeLine(bytes: Buffer): void {
    line += 1;
    const decoded = decodeLine(bytes, sum ?? '');
    if (decoded.kind === 'fault') {
      damage = damageOf(line, decoded);
      return;
    }
    const fault =
      sum === null
        ? faultOfHeader(decoded.value, rollout)
        : faultOfEvent(decoded.value, { seq: events.length + 1, release });
    if (fault !== null) {
      damage = damageOf(line, fault);
      return;
    }
    if (sum !== null) {
      const event = decoded.value as JournaledEvent;
      events.push(event);
      if (event.type === 'runner-started') release = event.version;
    }
    ({ sum } = decoded);
    soundBytes += bytes.length + 1;
  }

  return {
    take(piece) {
      let start = 0;
      for (let end = piece.indexOf(LINE_FEED); end !== -1 && damage === null;) {
        const rest = piece.subarray(start, end);
        takeLine(begun.length === 0 ? rest : Buffer.concat([...begun, rest]));
        begun = [];
        start = end + 1;
        end = piece.indexOf(LINE_FEED, start);
      }
      // A copy: the caller may fill the same piece anew.
      if (start < piece.length && damage === null) begun.push(Buffer.from(piece.subarray(start)));
    },
    finish() {
      if (damage !== null) return damage;
      if (sum !== null) return { kind: 'whole', events, sum, soundBytes };
      const rest = Buffer.concat(begun);
      const isCut = encodeHeader(rollout).text.startsWith(rest.toString('latin1'));
      return damageOf(
        1,
        fault(
          rest.length === 0
            ? 'the file is empty, but a journal always has a header: its content was removed'
            : isCut
              ? 'its first line is incomplete: content was removed'
              : 'it is not the header of a Breakwater journal',
        ),
      );
    },
  };
}

/** One object as a line, chained to the one before by `previousSum`, which is empty for the first. */
export function encodeLine(value: Readonly<Record<string, unknown>>, previousSum: string): Encoded {
  const body = JSON.stringify(value).slice(0, -1);
  const sum = sumOf(previousSum, body);
  return { text: `${body},"sum":"${sum}"}\n`, sum };
}

type Fault = { readonly kind: 'fault'; readonly reason: string; readonly isNewer?: boolean };

/** `bytes` are the line's without its line feed. */
export function decodeLine(
  bytes: Buffer,
  previousSum: string,
): { readonly kind: 'line'; readonly value: unknown; readonly sum: string } | Fault {
  const bodyLength = Math.max(0, bytes.length - SUM_LENGTH);
  const body = bytes.subarray(0, bodyLength);
  const sum = sumOf(previousSum, body);
  if (bytes.toString('latin1', bodyLength) !== `,"sum":"${sum}"}`) {
    return {
      kind: 'fault',
      reason: 'its checksum does not match the line before it: a line was edited, or lines are missing',
    };
  }
  try {
    return { kind: 'line', value: JSON.parse(`${body.toString()}}`) as unknown, sum };
  } catch {
    return { kind: 'fault', reason: 'it is not JSON' };
  }
}

function damageOf(line: number, { reason, isNewer = false }: Fault): Damage {
  return { kind: 'damaged', line, reason, isNewer };
}

function sumOf(previousSum: string, body: string | Buffer): string {
  return createHash('sha256').update(previousSum).update(body).digest('hex').slice(0, 16);
}

function faultOfHeader(value: unknown, rollout: RolloutName): Fault | null {
  const header = value as {
    readonly format?: unknown;
    readonly version?: unknown;
    readonly rollout?: unknown;
  };
  if (header.format !== FORMAT) return fault('it is not the header of a Breakwater journal');
  if (header.version !== VERSION) {
    return newer(
      `it has version ${JSON.stringify(header.version)}, but this release reads version ${VERSION}`,
    );
  }
  if (header.rollout !== rollout)
    return fault(`it is the journal of ${JSON.stringify(header.rollout)}, not of ${rollout}`);
  return null;
}

function faultOfEvent(
  value: unknown,
  { seq: expectedSeq, release }: { readonly seq: number; readonly release: string | null },
): Fault | null {
  const event = value as { readonly seq?: unknown; readonly at?: unknown; readonly type?: unknown };
  if (event.seq !== expectedSeq)
    return fault(`it is event ${JSON.stringify(event.seq)}, expected ${expectedSeq}`);
  if (typeof event.at !== 'number' || typeof event.type !== 'string')
    return fault('it has no time or no type');
  if (!EVENT_TYPES.has(event.type)) {
    return newer(
      `it is an event of type ${JSON.stringify(event.type)}, which this release does not know`,
      release,
    );
  }
  return validateEvent(event) ? null : fault(describeMisfit(event.type));
}

/** `it is not a valid wave-passed event: /wave must be string`. */
function describeMisfit(type: string): string {
  const { instancePath = '', message = 'does not fit' } = validateEvent.errors?.at(-1) ?? {};
  return `it is not a valid ${type} event: ${instancePath === '' ? 'it' : instancePath} ${message}`;
}

function fault(reason: string): Fault {
  return { kind: 'fault', reason };
}

function newer(what: string, release: string | null = null): Fault {
  const by = release === null ? 'a newer Breakwater' : `a newer Breakwater, ${release}`;
  return { kind: 'fault', reason: `${what}: written by ${by}: use that release`, isNewer: true };
}

const TYPES = {
  'rollout-started': true,
  'runner-started': true,
  'wave-started': true,
  'deployment-intended': true,
  'deployment-accepted': true,
  'deployment-not-made': true,
  'deployment-refused': true,
  'deployment-doubted': true,
  'devices-reported': true,
  'devices-timed-out': true,
  'devices-noted': true,
  'deployment-not-found': true,
  'deployment-found': true,
  'successes-unconfirmed': true,
  'devices-reverted': true,
  'earlier-waves-checked': true,
  'connections-checked': true,
  'wave-soaking': true,
  'soak-ended': true,
  'gate-ended': true,
  'hook-started': true,
  'hook-ended': true,
  'wave-passed': true,
  'rollout-halted': true,
  'grace-ended': true,
  'rollout-completed': true,
  'plan-changed': true,
  'rollout-paused': true,
  'rollout-aborted': true,
  'rollout-resumed': true,
  'wave-retried': true,
  'wave-approved': true,
  'rollback-started': true,
  'deployment-followed-up': true,
  'open-accepted': true,
  'deployment-settled': true,
  'order-refused': true,
  'runner-stopped': true,
} as const satisfies Readonly<Record<RolloutEvent['type'], true>>;

export const EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
