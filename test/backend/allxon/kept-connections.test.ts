import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { present } from '../../../src/base/assert.ts';
import type { Transport, TransportRequest } from '../../../src/backend/allxon/transport.ts';
import { openUndiciTransport } from '../../../src/backend/allxon/undici-transport.ts';
import { openTcpServer } from './servers.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]';

async function open(): Promise<Transport> {
  const transport = await openUndiciTransport({ env: {}, connectTimeoutMs: 30_000, bodyBytesMax: 1_000 });
  onTestFinished(() => transport.close());
  return transport;
}

function requestTo(port: number, pathWithQuery: string): TransportRequest {
  const origin = `http://127.0.0.1:${port}`;
  return { method: 'GET', origin, pathWithQuery, headers: {}, body: null, timeoutMs: 60_000 };
}

/** Answers requests in order; each connection that it was asked over, in the order of the requests. */
async function openServer(...answers: readonly ((socket: Socket) => void)[]) {
  const sockets: Socket[] = [];
  const server = await openTcpServer((socket, received) => {
    if (!received.endsWith('\r\n\r\n')) return;
    sockets.push(socket);
    answers[sockets.length - 1]?.(socket);
  });
  return { ...server, sockets };
}

const answerOk = (socket: Socket) => socket.write(OK);

/** A connection that has been used is free from the next turn of the event loop on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe.each<[string, (socket: Socket) => void]>([
  ['is reset', (socket) => socket.resetAndDestroy()],
  ['is closed', (socket) => socket.end()],
])('a kept connection that %s', (_, lose) => {
  test('as the next GET arrives costs that GET, which is not sent a second time', async () => {
    const server = await openServer(answerOk, lose, answerOk);
    const transport = await open();
    expect(await transport.send(requestTo(server.port, '/1'))).toMatchObject({ status: 200 });
    await nextTurn();
    expect(await transport.send(requestTo(server.port, '/2'))).toMatchObject({
      kind: 'failed',
      phase: 'exchange',
      isTimeOut: false,
    });
    expect(server.connections()).toBe(1);
    expect(await transport.send(requestTo(server.port, '/3'))).toMatchObject({ status: 200 });
    expect(server.received().match(/GET \/\d/g)).toEqual(['GET /1', 'GET /2', 'GET /3']);
    expect(server.connections()).toBe(2);
  });
});

test('a kept connection that is closed while it is idle costs nothing', async () => {
  const server = await openServer(answerOk, answerOk);
  const transport = await open();
  expect(await transport.send(requestTo(server.port, '/1'))).toMatchObject({ status: 200 });
  const kept = present(server.sockets[0], 'the connection');
  // Closed is what both sides have ended: the client knows it by then.
  const gone = once(kept, 'close');
  kept.end();
  await gone;
  expect(await transport.send(requestTo(server.port, '/2'))).toMatchObject({ status: 200 });
  expect(server.connections()).toBe(2);
});

test('an answer that forbids keeping its connection is obeyed', async () => {
  const close = (socket: Socket) => socket.end(OK.replace('200 OK', '200 OK\r\nConnection: close'));
  const server = await openServer(close, close);
  const transport = await open();
  for (const path of ['/1', '/2']) {
    expect(await transport.send(requestTo(server.port, path))).toMatchObject({ status: 200 });
    await nextTurn();
  }
  expect(server.connections()).toBe(2);
});

test('closing ends what was kept', async () => {
  // Left alone, it would be kept for longer than any test may take.
  const server = await openServer((socket) =>
    socket.write(OK.replace('200 OK', '200 OK\r\nKeep-Alive: timeout=600')),
  );
  const transport = await open();
  await transport.send(requestTo(server.port, '/1'));
  const kept = present(server.sockets[0], 'the connection');
  const gone = once(kept, 'close');
  await transport.close();
  await gone;
  expect(kept.destroyed).toBe(true);
});
