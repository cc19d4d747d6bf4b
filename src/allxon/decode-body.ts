/**
 * An answer's bytes to JSON. The API always sends gzip, but a gateway on the way may unpack it, or keep or drop the
 * header when it should not: whether it is gzip is told by its first two bytes, which no JSON begins with.
 */
import { constants, gunzipSync } from 'node:zlib';
import { printable } from '../base/text.ts';
import type { Mask } from './mask.ts';

export type DecodedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'unreadable';
      /** A clause for a person: what is wrong, with the beginning of what came. */
      readonly reason: string;
      /** As much as could be unpacked. */
      readonly text: string;
    };

export type BodyOptions = {
  /** The `Content-Encoding` header. */
  readonly encoding: string | undefined;
  readonly mask: Mask;
  /** An answer that unpacks to more is not believed. */
  readonly decodedBytesMax: number;
};

const EXCERPT_CHARS = 80;

export function decodeBody(bytes: Buffer, { encoding, mask, decodedBytesMax }: BodyOptions): DecodedBody {
  if (bytes.length === 0) return unreadable('the answer is empty');
  if (isGzip(bytes)) return decodeGzip(bytes, mask, decodedBytesMax);
  const named = encoding?.trim().toLowerCase() ?? '';
  if (!TAKEN_AS_TEXT.has(named)) {
    return unreadable(`the answer is encoded as ${excerptOf(mask(named))}, not as gzip`);
  }
  return parseJson(mask(decodeText(bytes)));
}

/** With `gzip`, somebody has unpacked the body and left the header. */
const TAKEN_AS_TEXT = new Set(['', 'identity', 'gzip', 'x-gzip']);

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function decodeGzip(bytes: Buffer, mask: Mask, bytesMax: number): DecodedBody {
  try {
    return parseJson(mask(decodeText(gunzipSync(bytes, { maxOutputLength: bytesMax }))));
  } catch (error) {
    const reason = `the answer's gzip is damaged or cut short (${messageOf(error)})`;
    return unreadable(reason, mask(unpackBeginning(bytes, bytesMax)));
  }
}

/** What stands before the cut, or nothing where the bytes are damaged. */
function unpackBeginning(bytes: Buffer, bytesMax: number): string {
  try {
    return decodeText(gunzipSync(bytes, { maxOutputLength: bytesMax, finishFlush: constants.Z_SYNC_FLUSH }));
  } catch {
    return '';
  }
}

function parseJson(text: string): DecodedBody {
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch {
    return unreadable(`the answer is not JSON: ${excerptOf(text)}`, text);
  }
}

function excerptOf(text: string): string {
  return printable(text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text);
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
