/** One call and its reply, free of sockets: what a server reads and writes, and what a test passes in directly. */
import type { WireError } from '../allxon/wire.ts';

export type ApiCall = {
  /** As sent, in upper case. */
  readonly method: string;
  /** With its query, as it stands in the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** In place of a body that is too large to be kept; `md5` is in lower-case hex. */
  readonly sum?: { readonly md5: string; readonly bytes: number };
};

export type ApiReply =
  | ({ readonly kind: 'answer' } & ApiAnswer)
  /** The connection breaks once `sentBytes` of the body have been sent. */
  | ({ readonly kind: 'cut-off'; readonly sentBytes: number } & ApiAnswer)
  /** The connection breaks before anything is answered. */
  | { readonly kind: 'reset' }
  /** Nothing is ever answered. */
  | { readonly kind: 'hang' };

export type ApiAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** An answer that is not yet JSON text; `body` is any JSON. `headers` are those that no other answer has. */
export type PlainAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export function refusal(status: number, serial: number, message: string): PlainAnswer {
  const body: WireError = { code: `E${status}-${serial}`, message };
  return { status, body };
}
