import { expect, test } from 'vitest';
import type { TransportRequest, TransportResult } from '../../../src/backend/allxon/transport.ts';
import { openUndiciTransport } from '../../../src/backend/allxon/undici-transport.ts';
import { findClosedPort, openHttpServer, openProxy } from './servers.ts';
import type { TestProxy } from './servers.ts';

const METHODS = ['GET', 'POST'] as const;

type Route = {
  readonly method: TransportRequest['method'];
  readonly origin: string;
  readonly env: Readonly<Record<string, string>>;
};

async function send({ method, origin, env }: Route): Promise<TransportResult> {
  const transport = await openUndiciTransport({ env, connectTimeoutMs: 30_000, bodyBytesMax: 1_000 });
  const body = method === 'POST' ? '{}' : null;
  const request = { method, origin, pathWithQuery: '/connection', headers: {}, body, timeoutMs: 60_000 };
  const result = await transport.send(request);
  await transport.close();
  return result;
}

function urlOf({ port }: TestProxy): string {
  return `http://127.0.0.1:${port}`;
}

/** An address of this machine that does not count as one, and at which nobody listens: a proxy may lead there. */
async function nowhere(scheme: 'http' | 'https'): Promise<string> {
  return `${scheme}://0.0.0.0:${await findClosedPort()}`;
}

test.each(METHODS)('an https %s goes by HTTP_PROXY where HTTPS_PROXY is not set', async (method) => {
  const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
  await send({ method, origin: await nowhere('https'), env: { HTTP_PROXY: urlOf(proxy) } });
  expect(proxy.asked).toHaveLength(1);
});

test.each([
  ['GET', 'HTTPS_PROXY'],
  ['POST', 'HTTPS_PROXY'],
  ['GET', 'https_proxy'],
  ['POST', 'https_proxy'],
] as const)(
  'an https %s goes by no proxy where %s is empty, whatever HTTP_PROXY says',
  async (method, name) => {
    const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
    const env = { HTTP_PROXY: urlOf(proxy), [name]: '' };
    const result = await send({ method, origin: await nowhere('https'), env });
    expect(result).toMatchObject({ kind: 'failed', phase: 'connect' });
    expect(proxy.connections()).toBe(0);
  },
);

test.each(METHODS)('an http %s goes by no proxy where only HTTPS_PROXY is set', async (method) => {
  const proxy = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
  await send({ method, origin: await nowhere('http'), env: { HTTPS_PROXY: urlOf(proxy) } });
  expect(proxy.connections()).toBe(0);
});

test.each(METHODS)('a %s goes by the proxy that is named in lower case where both are', async (method) => {
  const upper = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
  const lower = await openProxy({ kind: 'refuse', status: '403 Forbidden' });
  const env = { HTTPS_PROXY: urlOf(upper), https_proxy: urlOf(lower) };
  await send({ method, origin: await nowhere('https'), env });
  expect([upper.connections(), lower.asked.length]).toEqual([0, 1]);
});

test.each(METHODS)(
  'a %s to this machine is answered although the address of the proxy is none',
  async (method) => {
    const api = await openHttpServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    const env = { HTTP_PROXY: 'nonsense://', HTTPS_PROXY: 'nonsense://' };
    const result = await send({ method, origin: `http://127.0.0.1:${api.port}`, env });
    expect(result).toMatchObject({ kind: 'response', status: 200 });
  },
);
