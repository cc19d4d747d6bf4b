/** A file that the user named, as text, or the finding that says why there is none. */
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/make-diagnostic.ts';
import { decodeText } from './decode-text.ts';
import type { FileFailure, FileReader } from './file-reader.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type TextRequest = {
  readonly path: string;
  /** What the file is to be, in a word: `plan`, `device file`. */
  readonly kind: string;
  readonly bytesMax: number;
  /** Where the file is named, for the finding that it cannot be read; without it, the file itself. */
  readonly namedAt?: Place;
};

export type ReadText = {
  /** What was read; to be kept for quoting, even if it cannot be used. `null` if nothing was. */
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
