import { describe, expect, test } from 'vitest';
import { deploymentsBySerial } from '../../../src/backend/simulator/ledger.ts';
import { faultRule } from '../../../src/backend/simulator/scenario.ts';
import type { LedgerDeployment } from '../../../src/backend/simulator/ledger.ts';
import type { AnswerShape } from '../../../src/backend/simulator/scenario.ts';
import {
  ARTIFACT,
  deploymentIdOf,
  makeApi,
  makeCall,
  makePoll,
  makePost,
  makeScenario,
  readAnswer,
  STARTED_AT,
} from './kit.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an answer', () => {
  test('to a deployment is 202 with the headers that the vendor names', async () => {
    const { api } = makeApi();
    const { status, headers, json } = readAnswer(await api.respond(makePost(['a', 'b'])));
    expect(status).toBe(202);
    expect(json).toEqual({
      deployment_id: expect.stringMatching(UUID) as string,
      deployment_accepted: ['a', 'b'],
      deployment_rejected: [],
    });
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      'Content-Length': expect.stringMatching(/^\d+$/) as string,
      Date: 'Mon, 05 Jan 2026 08:15:00 GMT',
      'X-Request-ID': expect.stringMatching(UUID) as string,
      'X-Ratelimit-Limit': '1000',
      'X-Ratelimit-Remaining': '999',
      'X-Ratelimit-Reset': String(STARTED_AT / 1000 + 3600),
    });
  });

  test('has a request id of its own', async () => {
    const { api } = makeApi();
    const ids = [];
    for (let call = 0; call < 3; call++) {
      ids.push(readAnswer(await api.respond(makeCall('GET /connection'))).headers['X-Request-ID']);
    }
    expect(new Set(ids).size).toBe(3);
  });

  test.each([
    ['DELETE /ota/deployment', 405, 'E405-1'],
    ['PATCH /connection', 405, 'E405-1'],
    ['PUT /ota/deployment', 405, 'E405-1'],
    ['GET /ota/deployment', 405, 'E405-1'],
    ['POST /connection', 405, 'E405-1'],
    ['POST /ota/deployment/x/all', 405, 'E405-1'],
    ['GET /', 404, 'E404-1'],
    ['GET /ota/deployments', 404, 'E404-1'],
    ['GET /ota/deployment/x', 404, 'E404-1'],
    ['GET /ota/deployment/x/', 404, 'E404-1'],
    ['GET /ota/deployment/x/done', 404, 'E404-1'],
    ['GET /ota/deployment/x/all', 404, 'E404-3'],
  ])('to %s is %i %s, in gzip', async (line, status, code) => {
    const { api } = makeApi();
    const answer = readAnswer(await api.respond(makeCall(line)));
    expect(answer).toMatchObject({ status, json: { code, message: expect.any(String) as string } });
    expect(answer.headers['Content-Encoding']).toBe('gzip');
  });

  const right = { device_sn: ['a'], artifact_uuid: ARTIFACT };
  test.each([
    ['', 'The body is not JSON in UTF-8'],
    ['{"device_sn":', 'The body is not JSON in UTF-8'],
    ['[]', 'The body is not an object'],
    ['null', 'The body is not an object'],
    [JSON.stringify({ ...right, name: 'x', force: true }), 'Unknown field name, force'],
    [JSON.stringify({ artifact_uuid: ARTIFACT }), 'device_sn is not a list of one or more serials'],
    [JSON.stringify({ ...right, device_sn: 'a' }), 'device_sn is not a list of one or more serials'],
    [JSON.stringify({ ...right, device_sn: [] }), 'device_sn is not a list of one or more serials'],
    [JSON.stringify({ ...right, device_sn: ['a', 7] }), 'device_sn is not a list of one or more serials'],
    [JSON.stringify({ ...right, device_sn: [''] }), 'device_sn is not a list of one or more serials'],
    [JSON.stringify({ ...right, device_sn: ['a', 'b', 'a'] }), 'device_sn names a device twice'],
    [JSON.stringify({ device_sn: ['a'] }), 'artifact_uuid is not a UUID'],
    [JSON.stringify({ ...right, artifact_uuid: 'latest' }), 'artifact_uuid is not a UUID'],
    [JSON.stringify({ ...right, arguments: {} }), 'arguments is not a list of exactly one object'],
    [JSON.stringify({ ...right, arguments: [] }), 'arguments is not a list of exactly one object'],
    [JSON.stringify({ ...right, arguments: [{}, {}] }), 'arguments is not a list of exactly one object'],
    [JSON.stringify({ ...right, arguments: [['x']] }), 'arguments[0] is not an object of names to strings'],
    [
      JSON.stringify({ ...right, arguments: [{ x: 1 }] }),
      'arguments[0] is not an object of names to strings',
    ],
  ])('to the deployment %s is 400 and deploys nothing', async (body, message) => {
    const { api } = makeApi();
    const answer = readAnswer(await api.respond(makeCall('POST /ota/deployment', { body })));
    expect(answer).toMatchObject({ status: 400, json: { code: 'E400-1', message } });
    expect(api.ledger().deployments).toEqual([]);
  });

  test('to a body that is not UTF-8 is 400', async () => {
    const { api } = makeApi();
    const call = { ...makePost(['a']), body: new Uint8Array([0x22, 0xff, 0x22]) };
    expect(readAnswer(await api.respond(call))).toMatchObject({ status: 400 });
  });

  test('to an artifact that the scenario does not list is 404', async () => {
    const { api } = makeApi(makeScenario({ artifacts: ['00000000-0000-4000-8000-000000000000'] }));
    expect(readAnswer(await api.respond(makePost(['a'])))).toMatchObject({
      status: 404,
      json: { code: 'E404-2' },
    });
    const known = makePost(['a'], { artifact: '00000000-0000-4000-8000-000000000000' });
    expect(readAnswer(await api.respond(known)).status).toBe(202);
  });

  test.each<[AnswerShape, unknown, unknown]>([
    ['serials', ['a'], ['z']],
    ['objects', [{ device_sn: 'a' }], [{ device_sn: 'z', error: 'device not found' }]],
    ['sn-objects', [{ sn: 'a' }], [{ sn: 'z', code: 'E400-9', message: 'device not found' }]],
    ['map', { a: 'accepted' }, { z: 'device not found' }],
  ])('lists devices as %s', async (answerShape, accepted, rejected) => {
    const { api } = makeApi(makeScenario({ answerShape, account: ['a'] }));
    const { json } = readAnswer(await api.respond(makePost(['a', 'z'])));
    expect(json).toMatchObject({ deployment_accepted: accepted, deployment_rejected: rejected });
  });
});

describe('a deployment', () => {
  test('is told as it is made, although its answer is lost', async () => {
    const told: LedgerDeployment[] = [];
    const rule = faultRule({ fault: 'reset-after-effect', call: 'post' });
    const { api } = makeApi(makeScenario({ faults: [rule] }), {
      onDeployment: (made) => told.push(made),
    });
    expect(await api.respond(makePost(['a', 'b']))).toEqual({ kind: 'reset' });
    await api.respond(makeCall('GET /connection'));
    expect(told).toHaveLength(1);
    expect(told).toEqual(api.ledger().deployments);
  });
});

describe('arguments', () => {
  test('are on record as they were sent', async () => {
    const { api } = makeApi();
    const body = JSON.stringify({
      device_sn: ['a'],
      artifact_uuid: ARTIFACT.toUpperCase(),
      arguments: [{ channel: 'canary' }],
    });
    await api.respond(makeCall('POST /ota/deployment', { body }));
    await api.respond(makePost(['b', 'a']));
    expect(api.ledger().deployments).toMatchObject([
      { ordinal: 1, at: STARTED_AT, artifactUuid: ARTIFACT, arguments: { channel: 'canary' } },
      { ordinal: 2, at: STARTED_AT, artifactUuid: ARTIFACT, arguments: {} },
    ]);
    const ordinals = [...deploymentsBySerial(api.ledger())].map(([serial, deployments]) => [
      serial,
      deployments.map(({ ordinal }) => ordinal),
    ]);
    expect(ordinals).toEqual([
      ['a', [1, 2]],
      ['b', [2]],
    ]);
  });
});

describe('a filter', () => {
  test('leaves the devices of its status', async () => {
    const scenario = makeScenario({
      overrides: [
        {
          serials: ['bad'],
          deployments: null,
          share: 1_000_000,
          behaviour: { shares: { failed: 1_000_000 } },
        },
        {
          serials: ['stuck'],
          deployments: null,
          share: 1_000_000,
          behaviour: { shares: { stuck: 1_000_000 } },
        },
      ],
    });
    const { api, clock } = makeApi(scenario);
    const id = deploymentIdOf(readAnswer(await api.respond(makePost(['good', 'bad', 'stuck']))).json);
    clock.jump(90_000);
    const poll = async (filter: string) => {
      const { json } = readAnswer(await api.respond(makePoll(id, filter)));
      return (json as readonly { device_sn: string }[]).map(({ device_sn }) => device_sn);
    };
    expect(await poll('all')).toEqual(['good', 'bad', 'stuck']);
    expect(await poll('processing')).toEqual(['stuck']);
    expect(await poll('success')).toEqual(['good']);
    expect(await poll('failed')).toEqual(['bad']);
  });
});

describe('a skewed clock', () => {
  test.each([7 * 60_000, -7 * 60_000])(
    'shows in every time that the server tells: %i ms',
    async (clockSkewMs) => {
      const { api } = makeApi(makeScenario({ clockSkewMs }));
      const refused = readAnswer(await api.respond(makePost(['a'])));
      expect(refused).toMatchObject({ status: 401, json: { code: 'E401-2' } });
      const serverNow = STARTED_AT + clockSkewMs;
      expect(refused.headers['Date']).toBe(new Date(serverNow).toUTCString());

      const { headers, json } = readAnswer(await api.respond(makePost(['a'], { at: serverNow })));
      expect(headers['X-Ratelimit-Reset']).toBe(String(serverNow / 1000 + 3600));
      const polled = readAnswer(await api.respond(makePoll(deploymentIdOf(json), 'all', { at: serverNow })));
      expect(polled.json).toMatchObject([{ update_epoch: serverNow / 1000 }]);
      // The record is by the clock that was passed in.
      expect(api.ledger().deployments[0]?.at).toBe(STARTED_AT);
    },
  );
});

describe('the rate limit', () => {
  const limited = (reset: 'epoch' | 'seconds' = 'epoch') =>
    makeApi(makeScenario({ rateLimit: { limit: 2, windowMs: 60_000, reset } }));
  const call = makeCall('GET /connection');

  test('counts down, refuses what is over it, and is full again at Reset', async () => {
    const { api, clock } = limited();
    const seen = [];
    for (const waitMs of [0, 10_000, 10_000, 39_999, 1]) {
      clock.jump(waitMs);
      const { status, headers } = readAnswer(await api.respond(call));
      seen.push([
        status,
        headers['X-Ratelimit-Remaining'],
        Number(headers['X-Ratelimit-Reset']) - STARTED_AT / 1000,
      ]);
    }
    expect(seen).toEqual([
      [200, '1', 60],
      [200, '0', 60],
      [429, '0', 60],
      [429, '0', 60],
      [200, '1', 120],
    ]);
    expect(api.stats()).toMatchObject({ calls: 5, overLimit: 2, whileBlocked: 1 });
  });

  test('tells Reset in seconds from now where the scenario says so', async () => {
    const { api, clock } = limited('seconds');
    await api.respond(call);
    clock.jump(15_500);
    expect(readAnswer(await api.respond(call)).headers['X-Ratelimit-Reset']).toBe('45');
  });

  test('is not used up by calls that are refused for their signature or their path', async () => {
    const { api } = limited();
    await api.respond(makeCall('GET /connection', { secret: 'another' }));
    await api.respond(makeCall('GET /nothing'));
    expect(readAnswer(await api.respond(call)).headers['X-Ratelimit-Remaining']).toBe('1');
  });

  test('refuses a deployment before it is made', async () => {
    const { api } = limited();
    await api.respond(call);
    await api.respond(call);
    expect(readAnswer(await api.respond(makePost(['a'])))).toMatchObject({
      status: 429,
      json: { code: 'E429-1' },
    });
    expect(api.ledger().deployments).toEqual([]);
  });
});

describe('the account', () => {
  test('lists its devices, and which of them are offline', async () => {
    const scenario = makeScenario({
      account: ['a', 'b', 'c'],
      overrides: [
        {
          serials: ['b'],
          deployments: null,
          share: 1_000_000,
          behaviour: { shares: { offline: 1_000_000 } },
        },
      ],
    });
    const { api } = makeApi(scenario);
    const expected = [
      { sn: 'a', status: 'online' },
      { sn: 'b', status: 'offline' },
      { sn: 'c', status: 'online' },
    ];
    expect(readAnswer(await api.respond(makeCall('GET /connection')))).toMatchObject({
      status: 200,
      json: expected,
    });
    await api.respond(makePost(['b', 'z']));
    expect(readAnswer(await api.respond(makeCall('GET /connection'))).json).toEqual(expected);
  });

  test('that is not listed holds whatever was deployed to', async () => {
    const { api } = makeApi();
    expect(readAnswer(await api.respond(makeCall('GET /connection'))).json).toEqual([]);
    await api.respond(makePost(['a']));
    expect(readAnswer(await api.respond(makeCall('GET /connection'))).json).toEqual([
      { sn: 'a', status: 'online' },
    ]);
  });
});
