/** HTTP on this machine's loopback around a `SimulatedApi`: reads a call whole, and does to the socket what the reply says. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream';
import type { ApiCall, ApiReply } from './api-call.ts';
import type { SimulatedApiOptions } from './simulated-api.ts';
import type { StoredArtifact } from './artifacts.ts';
import type { Ledger, SimulatorStats } from './ledger.ts';
import { SimulatedApi } from './simulated-api.ts';

type OpenServer = {
  readonly url: string;
  readonly port: number;
  /** Ends every connection, those that still wait for an answer too, and frees the port. */
  close(): Promise<void>;
};

const HOST = '127.0.0.1';

/** A POST of 100,000 serials of the greatest length stays far below it. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Port 0 takes a free one. Rejects with the system's error where the port cannot be had. */
async function openServer(api: SimulatedApi, port: number): Promise<OpenServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void serve(api, { request, response, closing: closing.signal });
  });
  // No connection is ever ended but by a fault with a name: an idle one that is closed just as a call is sent on it
  // would be a lost call that the scenario did not ask for.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly closing: AbortSignal;
};

async function serve(api: SimulatedApi, { request, response, closing }: Exchange): Promise<void> {
  const received = request.method === 'PUT' ? await sumBody(request) : await readBody(request);
  if (received === null) {
    request.socket.destroy();
    return;
  }
  const gone = new AbortController();
  finished(response, () => {
    gone.abort();
  });
  const reply = await api.respond(callOf(request, received), AbortSignal.any([gone.signal, closing]));
  if (!gone.signal.aborted && !closing.aborted) send(reply, response);
}

type Received = Pick<ApiCall, 'body' | 'sum'>;

/** A file of any size goes by, and nothing of it is kept. `null` where the caller went away before all of it came. */
async function sumBody(request: IncomingMessage): Promise<Received | null> {
  const hash = createHash('md5');
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { body: new Uint8Array(), sum: { md5: hash.digest('hex'), bytes } };
  } catch {
    return null;
  }
}

/** `null` where the caller went away before all of it came, or where there is too much of it. */
async function readBody(request: IncomingMessage): Promise<Received | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return null;
      chunks.push(chunk);
    }
    return { body: Buffer.concat(chunks) };
  } catch {
    return null;
  }
}

function callOf({ method = '', url = '', headers }: IncomingMessage, received: Received): ApiCall {
  const texts = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return { method, path: url, headers: Object.fromEntries(texts) as Record<string, string>, ...received };
}

function send(reply: ApiReply, response: ServerResponse): void {
  // The simulated clock's `Date`, or none: never this machine's.
  response.sendDate = false;
  switch (reply.kind) {
    case 'answer':
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    case 'cut-off':
      response.writeHead(reply.status, reply.headers).write(reply.body.subarray(0, reply.sentBytes), () => {
        response.socket?.destroy();
      });
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
  }
}

export type SimulatorOptions = SimulatedApiOptions & {
  /** A free one unless given. */
  readonly port?: number;
};

export type Simulator = {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What was truly deployed so far. */
  readonly ledger: () => Ledger;
  /** The artifacts that were made so far. */
  readonly artifacts: () => readonly StoredArtifact[];
  readonly stats: () => SimulatorStats;
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>;
};

/** Listens once it resolves; rejects with the system's error (`EADDRINUSE`, `EACCES`) where the port cannot be had. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const api = new SimulatedApi(options);
  const server = await openServer(api, options.port ?? 0);
  const { url, port } = server;
  return {
    url,
    port,
    artifacts: () => api.artifacts(),
    ledger: () => api.ledger(),
    stats: () => api.stats(),
    close: () => server.close(),
  };
}
