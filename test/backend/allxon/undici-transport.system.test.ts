import { execa } from 'execa';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeBody } from '../../../src/backend/allxon/decode-body.ts';
import type { Transport, TransportRequest, TransportResult } from '../../../src/backend/allxon/transport.ts';
import { openUndiciTransport } from '../../../src/backend/allxon/undici-transport.ts';
import type { TransportOptions } from '../../../src/backend/allxon/undici-transport.ts';
import { ROOT } from '../../kit/command.ts';
import { findClosedPort, openHttpServer, openProxy, openTcpServer, openTlsServer } from './servers.ts';

/** Long enough for a busy machine to connect in, short enough to wait for. */
const SHORT_MS = 1_500;

/** What is said of an answer that has not come after that. */
const NO_WHOLE_ANSWER = {
  kind: 'failed',
  phase: 'exchange',
  isTimeOut: true,
  message: 'no complete answer within 1.5 s',
};
const LONG_MS = 60_000;

async function open(options: Partial<TransportOptions> = {}): Promise<Transport> {
  const transport = await openUndiciTransport({
    env: {},
    connectTimeoutMs: 30_000,
    bodyBytesMax: 1_000_000,
    ...options,
  });
  onTestFinished(() => transport.close());
  return transport;
}

function requestTo(port: number, change: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: 'POST',
    origin: `http://127.0.0.1:${port}`,
    pathWithQuery: '/ota/deployment?a=b',
    headers: { 'X-Own': 'value', 'Content-Type': 'application/json' },
    body: '{"a":1}',
    timeoutMs: LONG_MS,
    ...change,
  };
}

const GET = { method: 'GET', body: null } as const;

function bodyOf(result: TransportResult): string {
  if (result.kind === 'failed') throw new Error(`expected an answer: ${result.message}`);
  return result.body.toString('latin1');
}

describe('an exchange', () => {
  test('carries method, path, headers and body as they are, and brings status, headers and bytes', async () => {
    const zipped = gzipSync('{"ok":true}');
    const server = await openHttpServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(202, { 'Content-Encoding': 'gzip', 'X-Request-ID': 'r-1' }).end(zipped);
      });
    });
    const result = await (await open()).send(requestTo(server.port));
    expect(server.received()).toMatch(/^POST \/ota\/deployment\?a=b HTTP\/1\.1\r\n/);
    expect(server.received()).toMatch(/\r\nX-Own: value\r\n/i);
    expect(server.received()).toMatch(/\r\n\r\n\{"a":1\}$/);
    expect(result).toMatchObject({ kind: 'response', status: 202, body: zipped });
    if (result.kind === 'response') expect(result.headers.get('x-request-id')).toBe('r-1');
  });

  test('follows no redirect', async () => {
    const elsewhere = await openHttpServer((_, response) => response.end('there'));
    const server = await openHttpServer((_, response) => {
      response.writeHead(307, { Location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    });
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'response', status: 307 });
    expect(elsewhere.connections()).toBe(0);
  });

  test('of a GET goes over a connection that was kept', async () => {
    const server = await openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    const transport = await open();
    for (let call = 0; call < 10; call++) await transport.send(requestTo(server.port, GET));
    // A second one is opened where the first is not yet free at the moment of the next call.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('of a POST has a connection of its own, though one of a GET is kept', async () => {
    const server = await openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    const transport = await open();
    await transport.send(requestTo(server.port, GET));
    for (const expected of [2, 3]) {
      expect(bodyOf(await transport.send(requestTo(server.port)))).toBe('ok');
      expect(server.connections()).toBe(expected);
    }
  });

  test('of several POSTs at once has a connection each', async () => {
    const server = await openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    const transport = await open();
    const results = await Promise.all([1, 2, 3].map(() => transport.send(requestTo(server.port))));
    expect(results.map(bodyOf)).toEqual(['ok', 'ok', 'ok']);
    expect(server.connections()).toBe(3);
  });

  test('ends with close, as one whose answer nobody will read', async () => {
    const transport = await open();
    const server = await openHttpServer(() => {
      void transport.close();
    });
    expect(await transport.send(requestTo(server.port, GET))).toMatchObject({
      kind: 'failed',
      phase: 'exchange',
    });
  });
});

describe('certainly nothing was sent when', () => {
  test('the connection is refused', async () => {
    const port = await findClosedPort();
    const result = await (await open()).send(requestTo(port));
    expect(result).toEqual({
      kind: 'failed',
      phase: 'connect',
      isTimeOut: false,
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  test('the other side does not speak TLS', async () => {
    const server = await openTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const result = await (
      await open()
    ).send(requestTo(server.port, { origin: `https://127.0.0.1:${server.port}` }));
    expect(result).toMatchObject({
      kind: 'failed',
      phase: 'connect',
      message: 'TLS failed: wrong version number',
    });
    expect(server.received()).not.toContain('/ota/deployment');
  });

  test('the other side hangs up during TLS', async () => {
    const server = await openTcpServer((socket) => socket.resetAndDestroy());
    const result = await (
      await open()
    ).send(requestTo(server.port, { origin: `https://127.0.0.1:${server.port}` }));
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect', isTimeOut: false });
  });

  test('no connection comes about in time', async () => {
    // It takes connections, and never answers the first message of TLS.
    const server = await openTcpServer(() => undefined);
    const transport = await open({ connectTimeoutMs: SHORT_MS });
    const result = await transport.send(
      requestTo(server.port, { origin: `https://127.0.0.1:${server.port}` }),
    );
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect', isTimeOut: true });
    expect(server.received()).not.toContain('/ota/deployment');
  });

  test('a header cannot be sent', async () => {
    const server = await openTcpServer(() => undefined);
    const result = await (await open()).send(requestTo(server.port, { headers: { 'X-Own': 'a\nb' } }));
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect' });
    expect(server.received()).toBe('');
  });
});

describe('a request may have been acted upon when', () => {
  const HEAD = 'HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n';

  test('the connection is reset before an answer', async () => {
    const server = await openTcpServer((socket) => socket.resetAndDestroy());
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange', isTimeOut: false });
  });

  test('the connection is closed before an answer', async () => {
    const server = await openTcpServer((socket) => socket.end());
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange', isTimeOut: false });
  });

  test('the connection breaks within the body', async () => {
    const server = await openTcpServer((socket) => socket.end(`${HEAD}{"deployment_id"`));
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange', isTimeOut: false });
  });

  test('a chunked body ends without its end', async () => {
    const head = 'HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n';
    const server = await openTcpServer((socket) => socket.end(`${head}5\r\n{"dep\r\n`));
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange', isTimeOut: false });
  });

  test('what comes is not HTTP', async () => {
    const server = await openTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    const result = await (await open()).send(requestTo(server.port));
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange', isTimeOut: false });
  });

  test.concurrent('no answer comes in time', async () => {
    const server = await openTcpServer(() => undefined);
    const result = await (await open()).send(requestTo(server.port, { timeoutMs: SHORT_MS }));
    expect(result).toEqual(NO_WHOLE_ANSWER);
  });

  test.concurrent('the body drips and does not end in time', async () => {
    const server = await openTcpServer((socket) => {
      socket.write(HEAD);
      const drip = setInterval(() => socket.write('x'), 100);
      socket.on('close', () => {
        clearInterval(drip);
      });
    });
    const result = await (await open()).send(requestTo(server.port, { timeoutMs: SHORT_MS }));
    expect(result).toEqual(NO_WHOLE_ANSWER);
  });

  test('the answer is larger than is taken', async () => {
    const server = await openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('x'.repeat(1_001)));
    });
    const transport = await open({ bodyBytesMax: 1_000 });
    expect(await transport.send(requestTo(server.port))).toEqual({
      kind: 'failed',
      phase: 'exchange',
      isTimeOut: false,
      message: 'the answer is larger than 1000 bytes',
    });
  });
});

test('a whole message whose gzip is cut short comes as it is, for the decoder to tell', async () => {
  const cut = gzipSync('{"deployment_id":"d-1"}').subarray(0, -9);
  const server = await openHttpServer((_, response) => {
    response.writeHead(202, { 'Content-Encoding': 'gzip', 'Content-Length': cut.length }).end(cut);
  });
  const result = await (await open()).send(requestTo(server.port, GET));
  if (result.kind === 'failed') throw new Error(result.message);
  expect(result.body).toEqual(cut);
  const options = {
    encoding: result.headers.get('content-encoding'),
    mask: String,
    bounds: { bytes: 1_000, values: 1_000 },
  };
  expect(decodeBody(result.body, options).kind).toBe('unreadable');
});

describe('a proxy', () => {
  // An address of this machine that does not count as one, so that the way there is subject to proxies.
  const origin = (port: number) => `http://0.0.0.0:${port}`;
  const proxyUrl = ({ port }: { readonly port: number }, user = '') => `http://${user}127.0.0.1:${port}`;
  const openApi = () =>
    openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });

  test.each(['HTTP_PROXY', 'http_proxy'])('named by %s is asked for a tunnel', async (name) => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { [name]: proxyUrl(proxy) } });
    const request = requestTo(80, { origin: 'http://api.example:80' });
    expect(bodyOf(await transport.send(request))).toBe('ok');
    expect(bodyOf(await transport.send({ ...request, ...GET }))).toBe('ok');
    expect(proxy.asked).toEqual(['api.example:80', 'api.example:80']);
    expect(proxy.received()).toContain('CONNECT api.example:80');
  });

  test.each(['HTTPS_PROXY', 'https_proxy'])(
    'named by %s is asked for a tunnel to an https host',
    async (name) => {
      const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
      const transport = await open({ env: { [name]: proxyUrl(proxy) } });
      await transport.send(requestTo(443, { origin: 'https://api.example' }));
      expect(proxy.asked).toEqual(['api.example:443']);
    },
  );

  test('gets the credentials of its address, and the API does not', async () => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy, 'user:p%40ss@') } });
    await transport.send(requestTo(80, { origin: 'http://api.example:80' }));
    expect(proxy.asked).toEqual([`api.example:80 Basic ${btoa('user:p@ss')}`]);
    expect(api.received().toLowerCase()).not.toContain('proxy-authorization');
  });

  test.each([
    ['the host', (port: number) => `other.example,0.0.0.0:${port}`],
    ['all', () => '*'],
  ])('is passed by where NO_PROXY names %s', async (_, noProxy) => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy), NO_PROXY: noProxy(api.port) } });
    expect(bodyOf(await transport.send(requestTo(api.port, { origin: origin(api.port) })))).toBe('ok');
    expect(proxy.connections()).toBe(0);
  });

  test('is asked where NO_PROXY names other hosts', async () => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy), NO_PROXY: 'other.example' } });
    expect(bodyOf(await transport.send(requestTo(api.port, { origin: origin(api.port) })))).toBe('ok');
    expect(proxy.asked).toEqual([`0.0.0.0:${api.port}`]);
  });

  test.each(['127.0.0.1', 'localhost'])('is never asked for %s', async (host) => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
    const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy), HTTPS_PROXY: proxyUrl(proxy) } });
    expect(bodyOf(await transport.send(requestTo(api.port, { origin: `http://${host}:${api.port}` })))).toBe(
      'ok',
    );
    expect(proxy.connections()).toBe(0);
  });

  test.each(['403 Forbidden', '407 Proxy Authentication Required', '502 Bad Gateway'])(
    'that refuses with %s has let nothing through',
    async (status) => {
      const proxy = await openProxy({ kind: 'refuse', status });
      const transport = await open({ env: { HTTPS_PROXY: proxyUrl(proxy) } });
      const result = await transport.send(requestTo(443, { origin: 'https://api.example' }));
      const message = `Proxy response (${status.slice(0, 3)}) !== 200 when HTTP Tunneling`;
      expect(result).toEqual({ kind: 'failed', phase: 'connect', isTimeOut: false, message });
    },
  );

  test('that cannot be reached has let nothing through', async () => {
    const transport = await open({ env: { HTTPS_PROXY: `http://127.0.0.1:${await findClosedPort()}` } });
    const result = await transport.send(requestTo(443, { origin: 'https://api.example' }));
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect', isTimeOut: false });
  });

  test('whose address is none is told, and its password is not', async () => {
    const transport = await open({ env: { HTTPS_PROXY: 'socks5://user:hush@proxy.example:1080' } });
    const result = await transport.send(requestTo(443, { origin: 'https://api.example' }));
    expect(result).toEqual({
      kind: 'failed',
      phase: 'connect',
      isTimeOut: false,
      message: 'HTTPS_PROXY is not the address of a proxy: expected http://HOST:PORT',
    });
  });

  test.each([{}, GET])(
    'that never answers is given up in time, and what it lets through later is not sent: %j',
    async (method) => {
      const api = await openApi();
      const opening = new EventEmitter();
      const hold = once(opening, 'release');
      const proxy = await openProxy({ kind: 'tunnel', toPort: api.port, hold });
      const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy) } });
      const request = requestTo(80, { origin: 'http://api.example:80', ...method });
      expect(await transport.send({ ...request, timeoutMs: SHORT_MS })).toEqual({
        kind: 'failed',
        phase: 'connect',
        isTimeOut: true,
        message: 'no connection within 1.5 s',
      });
      opening.emit('release');
      expect(bodyOf(await transport.send({ ...request, pathWithQuery: '/later' }))).toBe('ok');
      expect(api.received()).toContain('/later');
      expect(api.received()).not.toContain('/ota/deployment');
    },
  );

  test('that breaks off after the request leaves it in the open', async () => {
    const api = await openTcpServer((socket) => socket.resetAndDestroy());
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { HTTP_PROXY: proxyUrl(proxy) } });
    const result = await transport.send(requestTo(80, { origin: 'http://api.example:80' }));
    expect(api.received()).toContain('/ota/deployment');
    expect(result).toMatchObject({ kind: 'failed', phase: 'exchange' });
  });

  test("of the process' own environment is not used: only what is passed in counts", async () => {
    const api = await openApi();
    const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
    const request = requestTo(api.port, { origin: origin(api.port) });
    const result = await sendFromChild(request, { childEnv: { HTTP_PROXY: proxyUrl(proxy) }, env: {} });
    expect(result).toMatchObject({ kind: 'response', body: 'ok' });
    expect(proxy.connections()).toBe(0);
  });
});

describe('TLS through a proxy', () => {
  const request = requestTo(443, { origin: 'https://api.example' });

  test('to a certificate that this machine does not know fails before anything is sent, and says what helps', async () => {
    const api = await openTlsServer('api.example');
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const transport = await open({ env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } });
    expect(await transport.send(request)).toEqual({
      kind: 'failed',
      phase: 'connect',
      isTimeOut: false,
      message:
        'self-signed certificate; if the connection goes through your own proxy, set its certificate in NODE_EXTRA_CA_CERTS',
    });
    expect(api.requests).toEqual([]);
  });

  test('to a certificate named in NODE_EXTRA_CA_CERTS brings the answer', async () => {
    const api = await openTlsServer('api.example');
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const result = await sendFromChild(request, {
      childEnv: { NODE_EXTRA_CA_CERTS: api.certificate },
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    });
    expect(result).toMatchObject({ kind: 'response', status: 200, body: 'ok' });
    expect(api.requests).toEqual(['POST /ota/deployment?a=b {"a":1}']);
    expect(proxy.asked).toEqual(['api.example:443']);
  });

  test('to a certificate of another host fails before anything is sent', async () => {
    const api = await openTlsServer('other.example');
    const proxy = await openProxy({ kind: 'tunnel', toPort: api.port });
    const result = await sendFromChild(request, {
      childEnv: { NODE_EXTRA_CA_CERTS: api.certificate },
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    });
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect' });
    expect(api.requests).toEqual([]);
  });
});

type ChildOptions = {
  /** Of the child as a process. */
  readonly childEnv: Readonly<Record<string, string>>;
  /** As passed to the transport. */
  readonly env: Readonly<Record<string, string>>;
};

/** Sends from a process of its own: what Node reads of its environment, it reads when it starts. */
async function sendFromChild(request: TransportRequest, { childEnv, env }: ChildOptions): Promise<unknown> {
  const script = fileURLToPath(new URL('./send-once.ts', import.meta.url));
  const input = JSON.stringify({ request, env });
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script], {
    cwd: ROOT,
    input,
    env: childEnv,
  });
  return JSON.parse(stdout) as unknown;
}
