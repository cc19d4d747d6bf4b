import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { faultRule } from '../../../src/backend/simulator/scenario.ts';
import type { ApiCall } from '../../../src/backend/simulator/api-call.ts';
import type { CallRecord } from '../../../src/backend/simulator/ledger.ts';
import {
  makeApi,
  makeCall,
  makePost,
  makeScenario,
  openTestSimulator,
  readAnswer,
  sendCall,
  STARTED_AT,
} from './kit.ts';

/** The status, over a connection of `agent`. */
function callWith(
  agent: Agent,
  url: string,
  { method, path, headers, body }: ApiCall,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}${path}`, { method, headers, agent }, (response: IncomingMessage) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    });
    request.on('error', reject).end(body);
  });
}

describe('the server', () => {
  test('listens on loopback, at the port that it tells', async () => {
    const { url, port } = await openTestSimulator(makeScenario());
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await sendCall(url, makeCall('GET /connection'))).toMatchObject({ kind: 'whole', status: 200 });
  });

  test('rejects with the system’s error where its port is taken', async () => {
    const { port } = await openTestSimulator(makeScenario());
    await expect(openTestSimulator(makeScenario(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('takes many calls over one connection, and closing ends it and frees the port', async () => {
    const { url, port, close } = await openTestSimulator(makeScenario());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let call = 0; call < 3; call++)
      expect(await callWith(agent, url, makeCall('GET /connection'))).toBe(200);
    await close();
    await expect(callWith(agent, url, makeCall('GET /connection'))).rejects.toMatchObject({ code: /ECONN/ });
    const again = await openTestSimulator(makeScenario(), { port });
    expect(again.port).toBe(port);
  });

  test('answers a call that it cannot take with the same bytes as without a socket', async () => {
    const { url } = await openTestSimulator(makeScenario());
    const { api } = makeApi();
    const call = makeCall('DELETE /ota/deployment');
    const received = await sendCall(url, call);
    const { status, headers } = readAnswer(await api.respond(call));
    expect(received).toMatchObject({ kind: 'whole', status });
    if (received.kind !== 'whole') return;
    for (const [name, value] of Object.entries(headers))
      expect(received.headers[name.toLowerCase()]).toBe(value);
  });

  test('deploys nothing for a request whose body did not come whole', async () => {
    const calls: CallRecord[] = [];
    const { url, port, ledger } = await openTestSimulator(makeScenario(), {
      onCall: (call) => calls.push(call),
    });
    const { headers, body } = makePost(['a']);
    const head = [
      'POST /ota/deployment HTTP/1.1',
      'Host: 127.0.0.1',
      `Content-Length: ${body.length}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`${head.join('\r\n')}\r\n\r\n`);
        socket.end(body.subarray(0, 10));
      });
      socket
        .on('error', () => undefined)
        .on('close', () => {
          resolve();
        });
      socket.resume();
    });
    expect(await sendCall(url, makeCall('GET /connection'))).toMatchObject({ status: 200 });
    expect(ledger().deployments).toEqual([]);
    expect(calls.map(({ kind }) => kind)).toEqual(['connection']);
  });

  test('takes 100,000 serials of the greatest length in one POST', async () => {
    const { url, ledger } = await openTestSimulator(makeScenario());
    const devices = Array.from({ length: 100_000 }, (_, index) => String(index).padStart(128, '0'));
    expect(await sendCall(url, makePost(devices))).toMatchObject({ kind: 'whole', status: 202 });
    expect(ledger().deployments[0]?.devices).toHaveLength(100_000);
  });
});

describe('without a socket', () => {
  test('a slow answer ends early with its signal, and has had its effect', async () => {
    const { api, clock } = makeApi(makeScenario({ faults: [faultRule({ fault: 'slow' })] }));
    await clock.busy(async () => {
      const leaving = new AbortController();
      const reply = api.respond(makePost(['a']), leaving.signal);
      leaving.abort();
      expect(await reply).toMatchObject({ kind: 'answer', status: 202 });
    });
    expect(clock.now()).toBe(STARTED_AT);
    expect(api.ledger().deployments).toHaveLength(1);
  });

  test.each([
    ['reset-after-effect', { kind: 'reset' }],
    ['timeout-after-effect', { kind: 'hang' }],
    ['cut-off', { kind: 'cut-off', status: 202 }],
  ] as const)('a call that is struck by %s tells what a socket would do', async (fault, reply) => {
    const { api } = makeApi(makeScenario({ faults: [faultRule({ fault })] }));
    expect(await api.respond(makePost(['a']))).toMatchObject(reply);
    expect(api.ledger().deployments).toHaveLength(1);
  });

  test('every call is told once its reply is decided', async () => {
    const calls: CallRecord[] = [];
    const { url } = await openTestSimulator(makeScenario(), { onCall: (call) => calls.push(call) });
    await sendCall(url, makePost(['a']));
    await sendCall(url, makeCall('GET /connection', { secret: 'another' }));
    expect(calls).toEqual([
      {
        ordinal: 1,
        at: STARTED_AT,
        method: 'POST',
        path: '/ota/deployment',
        kind: 'post',
        status: 202,
        fault: null,
        requestId: expect.any(String) as string,
      },
      {
        ordinal: 2,
        at: STARTED_AT,
        method: 'GET',
        path: '/connection',
        kind: 'connection',
        status: 401,
        fault: null,
        requestId: expect.any(String) as string,
      },
    ]);
  });
});
