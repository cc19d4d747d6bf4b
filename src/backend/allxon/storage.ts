/**
 * The storage that an artifact's file is put into: somebody else's server, under a URL that is signed for one file and a
 * short time. It is sent none of the API's headers. No redirect is followed, and nothing is sent twice from here.
 *
 * The URL's query is the right to write there: nothing that comes out of here repeats it, nor what the server says at
 * length, which may repeat it.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { UploadTicket } from '../api.ts';
import { describeNetworkError, routeTo } from './undici-transport.ts';
import { readProxySettings } from './proxy-settings.ts';

export type PutRequest = {
  readonly ticket: UploadTicket;
  readonly bytes: number;
  /** The file from its beginning; what it throws ends the exchange, and is thrown on. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Told how many bytes have been handed over so far. */
  readonly onSent: (bytes: number) => void;
  readonly stop: AbortSignal;
};

export type PutOutcome =
  | { readonly kind: 'stored' }
  /** `code` is the storage's own word, such as `AccessDenied`. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string | null }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

export type Storage = { readonly put: (request: PutRequest) => Promise<PutOutcome> };

export type StorageOptions = {
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connectTimeoutMs: number;
  /** How long nothing may move before it is given up: no piece is taken, or no answer comes after the last. */
  readonly idleTimeoutMs: number;
};

export const STORAGE_DEFAULTS: Omit<StorageOptions, 'env'> = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 120_000,
};

/** Enough of an answer to find the storage's word in. */
const ANSWER_BYTES_MAX = 65_536;

export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const proxies = readProxySettings(options.env);
  const connect = { timeout: options.connectTimeoutMs };
  const shared = { connect, proxyTls: connect, requestTls: connect, headersTimeout: 0, bodyTimeout: 0 };
  return {
    async put(request) {
      const route = routeTo(new URL(request.ticket.url), proxies);
      if (route === 'proxied' && proxies.kind === 'wrong') return { kind: 'failed', message: proxies.reason };
      const agent = route === 'direct' ? new Agent(shared) : new EnvHttpProxyAgent({ ...shared, ...proxies });
      try {
        return await exchange(request, agent, options);
      } finally {
        await agent.destroy();
      }
    },
  };
}

async function exchange(
  { ticket, bytes, pieces, onSent, stop }: PutRequest,
  dispatcher: Dispatcher,
  { idleTimeoutMs }: StorageOptions,
): Promise<PutOutcome> {
  const idle = new AbortController();
  const giveUp = () => {
    idle.abort();
  };
  let timer = setTimeout(giveUp, idleTimeoutMs);
  const fault: { thrown: Error | null } = { thrown: null };
  async function* counted(): AsyncGenerator<Buffer> {
    let sent = 0;
    try {
      for await (const piece of pieces) {
        yield piece;
        clearTimeout(timer);
        timer = setTimeout(giveUp, idleTimeoutMs);
        sent += piece.length;
        onSent(sent);
      }
    } catch (error) {
      fault.thrown = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
  const { origin, pathname, search } = new URL(ticket.url);
  try {
    const response = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: 'PUT',
      headers: {
        'Content-Type': ticket.contentType,
        'Content-MD5': ticket.contentMd5,
        'Content-Length': String(bytes),
      },
      body: Readable.from(counted(), { objectMode: false }),
      signal: AbortSignal.any([idle.signal, stop]),
    });
    const code = readCode(await readBeginning(response.body));
    return response.statusCode === 200
      ? { kind: 'stored' }
      : { kind: 'refused', status: response.statusCode, code };
  } catch (error) {
    if (fault.thrown !== null) throw fault.thrown;
    if (stop.aborted) return { kind: 'stopped' };
    const isIdle = idle.signal.aborted;
    return {
      kind: 'failed',
      message: isIdle ? `no data was sent for ${idleTimeoutMs / 1000} s` : describeNetworkError(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

async function readBeginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    chunks.push(chunk);
    if (length > ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of the XML that storages answer with, the one word that is theirs alone. */
function readCode(text: string): string | null {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? null;
}
