/**
 * One call and its reply, free of sockets: what a server reads and writes, and what a test passes in directly; and which
 * endpoint a call is for.
 */
import type { WireError, WireStatusFilter } from '../allxon/wire.ts';

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

export type Route =
  | { readonly kind: 'post' }
  | { readonly kind: 'poll'; readonly deploymentId: string; readonly filter: WireStatusFilter }
  | { readonly kind: 'connection' }
  | { readonly kind: 'artifact' }
  | { readonly kind: 'upload-url'; readonly uuid: string }
  /** To the storage, which sees to the rest of it. */
  | { readonly kind: 'upload' }
  | { readonly kind: 'other'; readonly refusal: PlainAnswer };

const METHODS: readonly string[] = ['GET', 'POST', 'PUT'];
const FILTERS: readonly WireStatusFilter[] = ['all', 'processing', 'success', 'failed'];

export function parseRoute({ method, path }: Pick<ApiCall, 'method' | 'path'>): Route {
  const endpoint = METHODS.includes(method) ? endpointAt(path.split('?')[0] ?? '') : null;
  if (endpoint === null) {
    return METHODS.includes(method)
      ? refused(404, 'Not found: no endpoint at this path')
      : refused(405, METHOD_MESSAGE);
  }
  return method === METHOD_OF[endpoint.kind] ? endpoint : refused(405, METHOD_MESSAGE);
}

const METHOD_OF = {
  post: 'POST',
  poll: 'GET',
  connection: 'GET',
  artifact: 'POST',
  'upload-url': 'POST',
  upload: 'PUT',
} as const satisfies Record<Exclude<Route['kind'], 'other'>, string>;

const METHOD_MESSAGE = 'This method is not allowed here';

function endpointAt(path: string): Exclude<Route, { readonly kind: 'other' }> | null {
  if (path === '/ota/deployment') return { kind: 'post' };
  if (path === '/connection') return { kind: 'connection' };
  if (path === '/ota/artifact') return { kind: 'artifact' };
  const [, uuid] = /^\/ota\/artifact\/([^/]+)$/.exec(path) ?? [];
  if (uuid !== undefined) return { kind: 'upload-url', uuid };
  if (path.startsWith('/storage/')) return { kind: 'upload' };
  const [, deploymentId, filterText] = /^\/ota\/deployment\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const filter = FILTERS.find((known) => known === filterText);
  return deploymentId === undefined || filter === undefined ? null : { kind: 'poll', deploymentId, filter };
}

function refused(status: 404 | 405, message: string): Route {
  return { kind: 'other', refusal: refusal(status, 1, message) };
}

/** `undefined` for what is no JSON in UTF-8. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
