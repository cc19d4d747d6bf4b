/** Which endpoint a method and a path mean. */
import type { WireStatusFilter } from '../allxon/wire.ts';
import { refusal } from './api-call.ts';
import type { ApiCall, PlainAnswer } from './api-call.ts';

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
      ? refused(404, 'There is nothing at this path')
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
