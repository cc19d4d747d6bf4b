/** An answer's bytes to JSON. The API always sends gzip; plain JSON is taken too, because a gateway may unpack it. */
import { gunzipSync } from 'node:zlib';
import { printable } from '../base/text.ts';

export type DecodedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  /** `reason` is a clause for a person: what is wrong, with the beginning of what came. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An answer that unpacks to more is not believed. */
const DECODED_BYTES_MAX = 268_435_456;

const EXCERPT_CHARS = 80;

export function decodeBody(bytes: Buffer, encoding: string | undefined): DecodedBody {
  if (bytes.length === 0) return { kind: 'unreadable', reason: 'the answer is empty' };
  let text: string;
  switch (encoding?.trim().toLowerCase() ?? 'identity') {
    case 'gzip':
    case 'x-gzip':
      try {
        text = decodeText(gunzipSync(bytes, { maxOutputLength: DECODED_BYTES_MAX }));
      } catch (error) {
        return {
          kind: 'unreadable',
          reason: `the answer's gzip is damaged or cut short (${messageOf(error)})`,
        };
      }
      break;
    case 'identity':
    case '':
      text = decodeText(bytes);
      break;
    default:
      return {
        kind: 'unreadable',
        reason: `the answer is encoded as ${printable(encoding ?? '')}, not as gzip`,
      };
  }
  return parseJson(text);
}

function parseJson(text: string): DecodedBody {
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch {
    const excerpt = text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text;
    return { kind: 'unreadable', reason: `the answer is not JSON: ${printable(excerpt)}` };
  }
}

function decodeText(bytes: Buffer): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
