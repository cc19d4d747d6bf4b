/**
 * HTTP by undici: proxies from the environment, one time-out over connection, headers and body, a bound on the body.
 *
 * A POST always gets a connection of its own: on one that was kept open, the server may be hanging up just now, and a
 * deployment would be in doubt for nothing.
 */
import type { Dispatcher } from 'undici';
import { isLoopback } from './base-url.ts';
import type { Transport, TransportRequest, TransportResult } from './transport.ts';

export type TransportOptions = {
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connectTimeoutMs: number;
  readonly bodyBytesMax: number;
};

export const TRANSPORT_DEFAULTS: Omit<TransportOptions, 'env'> = {
  connectTimeoutMs: 4_000,
  bodyBytesMax: 67_108_864,
};

/** Codes with which a connection fails before a request can have been written to it. */
const CONNECT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EPROTO',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** A proxy that refuses to let us through says so before anything reaches the API. */
const PROXY_REFUSED = /^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/;

/** undici is loaded here and not before: it takes longer than all the rest of a small command. */
export async function openUndiciTransport(options: TransportOptions): Promise<Transport> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const shared = { connect: { timeout: options.connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 };
  const proxy = proxyOptionsOf(options.env);
  const direct = { kept: new Agent(shared), single: new Agent({ ...shared, pipelining: 0 }) };
  const proxied = {
    kept: new EnvHttpProxyAgent({ ...shared, ...proxy }),
    single: new EnvHttpProxyAgent({ ...shared, ...proxy, pipelining: 0 }),
  };
  const agents = [direct.kept, direct.single, proxied.kept, proxied.single];
  return {
    send(request) {
      const { kept, single } = isLoopback(new URL(request.origin).hostname) ? direct : proxied;
      return exchange(request, request.method === 'GET' ? kept : single, options);
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.destroy()));
    },
  };
}

/** As curl and others do, the lower-case name comes first. */
function proxyOptionsOf(env: TransportOptions['env']) {
  const read = (name: string) => env[name.toLowerCase()] ?? env[name] ?? '';
  const [httpProxy, httpsProxy] = [read('HTTP_PROXY'), read('HTTPS_PROXY')];
  return {
    ...(httpProxy === '' ? {} : { httpProxy }),
    ...(httpsProxy === '' ? {} : { httpsProxy }),
    noProxy: read('NO_PROXY'),
  };
}

async function exchange(
  request: TransportRequest,
  dispatcher: Dispatcher,
  options: TransportOptions,
): Promise<TransportResult> {
  const limit = AbortSignal.timeout(request.timeoutMs);
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: request.origin,
      path: request.pathWithQuery,
      method: request.method,
      headers: request.headers,
      body: request.body,
      signal: limit,
    });
    const bytes = await readBody(body, options.bodyBytesMax);
    return { kind: 'response', status: statusCode, headers: flatten(headers), body: bytes };
  } catch (error) {
    if (limit.aborted) {
      const message = `no whole answer within ${request.timeoutMs / 1000} s`;
      return { kind: 'failed', phase: 'exchange', isTimeOut: true, message };
    }
    return describeError(error);
  }
}

async function readBody(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) throw new Error(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flatten(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : (value?.join(', ') ?? ''),
    ]),
  );
}

function describeError(error: unknown): TransportResult {
  const causes = causesOf(error);
  const isConnect = causes.some(
    ({ code, message }) => CONNECT_CODES.has(code) || PROXY_REFUSED.test(message),
  );
  return {
    kind: 'failed',
    phase: isConnect ? 'connect' : 'exchange',
    isTimeOut: causes.some(({ code }) => code === 'UND_ERR_CONNECT_TIMEOUT'),
    message: causes.at(-1)?.message ?? String(error),
  };
}

type Cause = { readonly code: string; readonly message: string };

/** The error and what caused it, outermost first. Several addresses that failed alike are one cause each. */
function causesOf(error: unknown): readonly Cause[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : causesOf(error.cause);
  const message = error.message === '' ? code : error.message;
  return [{ code, message }, ...inner];
}
