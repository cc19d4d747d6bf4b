/** Lists of which an answer holds a part, and answers that are larger than was asked for. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { signRequest } from '../../../src/backend/allxon/signature.ts';
import {
  answer,
  CREDENTIALS,
  DEVICES,
  failedWith,
  ID,
  openScripted,
  ORIGIN,
  REQUEST,
  REQUEST_ID,
} from './scripted-transport.ts';
import type { Script } from './scripted-transport.ts';

const row = (sn: string) => ({ device_sn: sn, deployment_status: 'success' });
const report = (serial: string) => ({ serial, status: 'success', updatedAt: null });
const page = (serials: readonly string[], headers: Readonly<Record<string, string>> = {}): Script =>
  answer(200, serials.map(row), { headers });
const leadsTo = (target: string) => ({ link: `<${target}>; rel="next"` });

async function readAll(...scripts: readonly Script[]) {
  const { api, sent } = openScripted(...scripts);
  const outcome = await api.readDeployment(ID, { devices: 5 });
  return { outcome, paths: sent.map(({ pathWithQuery }) => pathWithQuery), sent };
}

describe('a list of many pages', () => {
  test('is read to its end, each page signed for its own path', async () => {
    const { outcome, paths, sent } = await readAll(
      page(['a', 'b'], leadsTo('?page=2')),
      page(['c', 'd'], leadsTo(`${ORIGIN}/ota/deployment/d-1/all?page=3`)),
      page(['e']),
    );
    expect(outcome).toEqual({
      kind: 'read',
      value: ['a', 'b', 'c', 'd', 'e'].map(report),
      requestId: REQUEST_ID,
    });
    expect(paths).toEqual([
      '/ota/deployment/d-1/all',
      '/ota/deployment/d-1/all?page=2',
      '/ota/deployment/d-1/all?page=3',
    ]);
    for (const { pathWithQuery, headers } of sent) {
      const epochMs = Number(headers['X-Allxon-Epoch']);
      const signed = signRequest({ method: 'GET', pathWithQuery, epochMs }, CREDENTIALS);
      expect(headers['Authorization']).toBe(signed.headers.Authorization);
    }
  });

  test.each<[string, readonly Script[], readonly string[], string]>([
    [
      'leads to another server',
      [page(['a'], leadsTo('https://elsewhere.invalid/x'))],
      ['a'],
      'its next page is on another server',
    ],
    ['leads to itself', [page(['a'], leadsTo('/ota/deployment/d-1/all'))], ['a'], 'its pages never end'],
    [
      'leads on and on with nothing new',
      [page(['a'], leadsTo('?page=2')), page(['a'], leadsTo('?page=3'))],
      ['a', 'a'],
      'its pages never end',
    ],
    [
      'has fewer rows than its total',
      [page(['a', 'b'], { 'x-total-count': '5' })],
      ['a', 'b'],
      'it holds 2 of 5 rows',
    ],
    [
      'has fewer rows than its total after its last page',
      [page(['a'], { ...leadsTo('?page=2'), 'x-total': '3' }), page(['b'], { 'x-total': '3' })],
      ['a', 'b'],
      'it holds 2 of 3 rows',
    ],
    [
      'names a device on two pages, and another one on none',
      [
        page(['a', 'b'], { ...leadsTo('?page=2'), 'x-total-count': '4' }),
        page(['b', 'c'], { 'x-total-count': '4' }),
      ],
      ['a', 'b', 'b', 'c'],
      'its pages name 3 devices, of 4',
    ],
    [
      'has a row that names no device',
      [answer(200, [row('a'), { deployment_status: 'success' }])],
      ['a'],
      '1 row without a device name',
    ],
    ['has more pages', [page(['a'], { 'x-total-pages': '2' })], ['a'], 'it has 2 pages'],
    [
      'says that there is more',
      [page(['a'], { 'x-has-more': 'true' })],
      ['a'],
      '"x-has-more" shows that there is more',
    ],
    [
      'has a page that is refused',
      [page(['a'], leadsTo('?page=2')), answer(500, { code: 'E500-1' })],
      ['a'],
      `its page 2 could not be read: GET /ota/deployment/d-1/all?page=2 was answered with 500 (E500-1) [request ${REQUEST_ID}]`,
    ],
    [
      'has a page that is lost',
      [page(['a'], leadsTo('?page=2')), failedWith('exchange', 'reset')],
      ['a'],
      'its page 2 could not be read: GET /ota/deployment/d-1/all?page=2 was sent, but no complete answer came: reset',
    ],
    [
      'is in an object with a greater total',
      [answer(200, { items: [row('a')], total: 2 })],
      ['a'],
      'it holds 1 of 2 rows',
    ],
  ])('that %s is told as not whole, with what came', async (_, scripts, serials, partial) => {
    const { outcome, paths } = await readAll(...scripts);
    expect(outcome).toEqual({
      kind: 'read',
      value: serials.map(report),
      requestId: outcome.kind === 'read' ? outcome.requestId : null,
      partial,
    });
    expect(paths).toHaveLength(scripts.length);
  });

  test('is not told to be unknown by a 404 that is not the API’s', async () => {
    const page404 = answer(404, null, { bytes: gzipSync('<html>no route</html>') });
    expect((await readAll(page404)).outcome).toMatchObject({ failure: { kind: 'unexpected-status' } });
    const own = answer(404, { code: 'E404-1', message: 'none' });
    expect((await readAll(own)).outcome).toMatchObject({ failure: { kind: 'not-found' } });
  });

  test('is read no further once the run is being stopped', async () => {
    const stop = new AbortController();
    const { api, sent } = openScripted((request) => {
      stop.abort();
      return page(['a'], leadsTo('?page=2'))(request);
    });
    expect(await api.readDeployment(ID, { devices: 5, signal: stop.signal })).toMatchObject({
      partial: 'the run stopped while its pages were read',
    });
    expect(sent).toHaveLength(1);
  });

  test('is read no further than was asked for', async () => {
    const endless = Array.from({ length: 1_200 }, (_, index): Script =>
      page(
        [`d-${index}`, ...Array.from({ length: 20 }, (_unused, row) => `d-${index}-${row}`)],
        leadsTo(`?page=${index}`),
      ),
    );
    const { outcome, paths } = await readAll(...endless);
    expect(outcome).toMatchObject({
      partial: expect.stringContaining('larger than its limit') as string,
    });
    expect(paths.length).toBeLessThan(1_000);
  });

  test('of the account is read in the same way', async () => {
    const { api } = openScripted(
      answer(200, [{ sn: 'a', status: 'online' }], { headers: leadsTo('?page=2') }),
      answer(200, [{ sn: 'b', status: 'offline' }], { headers: { 'x-total-count': '3' } }),
    );
    expect(await api.readConnections()).toEqual({
      kind: 'read',
      value: [
        { serial: 'a', status: 'online' },
        { serial: 'b', status: 'offline' },
      ],
      requestId: REQUEST_ID,
      partial: 'it holds 2 of 3 rows',
    });
  });
});

describe('an answer that a cache has kept', () => {
  const aged = (age: string) => answer(200, DEVICES.map(row), { headers: { age } });

  test.each([
    ['6', 'a cache kept it for 6s (Age: 6)'],
    ['86400', 'a cache kept it for 1d0h (Age: 86400)'],
    ['soon', 'a cache kept it for an unknown time (Age: soon)'],
    ['-1, 7', 'a cache kept it for an unknown time (Age: -1, 7)'],
    ['-1', 'a cache kept it for an unknown time (Age: -1)'],
    ['', 'a cache kept it for an unknown time (Age: )'],
  ])('for long is none: Age %s', async (age, reason) => {
    const { api } = openScripted(aged(age), aged(age));
    const polled = await api.readDeployment(ID);
    expect(polled).toMatchObject({ kind: 'failed', failure: { kind: 'unreadable' } });
    expect(JSON.stringify(polled)).toContain(reason);
    expect(await api.readConnections()).toMatchObject({ kind: 'failed', failure: { kind: 'unreadable' } });
  });

  test.each(['0', '5', ' 3 '])('for a moment is one: Age %s', async (age) => {
    const { api } = openScripted(aged(age));
    expect(await api.readDeployment(ID)).toMatchObject({ kind: 'read', value: DEVICES.map(report) });
  });

  test('does not say that a deployment is not found', async () => {
    const missing = (headers: Readonly<Record<string, string>>) => answer(404, { code: 'E404' }, { headers });
    const { api } = openScripted(missing({ age: '60' }), missing({}));
    expect(await api.readDeployment(ID)).toMatchObject({ failure: { kind: 'unexpected-status' } });
    expect(await api.readDeployment(ID)).toMatchObject({ failure: { kind: 'not-found' } });
  });

  test('on any page of a list leaves it not whole', async () => {
    const { outcome } = await readAll(page(['a'], leadsTo('?page=2')), page(['b'], { age: '60' }));
    expect(outcome).toMatchObject({ kind: 'read', value: [report('a')] });
    expect(JSON.stringify(outcome)).toContain('a cache kept it for 1m00s');
  });

  test('is asked of no cache that can be told', async () => {
    const { sent } = await readAll(page(['a']));
    expect(sent[0]?.headers['Cache-Control']).toBe('no-cache');
  });
});

describe('an answer that is larger than was asked for', () => {
  const bomb = gzipSync('['.repeat(50_000_000));
  const rows = gzipSync(`[${'{},'.repeat(1_000_000)}{}]`);
  const deep = gzipSync(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

  test.each<[string, Buffer, string]>([
    ['of 50 MB of brackets', bomb, 'the answer is larger than its limit of 264,192 bytes'],
    ['of a million empty rows', rows, 'the answer is larger than its limit of 264,192 bytes'],
    ['of a list in a list, 100,000 deep', deep, 'the answer is nested deeper than 32 levels'],
  ])('%s is unreadable for a poll, and leaves a POST in doubt', async (_, bytes, reason) => {
    const { api } = openScripted(answer(202, null, { bytes }), answer(200, null, { bytes }));
    const posted = await api.postDeployment(REQUEST, api.signDeployment());
    expect(posted).toMatchObject({ kind: 'in-doubt', failure: { kind: 'unreadable' } });
    expect(JSON.stringify(posted)).toContain(reason);
    const polled = await api.readDeployment(ID, { devices: DEVICES.length });
    expect(polled).toMatchObject({ kind: 'failed', failure: { kind: 'unreadable' } });
    expect(JSON.stringify(polled)).toContain(reason);
  });

  test('names the deployment where its id can be found', async () => {
    const bytes = gzipSync(`{"deployment_id":"d-9","deployment_accepted":[${'{},'.repeat(1_000_000)}{}]}`);
    const { api } = openScripted(answer(202, null, { bytes }));
    const posted = await api.postDeployment(REQUEST, api.signDeployment());
    expect(posted).toMatchObject({ kind: 'in-doubt' });
    expect(JSON.stringify(posted)).toContain('names deployment_id d-9');
  });

  test('is bounded by the devices that were asked about: 10,000 rows of 10,000 devices are read', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      device_sn: `${index}`.padStart(32, '0'),
      deployment_status: 'processing',
      update_epoch: 1_767_600_000,
    }));
    const { api } = openScripted(answer(200, many), answer(200, many));
    expect(await api.readDeployment(ID, { devices: 10_000 })).toMatchObject({ kind: 'read' });
    expect(await api.readDeployment(ID, { devices: 10 })).toMatchObject({ kind: 'failed' });
  });

  test('is bounded for the list of the account, whose length nobody knows', async () => {
    const bytes = gzipSync(`[${'{},'.repeat(4_000_000)}{}]`);
    const { api } = openScripted(answer(200, null, { bytes }));
    const outcome = await api.readConnections();
    expect(JSON.stringify(outcome)).toContain('the answer holds more than its limit of 3,210,000 values');
  });
});
