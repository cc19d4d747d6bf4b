import { describe, expect, test } from 'vitest';
import { signRequest } from '../../../src/backend/allxon/signature.ts';
import { present } from '../../../src/base/assert.ts';
import { answer, CREDENTIALS, NOW, openScripted, REQUEST, REQUEST_ID, SOUND } from './scripted-transport.ts';
import type { Script } from './scripted-transport.ts';

describe("the server's clock", () => {
  const AHEAD_MS = 3_600_000;
  const dated = (status: number, json: unknown, aheadMs: number): Script =>
    answer(status, json, { headers: { date: new Date(NOW + aheadMs).toUTCString() } });

  /** Answers that tell so, a second after each other. */
  async function tellThrice(status = 200) {
    const scripts = [0, 1, 2].map((second) => dated(status, [], AHEAD_MS + 1_000 * second));
    const client = openScripted(...scripts, answer(200, []));
    const offsets: (number | null)[] = [];
    for (const second of [0, 1, 2]) {
      await client.clock.sleepUntil(NOW + 1_000 * second);
      await client.api.readConnections();
      offsets.push(client.api.clockOffsetMs());
    }
    return { ...client, offsets };
  }

  test('is not known before the first answer', async () => {
    const { api } = openScripted(dated(200, [], 0));
    expect(api.clockOffsetMs()).toBeNull();
    await api.readConnections();
    expect(api.clockOffsetMs()).toBe(0);
  });

  test('that is far from ours is believed once two further answers agree, and signs every later request', async () => {
    const { api, sent, offsets, clock } = await tellThrice();
    expect(offsets).toEqual([null, null, AHEAD_MS + 500]);
    await api.readConnections();
    expect(Number(sent[3]?.headers['X-Allxon-Epoch'])).toBe(clock.now() + AHEAD_MS + 500);
  });

  test.each([302, 403, 404, 429, 500, 502, 503])('is not told by answers of %i', async (status) => {
    const { api, offsets } = await tellThrice(status);
    expect(offsets).toEqual([null, null, null]);
    expect(api.clockDoubts()).toEqual([]);
  });

  test('is not told by a 401 that is answered again with 401', async () => {
    const refused = dated(401, {}, AHEAD_MS);
    const { api } = openScripted(refused, refused);
    await api.readConnections();
    expect(api.clockOffsetMs()).toBeNull();
  });

  test('is told by a 401 once the call is accepted that is signed by it', async () => {
    const { api } = openScripted(dated(401, {}, AHEAD_MS), dated(200, [], AHEAD_MS));
    await api.readConnections();
    expect(api.clockOffsetMs()).toBe(AHEAD_MS + 500);
  });

  test('that agrees with ours leaves our time as it is', async () => {
    const { api, sent } = openScripted(dated(200, [], 1_000), answer(200, []));
    await api.readConnections();
    await api.readConnections();
    expect(sent[1]?.headers['X-Allxon-Epoch']).toBe(String(NOW));
    expect(api.clockOffsetMs()).toBe(0);
  });

  test.each([AHEAD_MS, -AHEAD_MS, 90_000])(
    '%i ms off explains a 401: it is signed and sent again, once',
    async (aheadMs) => {
      const { api, sent } = openScripted(dated(401, {}, aheadMs), answer(200, []));
      expect(await api.readConnections()).toMatchObject({ kind: 'read' });
      expect(sent).toHaveLength(2);
      expect(sent[1]).toMatchObject({ method: 'GET' });
      const { method, pathWithQuery } = present(sent[0], 'the request');
      const signed = signRequest({ method, pathWithQuery, epochMs: NOW + aheadMs + 500 }, CREDENTIALS);
      expect(sent[1]?.headers).toMatchObject(signed.headers);
    },
  );

  test('off by minutes explains the 401 of a deployment, which is not sent again: its signature is on record', async () => {
    const { api, sent } = openScripted(dated(401, {}, AHEAD_MS), SOUND);
    const signed = api.signDeployment();
    expect(await api.postDeployment(REQUEST, signed)).toMatchObject({
      kind: 'not-made',
      failure: { kind: 'unauthorized' },
      wasSignedOff: true,
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.headers).toMatchObject(signed.headers);
    expect(api.signDeployment().epochMs - signed.epochMs).toBe(AHEAD_MS + 500);
  });

  test('has no say in a deployment that was signed: it is sent as it was signed', async () => {
    const { api, sent } = openScripted(dated(200, [], AHEAD_MS), SOUND);
    const signed = api.signDeployment();
    await api.readConnections();
    await api.postDeployment(REQUEST, signed);
    expect(sent[1]?.headers['X-Allxon-Epoch']).toBe(String(NOW));
    expect(signed.epochMs).toBe(NOW);
  });

  test.each<[string, Script]>([
    ['it agrees with ours', dated(401, {}, 0)],
    ['it is only somewhat off', dated(401, {}, 30_000)],
    ['the answer has no date', answer(401, {})],
  ])('does not explain a 401 where %s: nothing is sent again', async (_, script) => {
    const { api, sent } = openScripted(script);
    expect(await api.postDeployment(REQUEST, api.signDeployment())).toMatchObject({
      kind: 'not-made',
      failure: { kind: 'unauthorized' },
    });
    expect(sent).toHaveLength(1);
  });

  test.each([
    [AHEAD_MS, 'the clock is 1h00m behind the server’s'],
    [-AHEAD_MS, 'the clock is 59m59s ahead of the server’s'],
  ])('%i ms off is named when a 401 comes again', async (aheadMs, words) => {
    const { api, sent } = openScripted(dated(401, {}, aheadMs), dated(401, {}, aheadMs));
    const outcome = await api.readConnections();
    expect(sent).toHaveLength(2);
    expect(outcome).toMatchObject({
      failure: {
        kind: 'unauthorized',
        message: `GET /connection was answered with 401; ${words.replace('’', "'")}: correct it, and check that ALLXON_API_KEY_ID and ALLXON_API_SECRET are correct and belong together [request ${REQUEST_ID}]`,
      },
    });
  });

  describe('is named by the advice on a 401', () => {
    const KEY = 'check that ALLXON_API_KEY_ID and ALLXON_API_SECRET are correct and belong together';
    const adviceOn = async (body: unknown, aheadMs: number | null) => {
      const { api } = openScripted(aheadMs === null ? answer(401, body) : dated(401, body, aheadMs));
      const outcome = await api.readConnections();
      if (outcome.kind !== 'failed') throw new Error('the call was not refused');
      const { message } = outcome.failure;
      return message.slice(message.indexOf('; ') + 2, message.indexOf(' [request'));
    };

    test.each([{}, { code: 'E401-2', message: 'epoch outside the window' }])(
      'where no answer has a Date: %j',
      async (body) => {
        expect(await adviceOn(body, null)).toBe(
          `the server's time is unknown: check this machine's clock (it shows 2026-01-05T08:15:30Z), and ${KEY}`,
        );
      },
    );

    test('where the message is about the time although the Date agrees', async () => {
      expect(await adviceOn({ code: 'E401-2', message: 'epoch outside the window' }, 0)).toBe(
        `the message is about the time, although the answer's Date agrees with this machine's clock: check the clock (it shows 2026-01-05T08:15:30Z), and ${KEY}`,
      );
    });

    test('and by nothing where the time is known to be right: it is the key', async () => {
      expect(await adviceOn({ code: 'E401-4', message: 'The key or the signature is not valid' }, 0)).toBe(
        KEY,
      );
    });
  });

  test('once known, a further 401 is not sent again', async () => {
    const refused = dated(401, {}, AHEAD_MS);
    const { api, sent } = openScripted(refused, refused, refused);
    await api.readConnections();
    await api.readConnections();
    expect(sent).toHaveLength(3);
  });

  test('explains the 401 of each of two calls that were signed before it was known', async () => {
    const { api, sent } = openScripted(
      ...[
        dated(401, {}, AHEAD_MS),
        dated(401, {}, AHEAD_MS),
        dated(200, [], AHEAD_MS),
        dated(200, [], AHEAD_MS),
      ],
    );
    const outcomes = await Promise.all([api.readConnections(), api.readConnections()]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['read', 'read']);
    expect(sent).toHaveLength(4);
  });

  test('explains a 401, but the budget forbids another call: none is sent', async () => {
    const headers = {
      date: new Date(NOW + AHEAD_MS).toUTCString(),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '600',
    };
    const { api, sent } = openScripted(answer(401, {}, { headers }));
    expect(await api.readConnections()).toMatchObject({ failure: { kind: 'unauthorized', status: 401 } });
    expect(sent).toHaveLength(1);
  });

  test('dates a Reset in epoch seconds', async () => {
    const resetAt = NOW + AHEAD_MS + 600_000;
    const headers = {
      date: new Date(NOW + AHEAD_MS).toUTCString(),
      'x-ratelimit-reset': String(resetAt / 1000),
    };
    const { api } = openScripted(answer(200, [], { headers }));
    await api.readConnections();
    expect(api.budget().resetAt).toBe(NOW + 600_000);
  });
});
