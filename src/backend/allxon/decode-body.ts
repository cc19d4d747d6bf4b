/**
 * An answer's bytes to JSON. The API always sends gzip, but a gateway on the way may unpack it, or keep or drop the
 * header when it should not: whether it is gzip is told by its first two bytes, which no JSON begins with.
 *
 * What an answer may be is bounded before it is parsed, by what was asked: its bytes once they are unpacked, how deep it is
 * nested, and how many values it holds. Gzip makes 250 MB of a quarter of one, and a parser makes gigabytes of those.
 */
import { constants, gunzipSync } from 'node:zlib';
import { printable, renderNumber } from '../../base/text.ts';
import { maskValue } from './mask.ts';
import type { Mask } from './mask.ts';

export type DecodedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'unreadable';
      /** A clause for a person: what is wrong, with the beginning of what came. */
      readonly reason: string;
      /** The beginning of what could be unpacked, as it came: it may hold a secret. */
      readonly text: string;
    };

/** An answer that has more of anything is not believed. */
export type BodyBounds = {
  /** Once it is unpacked. */
  readonly bytes: number;
  /** Values in lists and members of objects, and how many lists and objects there are. */
  readonly values: number;
};

export type BodyOptions = {
  /** The `Content-Encoding` header. */
  readonly encoding: string | undefined;
  readonly mask: Mask;
  readonly bounds: BodyBounds;
};

/** No documented answer is deeper than three. */
export const NESTING_MAX = 32;

const EXCERPT_CHARS = 80;
/** A secret that is cut off by the end of an excerpt is still found. */
const MASKED_BEYOND_CHARS = 4_096;

export function decodeBody(bytes: Buffer, { encoding, mask, bounds }: BodyOptions): DecodedBody {
  if (bytes.length === 0) return unreadable('the answer is empty');
  if (isGzip(bytes)) return decodeGzip(bytes, mask, bounds);
  const named = encoding?.trim().toLowerCase() ?? '';
  if (!TAKEN_AS_TEXT.has(named)) {
    return unreadable(`the answer is encoded as ${excerptOf(named, mask)}, not as gzip`);
  }
  if (bytes.length > bounds.bytes)
    return unreadable(describeTooLarge(bounds), decodeText(bytes.subarray(0, bounds.bytes)));
  return parseJson(bytes, mask, bounds);
}

/** With `gzip`, somebody has unpacked the body and left the header. */
const TAKEN_AS_TEXT = new Set(['', 'identity', 'gzip', 'x-gzip']);

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function decodeGzip(bytes: Buffer, mask: Mask, bounds: BodyBounds): DecodedBody {
  let unpacked: Buffer;
  try {
    unpacked = gunzipSync(bytes, { maxOutputLength: bounds.bytes });
  } catch (error) {
    const reason = isTooLarge(error)
      ? describeTooLarge(bounds)
      : `the answer's gzip is damaged or cut short (${messageOf(error)})`;
    return unreadable(reason, unpackBeginning(bytes));
  }
  return parseJson(unpacked, mask, bounds);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function describeTooLarge({ bytes }: BodyBounds): string {
  return `the answer is larger than its limit of ${renderNumber(bytes)} bytes`;
}

/** Enough to find a deployment's id in. */
const BEGINNING_BYTES_MAX = 1_048_576;

/** What stands before a cut, or at the beginning of what is too large: as much as a part of the packed bytes gives. */
function unpackBeginning(bytes: Buffer): string {
  for (let length = bytes.length; length > 0; length = Math.floor(length / 2)) {
    try {
      const beginning = bytes.subarray(0, length);
      return decodeText(
        gunzipSync(beginning, { maxOutputLength: BEGINNING_BYTES_MAX, finishFlush: constants.Z_SYNC_FLUSH }),
      );
    } catch (error) {
      // Damage stays where it is, however little is read.
      if (!isTooLarge(error)) return '';
    }
  }
  return '';
}

function parseJson(bytes: Buffer, mask: Mask, bounds: BodyBounds): DecodedBody {
  const text = decodeText(bytes);
  const excess = findExcess(bytes, bounds);
  if (excess !== null) return unreadable(`the answer ${excess}: ${excerptOf(text, mask)}`, text);
  try {
    return { kind: 'json', value: maskValue(JSON.parse(text), mask) };
  } catch {
    return unreadable(`the answer is not JSON: ${excerptOf(text, mask)}`, text);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** What a parser would make too much of, as a clause; `null` where it may be given the bytes. */
function findExcess(bytes: Buffer, { values }: BodyBounds): string | null {
  let depth = 0;
  let count = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (OPENING.has(byte)) {
      if (++depth > NESTING_MAX) return `is nested deeper than ${NESTING_MAX} levels`;
      count++;
    } else if (CLOSING.has(byte)) depth--;
    else if (byte === COMMA) count++;
    if (count > values) return `holds more than its limit of ${renderNumber(values)} values`;
  }
  return null;
}

function excerptOf(text: string, mask: Mask): string {
  const masked = mask(text.slice(0, EXCERPT_CHARS + MASKED_BEYOND_CHARS));
  const isCut = masked.length > EXCERPT_CHARS || text.length > EXCERPT_CHARS + MASKED_BEYOND_CHARS;
  return printable(isCut ? `${masked.slice(0, EXCERPT_CHARS)}…` : masked);
}

/** A byte that is not UTF-8 becomes a replacement mark: one bad message must not cost a deployment's id. */
function decodeText(bytes: Buffer): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function unreadable(reason: string, text = ''): DecodedBody {
  return { kind: 'unreadable', reason, text };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
