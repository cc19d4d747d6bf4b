/**
 * HTTP by undici: proxies from the environment, one time-out over connection, headers and body, a bound on the body.
 *
 * 1. How far a request got is known by construction, not by guessing at error codes (`EPROTO` and `EHOSTUNREACH` also come
 *    on connections that were made): undici announces a request just before it writes the first byte of it, through
 *    a proxy's tunnel too. What fails before that certainly did not happen.
 * 2. A POST always gets a connection of its own: on one that was kept open, the server may be hanging up just now, and
 *    a deployment would be in doubt for nothing.
 * 3. No redirect is followed, nothing is sent twice.
 */
import type { Agent, Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from './base-url.ts';
import { readProxySettings } from './proxy-settings.ts';
import type { ProxySettings } from './proxy-settings.ts';
import type { Transport, TransportRequest, TransportResult } from './transport.ts';

export type TransportOptions = {
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. This machine is never reached through a proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For TCP and for TLS, each. */
  readonly connectTimeoutMs: number;
  readonly bodyBytesMax: number;
};

/** Short enough for a second try within the 15 s after which a run that has posted nothing gives up. */
export const TRANSPORT_DEFAULTS: Omit<TransportOptions, 'env'> = {
  connectTimeoutMs: 4_000,
  bodyBytesMax: 67_108_864,
};

/** undici is loaded here and not before: it takes longer than all the rest of a small command. */
export async function openUndiciTransport(options: TransportOptions): Promise<Transport> {
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const proxies = readProxySettings(options.env);
  const connect = { timeout: options.connectTimeoutMs };
  // The time-out over the whole of an exchange is ours.
  const shared = { connect, proxyTls: connect, requestTls: connect, headersTimeout: 0, bodyTimeout: 0 };
  const open = {
    direct: (pipelining: 0 | 1) => new Agent({ ...shared, pipelining }),
    proxied: (pipelining: 0 | 1) => new EnvHttpProxyAgent({ ...shared, ...proxies, pipelining }),
  };
  const kept = new Map<keyof typeof open, PooledAgent>();
  const single = new Set<PooledAgent>();

  function keptAgent(route: keyof typeof open): PooledAgent {
    const agent = kept.get(route) ?? open[route](1);
    kept.set(route, agent);
    return agent;
  }

  return {
    async send(request) {
      const route = routeTo(new URL(request.origin), proxies);
      if (route === 'proxied' && proxies.kind === 'wrong')
        return { kind: 'failed', phase: 'connect', isTimeOut: false, message: proxies.reason };
      if (request.method === 'GET') return exchange(request, keptAgent(route), options);
      const agent = open[route](0);
      single.add(agent);
      const result = await exchange(request, agent, options);
      single.delete(agent);
      await agent.destroy();
      return result;
    },
    async close() {
      await Promise.all([...kept.values(), ...single].map((agent) => agent.destroy()));
    },
  };
}

export function routeTo({ hostname, protocol }: URL, proxies: ProxySettings): 'direct' | 'proxied' {
  if (isLoopback(hostname)) return 'direct';
  // undici takes an empty proxy for https as none given, and sends https by that for http.
  const isUnproxied = proxies.kind === 'settings' && protocol === 'https:' && proxies.httpsProxy === '';
  return isUnproxied ? 'direct' : 'proxied';
}

type PooledAgent = Agent | EnvHttpProxyAgent;
type Failed = Extract<TransportResult, { readonly kind: 'failed' }>;

async function exchange(
  request: TransportRequest,
  agent: PooledAgent,
  { bodyBytesMax }: TransportOptions,
): Promise<TransportResult> {
  const limit = AbortSignal.timeout(request.timeoutMs);
  const progress: { phase: Failed['phase'] } = { phase: 'connect' };
  const dispatcher = agent.compose(
    announceStart(() => {
      progress.phase = 'exchange';
    }),
  );
  const timeOut = whenAborted(limit);
  try {
    // undici heeds the signal only once there is a connection; a request that is still queued then is never written.
    return await Promise.race([
      receive(request, { dispatcher, signal: limit, bodyBytesMax }),
      timeOut.promise,
    ]);
  } catch (error) {
    const { phase } = progress;
    if (!limit.aborted) return describeFailure(error, phase);
    const message = `no ${phase === 'connect' ? 'connection' : 'complete answer'} within ${request.timeoutMs / 1000} s`;
    return { kind: 'failed', phase, isTimeOut: true, message };
  } finally {
    timeOut.forget();
  }
}

/** Calls `tell` just before the first byte of a request is written. */
function announceStart(tell: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        tell();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...told) => handler.onResponseStart?.(...told),
      onResponseData: (...told) => handler.onResponseData?.(...told),
      onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
      onResponseError: (...told) => handler.onResponseError?.(...told),
    });
}

type Receiving = {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly bodyBytesMax: number;
};

async function receive(
  { origin, pathWithQuery, method, headers, body }: TransportRequest,
  { dispatcher, signal, bodyBytesMax }: Receiving,
): Promise<TransportResult> {
  const response = await dispatcher.request({
    origin,
    path: pathWithQuery,
    method,
    headers: { ...headers },
    body,
    signal,
  });
  const bytes = await readBody(response.body, bodyBytesMax);
  return { kind: 'response', status: response.statusCode, headers: flatten(response.headers), body: bytes };
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

/** A promise that rejects when `signal` aborts, until it is told to forget it. */
function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  const forgotten = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    const fail = () => {
      reject(new Error('timed out'));
    };
    signal.addEventListener('abort', fail, { signal: forgotten.signal });
  });
  return {
    promise,
    forget: () => {
      forgotten.abort();
    },
  };
}

function describeFailure(error: unknown, phase: Failed['phase']): Failed {
  const isTimeOut = error instanceof Error && error.name === 'ConnectTimeoutError';
  return { kind: 'failed', phase, isTimeOut, message: describeNetworkError(error) };
}

// What the system says of a connection that failed, as a clause for a person.

/** Certificates that this machine does not trust: most often a company's proxy that looks into TLS. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export function describeNetworkError(error: unknown): string {
  const causes = causesOf(error);
  const innermost = causes.at(-1);
  if (innermost === undefined) return String(error);
  const advice = causes.some(({ code }) => UNTRUSTED.has(code))
    ? '; if the connection goes through your own proxy, set its certificate in NODE_EXTRA_CA_CERTS'
    : '';
  return `${innermost.message}${advice}`;
}

type Cause = { readonly code: string; readonly message: string };

/** The error and what caused it, outermost first; of several addresses that failed, each. */
function causesOf(error: unknown): readonly Cause[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : causesOf(error.cause);
  return [{ code: textIn(error, 'code'), message: messageOf(error) }, ...inner];
}

function messageOf(error: Error): string {
  const code = textIn(error, 'code');
  // OpenSSL's own message holds addresses in memory and a source file; its reason is what a person can use.
  const reason = textIn(error, 'reason');
  if (code.startsWith('ERR_SSL_') && reason !== '') return `TLS failed: ${reason}`;
  return error.message === '' ? code : error.message;
}

function textIn(error: object, key: string): string {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}
