/** Reads a file of the user as text, or gives the finding that says why this fails. */
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import type { FileFailure, FileReader } from './file-reader.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type TextRequest = {
  readonly path: string;
  /** The expected kind of file: `plan`, `device file`. */
  readonly kind: string;
  readonly bytesMax: number;
  /** The place that names the file, for a finding that it cannot be read. Default: the file itself. */
  readonly namedAt?: Place;
};

export type ReadText = {
  /** The text that was read, for excerpts, even if it cannot be used. `null` if nothing was read. */
  readonly source: SourceFile | null;
  /** Why the text cannot be used. */
  readonly diagnostic: Diagnostic | null;
};

export function readText(readFile: FileReader, request: TextRequest): ReadText {
  const reading = readFile(request.path, request.bytesMax);
  if (reading.kind === 'failed') return { source: null, diagnostic: describeFailure(reading, request) };
  const decoded = decodeText(request.path, reading.bytes);
  switch (decoded.kind) {
    case 'decoded':
      return { source: decoded.source, diagnostic: null };
    case 'refused':
      return { source: decoded.source, diagnostic: decoded.diagnostic };
  }
}

export function describeFailure(
  { problem, message }: FileFailure,
  { path, kind, bytesMax, namedAt }: TextRequest,
): Diagnostic {
  const place = namedAt ?? { path, range: null };
  const facts = { file: path, kind };
  switch (problem) {
    case 'missing':
      return makeError({ code: 'file-missing', place, facts });
    case 'directory':
      return makeError({ code: 'file-is-directory', place, facts });
    case 'not-regular':
      return makeError({ code: 'file-not-regular', place, facts });
    case 'outside':
      return makeError({ code: 'file-outside', place, facts });
    case 'forbidden':
      return makeError({ code: 'file-forbidden', place, facts });
    case 'too-large':
      return makeError({ code: 'file-too-large', place, facts: { ...facts, bytesMax } });
    case 'unreadable':
      return makeError({ code: 'file-unreadable', place, facts: { ...facts, reason: message } });
  }
}

// Decodes bytes as UTF-8 only. A byte order mark is skipped, so that columns count from the start of the text. Invalid bytes
// are refused and not replaced, because a serial with a replaced character is another serial.

export type DecodedText =
  | { readonly kind: 'decoded'; readonly source: SourceFile }
  /** `source` is a best attempt, for an excerpt of the place. */
  | { readonly kind: 'refused'; readonly source: SourceFile; readonly diagnostic: Diagnostic };

/** `path` names the file in diagnostics. */
export function decodeText(path: string, bytes: Uint8Array): DecodedText {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) {
    const place = { path, range: null };
    return {
      kind: 'refused',
      source: { path, text: '' },
      diagnostic: makeError({ code: 'text-utf16', place, facts: null }),
    };
  }
  const text = decodeStrictly(bytes);
  if (text === null) return refuseBadByte(path, bytes);
  const zero = text.indexOf('\0');
  if (zero === -1) return { kind: 'decoded', source: { path, text } };
  return {
    kind: 'refused',
    source: { path, text },
    diagnostic: makeError({
      code: 'text-binary',
      place: { path, range: { start: zero, end: zero + 1 } },
      facts: { byteOffset: bytes.indexOf(0) },
    }),
  };
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function refuseBadByte(path: string, bytes: Uint8Array): DecodedText {
  const byteOffset = findBadByte(bytes);
  const decoder = new TextDecoder('utf-8');
  const start = decoder.decode(bytes.subarray(0, byteOffset)).length;
  return {
    kind: 'refused',
    source: { path, text: decoder.decode(bytes) },
    diagnostic: makeError({
      code: 'text-not-utf8',
      place: { path, range: { start, end: start + 1 } },
      facts: { byte: bytes[byteOffset] ?? 0, byteOffset },
    }),
  };
}

/** The start of the first sequence that is not well-formed UTF-8 (Unicode, table 3-7). */
function findBadByte(bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const length = sequenceLength(bytes, offset);
    if (length === 0) return offset;
    offset += length;
  }
  return offset;
}

/** How many bytes the sequence at `offset` has, or 0 if it is not well-formed. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  // The limits of the second byte exclude overlong forms, surrogates, and code points above U+10FFFF.
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[offset + 1] ?? 0;
  if (second < least || second > most) return 0;
  for (let index = 2; index < length; index++) {
    const next = bytes[offset + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
