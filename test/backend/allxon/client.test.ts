import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { AllxonApi, ApiFailure, FailureKind, PostOutcome } from '../../../src/backend/api.ts';
import { signRequest } from '../../../src/backend/allxon/signature.ts';
import { present } from '../../../src/base/assert.ts';
import type { DeploymentId } from '../../../src/plan/identifiers.ts';
import {
  ACCEPTED,
  answer,
  ARTIFACT,
  CREDENTIALS,
  DEVICES,
  failedWith,
  ID,
  NOW,
  openScripted,
  ORIGIN,
  REQUEST,
  REQUEST_ID,
  SOUND,
} from './scripted-transport.ts';
import type { Script } from './scripted-transport.ts';

async function post(...scripts: readonly Script[]): Promise<PostOutcome> {
  const { api } = openScripted(...scripts);
  return api.postDeployment(REQUEST, api.signDeployment());
}

/** The failure of a POST and whether it is in doubt. */
async function failPost(...scripts: readonly Script[]): Promise<ApiFailure & { readonly doubt: boolean }> {
  const outcome = await post(...scripts);
  if (outcome.kind === 'accepted') throw new Error('expected a failure');
  return { ...outcome.failure, doubt: outcome.kind === 'in-doubt' };
}

async function failRead(...scripts: readonly Script[]): Promise<ApiFailure> {
  const outcome = await openScripted(...scripts).api.readDeployment(ID);
  if (outcome.kind === 'read') throw new Error('expected a failure');
  return outcome.failure;
}

describe('a request', () => {
  const calls: readonly (readonly [string, (api: AllxonApi) => Promise<unknown>, string, string | null])[] = [
    [
      'POST',
      (api) => api.postDeployment(REQUEST, api.signDeployment()),
      '/ota/deployment',
      `{"device_sn":["a1","b2"],"artifact_uuid":"${ARTIFACT}","arguments":[{"channel":"stable"}]}`,
    ],
    ['GET', (api) => api.readDeployment(ID), '/ota/deployment/d-1/all', null],
    ['GET', (api) => api.readConnections(), '/connection', null],
  ];

  test.each(calls)(
    '%s goes out with every header and a signature of its own',
    async (method, call, path, body) => {
      const { api, sent } = openScripted(answer(200, []));
      await call(api);
      const { headers, ...request } = present(sent[0], 'the request');
      expect(request).toMatchObject({ method, origin: ORIGIN, pathWithQuery: path, body });
      expect(headers).toEqual({
        Accept: 'application/json',
        'Accept-Encoding': 'gzip',
        'Content-Type': 'application/json',
        'Cache-Control': 'no-cache',
        'User-Agent': 'breakwater/1.2.3',
        ...signRequest({ method: method as 'GET', pathWithQuery: path, epochMs: NOW }, CREDENTIALS).headers,
      });
    },
  );

  test('without arguments leaves them out', async () => {
    const { api, sent } = openScripted(SOUND);
    await api.postDeployment({ ...REQUEST, arguments: {} }, api.signDeployment());
    expect(sent[0]?.body).toBe(`{"device_sn":["a1","b2"],"artifact_uuid":"${ARTIFACT}"}`);
  });

  test('signs the very path that is sent, the id encoded', async () => {
    const { api, sent } = openScripted(answer(200, []));
    await api.readDeployment('a/b?c#d%' as DeploymentId);
    const { pathWithQuery, headers, method } = present(sent[0], 'the request');
    expect(pathWithQuery).toBe('/ota/deployment/a%2Fb%3Fc%23d%25/all');
    const signed = signRequest({ method, pathWithQuery, epochMs: NOW }, CREDENTIALS);
    expect(headers).toMatchObject(signed.headers);
  });

  test('is signed afresh each time', async () => {
    const { api, clock, sent } = openScripted(answer(200, []), answer(200, []));
    await api.readConnections();
    clock.jump(60_000);
    await api.readConnections();
    expect(sent.map(({ headers }) => headers['X-Allxon-Epoch'])).toEqual([String(NOW), String(NOW + 60_000)]);
    expect(sent[0]?.headers['Authorization']).not.toBe(sent[1]?.headers['Authorization']);
  });
});

describe('an answer to a POST', () => {
  test.each([200, 201, 202, 299])('of %i with a deployment_id is accepted', async (status) => {
    expect(await post(answer(status, ACCEPTED))).toEqual({
      kind: 'accepted',
      deploymentId: 'd-1',
      requestId: REQUEST_ID,
      rejected: [],
      unanswered: [],
      foreign: [],
      unreadable: null,
    });
  });

  test('whose lists cannot be read keeps the deployment_id', async () => {
    const outcome = await post(answer(202, { deployment_id: ID, deployment_accepted: 7 }));
    expect(outcome).toMatchObject({ kind: 'accepted', deploymentId: 'd-1', unanswered: DEVICES });
  });

  test('without gzip is read all the same', async () => {
    const bytes = Buffer.from(JSON.stringify(ACCEPTED));
    const outcome = await post(answer(202, null, { bytes, headers: { 'content-encoding': 'identity' } }));
    expect(outcome).toMatchObject({ kind: 'accepted', deploymentId: 'd-1' });
  });
});

test("a deployment's devices and the account's are read", async () => {
  const { api } = openScripted(
    answer(200, [{ device_sn: 'a1', deployment_status: 'success', update_epoch: 1 }]),
    answer(200, [{ sn: 'a1', status: 'online' }]),
  );
  expect(await api.readDeployment(ID)).toEqual({
    kind: 'read',
    value: [{ serial: 'a1', status: 'success', updatedAt: 1000 }],
    requestId: REQUEST_ID,
  });
  expect(await api.readConnections()).toEqual({
    kind: 'read',
    value: [{ serial: 'a1', status: 'online' }],
    requestId: REQUEST_ID,
  });
});

describe('a failure', () => {
  type Case = readonly [Script, FailureKind, doubt: boolean, postMessage: string, getMessage: string];
  const REQUESTED = `[request ${REQUEST_ID}]`;
  const refusal = (status: number): Script =>
    answer(status, { code: `E${status}-1`, message: 'The failed reason' });
  const html = (status: number): Script =>
    answer(status, null, { bytes: Buffer.from('<html>Bad Gateway'), headers: { 'x-request-id': '' } });
  const KEY = 'check that ALLXON_API_KEY_ID and ALLXON_API_SECRET are correct and belong together';
  const POST = 'POST /ota/deployment';
  const GET = 'GET /ota/deployment/d-1/all';
  const both = (rest: string): readonly [string, string] => [`${POST} ${rest}`, `${GET} ${rest}`];

  const cases: readonly Case[] = [
    [
      refusal(400),
      'invalid',
      false,
      ...both(`was answered with 400 (E400-1: The failed reason) ${REQUESTED}`),
    ],
    [
      refusal(401),
      'unauthorized',
      false,
      ...both(
        `was answered with 401 (E401-1: The failed reason); the server's time is unknown: check this machine's clock (it shows 2026-01-05T08:15:30Z), and ${KEY} ${REQUESTED}`,
      ),
    ],
    [
      refusal(403),
      'forbidden',
      false,
      ...both(
        `was answered with 403 (E403-1: The failed reason); the API key has no permission for it ${REQUESTED}`,
      ),
    ],
    [
      refusal(404),
      'not-found',
      false,
      ...both(`was answered with 404 (E404-1: The failed reason) ${REQUESTED}`),
    ],
    [
      refusal(409),
      'conflict',
      true,
      ...both(`was answered with 409 (E409-1: The failed reason) ${REQUESTED}`),
    ],
    [
      refusal(429),
      'rate-limited',
      false,
      ...both(`was answered with 429 (E429-1: The failed reason) ${REQUESTED}`),
    ],
    [
      refusal(500),
      'server-error',
      true,
      ...both(`was answered with 500 (E500-1: The failed reason) ${REQUESTED}`),
    ],
    [
      refusal(302),
      'unexpected-status',
      true,
      ...both(`was answered with 302 (E302-1: The failed reason) ${REQUESTED}`),
    ],
    [
      html(502),
      'server-error',
      true,
      ...both('was answered with 502 (the answer is not JSON: <html>Bad Gateway)'),
    ],
    [
      answer(503, null, { bytes: Buffer.alloc(0) }),
      'server-error',
      true,
      ...both(`was answered with 503 ${REQUESTED}`),
    ],
    [answer(400, []), 'invalid', false, ...both(`was answered with 400 ${REQUESTED}`)],
    [
      html(200),
      'unreadable',
      true,
      ...both('was answered with 200, but the answer is not JSON: <html>Bad Gateway'),
    ],
    [
      failedWith('connect', 'getaddrinfo ENOTFOUND us.api.allxon.com'),
      'unreachable',
      false,
      `${ORIGIN} cannot be reached for ${POST}: getaddrinfo ENOTFOUND us.api.allxon.com`,
      `${ORIGIN} cannot be reached for ${GET}: getaddrinfo ENOTFOUND us.api.allxon.com`,
    ],
    [
      failedWith('connect', 'no connection within 60 s', true),
      'unreachable',
      false,
      `${ORIGIN} cannot be reached for ${POST}: no connection within 60 s`,
      `${ORIGIN} cannot be reached for ${GET}: no connection within 60 s`,
    ],
    [
      failedWith('exchange', 'other side closed'),
      'connection-lost',
      true,
      ...both('was sent, but no complete answer came: other side closed'),
    ],
    [
      failedWith('exchange', 'no complete answer within 60 s', true),
      'timed-out',
      true,
      ...both('was sent, but no complete answer came: no complete answer within 60 s'),
    ],
  ];

  test.each(cases)('%#: is told as it must be', async (script, kind, doubt, postMessage, getMessage) => {
    expect(await failPost(script)).toMatchObject({ kind, doubt, message: postMessage });
    expect(await failRead(script)).toMatchObject({ kind, message: getMessage });
  });

  test('keeps status, code and request id for the record', async () => {
    expect(await failRead(refusal(403))).toMatchObject({
      status: 403,
      code: 'E403-1',
      requestId: REQUEST_ID,
    });
    expect(await failRead(html(200))).toMatchObject({ status: 200, code: null, requestId: null });
    expect(await failRead(failedWith('connect', 'x'))).toMatchObject({
      status: null,
      code: null,
      requestId: null,
    });
  });

  test.each([
    ['a list', [ACCEPTED], 'the answer is not an object with a deployment_id but a list'],
    ['no id', { deployment_accepted: [] }, 'the answer has no valid deployment_id (it is nothing)'],
  ])('of a POST answered 202 with %s is in doubt', async (_, json, told) => {
    const failure = await failPost(answer(202, json));
    expect(failure).toMatchObject({ kind: 'unreadable', doubt: true, status: 202 });
    expect(failure.message).toBe(
      `POST /ota/deployment was answered with 202, but ${told} [request ${REQUEST_ID}]`,
    );
  });

  test('of a POST whose gzip was cut short is in doubt, and names the id that came', async () => {
    const bytes = gzipSync(JSON.stringify(ACCEPTED), { level: 0 }).subarray(0, -10);
    const failure = await failPost(answer(202, null, { bytes }));
    expect(failure).toMatchObject({ kind: 'unreadable', doubt: true });
    expect(failure.message).toContain('; the received part names deployment_id d-1 [request');
  });

  test('of a GET whose JSON is not a list is told', async () => {
    expect((await failRead(answer(200, { a: 1 }))).message).toBe(
      `GET /ota/deployment/d-1/all was answered with 200, but the answer is not a list of devices but an object [request ${REQUEST_ID}]`,
    );
  });

  test('with words that would reach a terminal is made printable', async () => {
    const failure = await failRead(
      answer(400, { code: 'E\u001b[2J', message: 'a\nb' }, { headers: { 'x-request-id': 'r\u009b1' } }),
    );
    expect(failure.message).toContain('(E\\u001b[2J: a\\u000ab) [request r\\u009b1]');
    expect(failure.code).toBe('E\\u001b[2J');
  });
});

describe('nothing that comes out holds a secret', () => {
  /** Echoes everything that is confidential about the request, wherever there is room for it. */
  function echo(status: number, shape: (text: string) => unknown): Script {
    return (request) => {
      const { Authorization = '', 'X-Allxon-Epoch': epoch = '' } = request.headers;
      const unsigned = {
        method: request.method,
        pathWithQuery: request.pathWithQuery,
        epochMs: Number(epoch),
      };
      const text = [Authorization, ...signRequest(unsigned, CREDENTIALS).confidential].join(' ');
      return answer(status, shape(text), { headers: { 'x-request-id': text } })(request);
    };
  }

  const scripts: readonly (readonly [string, Script])[] = [
    ['a refusal', echo(400, (text) => ({ code: text, message: text }))],
    ['a refusal with a long message', echo(400, (text) => ({ message: `${'x'.repeat(480)}${text}` }))],
    [
      'a server error that is not JSON',
      (request) => {
        const { headers } = request;
        return answer(500, null, {
          bytes: Buffer.from(`${'x'.repeat(74)}${CREDENTIALS.secret} ${JSON.stringify(headers)}`),
        })(request);
      },
    ],
    ['an answer of another shape', echo(202, (text) => text)],
    ['an id', echo(202, (text) => ({ deployment_id: text }))],
    ['a rejection', echo(202, (text) => ({ deployment_id: 'd-1', deployment_rejected: { a1: text } }))],
    ['a foreign device', echo(202, (text) => ({ deployment_id: 'd-1', deployment_accepted: [text] }))],
    ['a word', echo(200, (text) => [{ device_sn: 'a1', deployment_status: text }])],
    [
      'a broken connection',
      (request) => ({
        kind: 'failed',
        phase: 'exchange',
        isTimeOut: false,
        message: JSON.stringify(request.headers),
      }),
    ],
  ];

  test.each(scripts)('in %s', async (_, script) => {
    const { api, sent } = openScripted(script, script);
    const outcomes = [await api.postDeployment(REQUEST, api.signDeployment()), await api.readDeployment(ID)];
    const told = JSON.stringify(outcomes);
    expect(told).toContain('***');
    // Not even the beginning of one, cut off before it could be recognized.
    const confidential = sent.flatMap(
      ({ method, pathWithQuery, headers }) =>
        signRequest({ method, pathWithQuery, epochMs: Number(headers['X-Allxon-Epoch']) }, CREDENTIALS)
          .confidential,
    );
    for (const secret of confidential) expect(told).not.toContain(secret.slice(0, 8));
  });
});

describe('the rate limit', () => {
  const limits = (remaining: number, resetInS: number) => ({
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetInS),
  });

  test('is told by the answers', async () => {
    const { api } = openScripted(answer(200, [], { headers: limits(40, 600) }));
    expect(api.budget()).toEqual({ limit: null, remaining: null, resetAt: null, blockedUntil: null });
    await api.readConnections();
    expect(api.budget()).toEqual({ limit: 1000, remaining: 40, resetAt: NOW + 600_000, blockedUntil: null });
  });

  test('used up, no call is sent before Reset, and one is sent after it', async () => {
    const { api, clock, sent } = openScripted(answer(200, [], { headers: limits(0, 600) }), SOUND);
    await api.readConnections();
    expect(await api.postDeployment(REQUEST, api.signDeployment())).toEqual({
      kind: 'not-made',
      failure: {
        kind: 'rate-limited',
        message:
          'POST /ota/deployment was not sent: the rate limit is reached until 2026-01-05T08:25:32Z, 602 s from now',
        status: null,
        code: null,
        requestId: null,
      },
    });
    expect(await api.readDeployment(ID)).toMatchObject({ kind: 'failed', failure: { kind: 'rate-limited' } });
    expect(sent).toHaveLength(1);
    await clock.sleepUntil(present(api.budget().blockedUntil, 'the end of the block'));
    expect(await api.postDeployment(REQUEST, api.signDeployment())).toMatchObject({ kind: 'accepted' });
    expect(sent).toHaveLength(2);
  });

  test('after a 429, no call is sent before Reset', async () => {
    const { api, sent } = openScripted(answer(429, {}, { headers: limits(0, 600) }));
    expect(await api.postDeployment(REQUEST, api.signDeployment())).toMatchObject({
      kind: 'not-made',
      failure: { kind: 'rate-limited', status: 429 },
    });
    await api.postDeployment(REQUEST, api.signDeployment());
    expect(sent).toHaveLength(1);
  });

  test('counts calls under way as made', async () => {
    const open: (() => void)[] = [];
    const held: Script = async (request) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return answer(200, [])(request);
    };
    const { api, sent } = openScripted(answer(200, [], { headers: limits(2, 600) }), held, held);
    await api.readConnections();
    const underWay = [api.readConnections(), api.readConnections()];
    expect(api.budget().remaining).toBe(0);
    expect(await api.readConnections()).toMatchObject({ kind: 'failed', failure: { kind: 'rate-limited' } });
    expect(sent).toHaveLength(3);
    for (const release of open) release();
    await Promise.all(underWay);
  });

  test('is no longer counted against once a call has failed without an answer', async () => {
    const { api } = openScripted(
      answer(200, [], { headers: limits(5, 600) }),
      failedWith('connect', 'refused'),
    );
    await api.readConnections();
    await api.readConnections();
    expect(api.budget().remaining).toBe(5);
  });
});

test('every call waits as long as its kind may take', async () => {
  const { api, sent } = openScripted(SOUND, answer(200, []), answer(200, []));
  await api.postDeployment(REQUEST, api.signDeployment());
  await api.readDeployment(ID);
  await api.readConnections();
  expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([60_000, 30_000, 12_000]);
});
