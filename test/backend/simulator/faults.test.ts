/** Every fault does over a real socket what its name says: to the caller, and to the world. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decideFault } from '../../../src/backend/simulator/admission.ts';
import { FAULT_NAMES, faultRule } from '../../../src/backend/simulator/scenario.ts';
import type {
  CallFaultName,
  FaultRule,
  Scenario,
  SIZE_FAULT_NAMES,
} from '../../../src/backend/simulator/scenario.ts';
import type { CallRecord } from '../../../src/backend/simulator/ledger.ts';
import {
  makeCall,
  makePoll,
  makePost,
  makeScenario,
  openTestSimulator,
  sendCall,
  STARTED_AT,
} from './kit.ts';
import type { Received } from './kit.ts';

type Seen = {
  /** The status, or what became of the connection. */
  readonly post: unknown;
  /** How many deployments the world holds after the POST. */
  readonly deployments: 0 | 1;
  readonly poll: unknown;
};

const FOREIGN = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
const accepted = (...devices: readonly string[]) => ({
  status: 202,
  json: { deployment_id: 'ID', deployment_accepted: devices, deployment_rejected: [] },
});
const listed = (...devices: readonly (readonly [string, string])[]) => ({
  status: 200,
  json: devices.map(([serial, status]) => ({
    device_sn: serial,
    deployment_status: status,
    update_epoch: STARTED_AT / 1000 + (status === 'processing' && devices.length < 3 ? 0 : 90),
  })),
});
const refused = (status: number, code: string) => ({ status, code });
const BROKEN = 'broken before any answer';
const HTML = { status: 'any', body: 'html' };

const RIGHT: Seen = {
  post: accepted('a', 'b'),
  deployments: 1,
  poll: listed(['a', 'success'], ['b', 'success']),
};

/** By fault: what a POST of `a` and `b` and a poll of it 90 s later give. */
const EXPECTED: Readonly<
  Record<
    Exclude<CallFaultName, 'timeout-after-effect' | 'duplicate-device' | (typeof SIZE_FAULT_NAMES)[number]>,
    Seen
  >
> = {
  'status-429': { post: refused(429, 'E429-1'), deployments: 0, poll: refused(429, 'E429-1') },
  'status-500': { post: refused(500, 'E500-1'), deployments: 0, poll: refused(500, 'E500-1') },
  'status-500-after-effect': { post: refused(500, 'E500-1'), deployments: 1, poll: refused(500, 'E500-1') },
  'status-503': { post: refused(503, 'E503-1'), deployments: 0, poll: refused(503, 'E503-1') },
  unauthorized: { post: refused(401, 'E401-4'), deployments: 0, poll: refused(401, 'E401-4') },
  forbidden: { post: refused(403, 'E403-1'), deployments: 0, poll: refused(403, 'E403-1') },
  'not-found': { post: refused(404, 'E404-4'), deployments: 0, poll: refused(404, 'E404-4') },
  'reset-before-effect': { post: BROKEN, deployments: 0, poll: BROKEN },
  'reset-after-effect': { post: BROKEN, deployments: 1, poll: BROKEN },
  'cut-off': {
    post: 'broken within the body of 202',
    deployments: 1,
    poll: 'broken within the body of 200',
  },
  truncated: { post: 'gzip of 202 ends early', deployments: 1, poll: 'gzip of 200 ends early' },
  'not-json': { post: { ...HTML, status: 202 }, deployments: 1, poll: { ...HTML, status: 200 } },
  slow: { post: accepted('a', 'b'), deployments: 1, poll: listed(['a', 'success'], ['b', 'success']) },
  'wrong-status-word': {
    post: accepted('a', 'b'),
    deployments: 1,
    poll: listed(['a', 'installing'], ['b', 'success']),
  },
  'foreign-device': {
    post: accepted('a', 'b', FOREIGN),
    deployments: 1,
    poll: listed(['a', 'success'], ['b', 'success'], [FOREIGN, 'success']),
  },
  'unreadable-lists': {
    post: {
      status: 202,
      json: { deployment_id: 'ID', deployment_accepted: 42, deployment_rejected: [[null]] },
    },
    deployments: 1,
    poll: { status: 200, json: [42, [null], { device: 'unnamed' }] },
  },
  'unreadable-answer': {
    post: { status: 202, json: { result: 'accepted' } },
    deployments: 1,
    poll: { status: 200, json: { devices: listed(['a', 'success'], ['b', 'success']).json } },
  },
  'status-302': { post: refused(302, 'E302-9'), deployments: 0, poll: refused(302, 'E302-9') },
  'status-400': { post: refused(400, 'E400-9'), deployments: 0, poll: refused(400, 'E400-9') },
  'status-405': { post: refused(405, 'E405-9'), deployments: 0, poll: refused(405, 'E405-9') },
  'status-409': { post: refused(409, 'E409-9'), deployments: 0, poll: refused(409, 'E409-9') },
  'status-410': { post: refused(410, 'E410-9'), deployments: 0, poll: refused(410, 'E410-9') },
  'status-413': { post: refused(413, 'E413-9'), deployments: 0, poll: refused(413, 'E413-9') },
  'status-422': { post: refused(422, 'E422-9'), deployments: 0, poll: refused(422, 'E422-9') },
  'status-426': { post: refused(426, 'E426-9'), deployments: 0, poll: refused(426, 'E426-9') },
  'status-451': { post: refused(451, 'E451-9'), deployments: 0, poll: refused(451, 'E451-9') },
  'paged-list': { post: accepted('a', 'b'), deployments: 1, poll: listed(['a', 'success']) },
  'partial-list': { post: accepted('a', 'b'), deployments: 1, poll: listed(['a', 'success']) },
  'wrapped-list': {
    post: accepted('a', 'b'),
    deployments: 1,
    poll: { status: 200, json: { items: listed(['a', 'success']).json, total: 2 } },
  },
  'foreign-link': { post: accepted('a', 'b'), deployments: 1, poll: listed(['a', 'success']) },
  'endless-list': { post: accepted('a', 'b'), deployments: 1, poll: listed(['a', 'success']) },
  'no-date': RIGHT,
  'wrong-date': RIGHT,
  'cached-date': RIGHT,
};

/** What was received, in the words of the table; the deployment's id, which is the seed's, as `ID`. */
function describeReceived(received: Received): unknown {
  if (received.kind === 'broken') {
    return received.status === null ? BROKEN : `broken within the body of ${received.status}`;
  }
  const { status, body } = received;
  expect(received.headers['content-encoding']).toBe('gzip');
  let text: string;
  try {
    text = gunzipSync(body).toString('utf8');
  } catch {
    return `gzip of ${status} ends early`;
  }
  if (text.startsWith('<html>')) return { status, body: 'html' };
  const json = JSON.parse(text.replace(/"deployment_id":"[0-9a-f-]{36}"/, '"deployment_id":"ID"')) as {
    readonly code?: string;
  };
  return status >= 300 ? { status, code: json.code } : { status, json };
}

describe('over a socket, a call that is struck by', () => {
  test.each(Object.entries(EXPECTED))('%s', async (fault, expected) => {
    const name = fault as keyof typeof EXPECTED;
    const posted = await openTestSimulator(
      makeScenario({ faults: [faultRule({ fault: name, call: 'post' })] }),
    );
    expect(describeReceived(await sendCall(posted.url, makePost(['a', 'b'])))).toEqual(expected.post);
    expect(posted.ledger().deployments).toHaveLength(expected.deployments);
    expect(posted.stats().faults).toEqual({ [name]: 1 });

    const polled = await openTestSimulator(
      makeScenario({ faults: [faultRule({ fault: name, call: 'poll' })] }),
    );
    await sendCall(polled.url, makePost(['a', 'b']));
    polled.clock.jump(90_000);
    const poll = makePoll(polled.ledger().deployments[0]?.id ?? '');
    expect(describeReceived(await sendCall(polled.url, poll))).toEqual(expected.poll);
  });

  test('duplicate-device', async () => {
    const fault = 'duplicate-device';
    const { url, clock, ledger } = await openTestSimulator(makeScenario({ faults: [faultRule({ fault })] }));
    expect(describeReceived(await sendCall(url, makePost(['a', 'b'])))).toEqual(accepted('a', 'b', 'a'));
    clock.jump(90_000);
    const poll = makePoll(ledger().deployments[0]?.id ?? '');
    expect(describeReceived(await sendCall(url, poll))).toEqual(
      listed(['a', 'success'], ['b', 'success'], ['a', 'processing']),
    );
  });

  test('timeout-after-effect: it is never answered, others are, and closing ends it', async () => {
    const calls: CallRecord[] = [];
    const simulator = await openTestSimulator(
      makeScenario({ faults: [faultRule({ fault: 'timeout-after-effect', call: 'post' })] }),
      { onCall: (call) => calls.push(call) },
    );
    let outcome: unknown = 'waiting';
    const post = sendCall(simulator.url, makePost(['a'])).then((received) => {
      outcome = describeReceived(received);
    });
    // Polls are answered all the while.
    while (calls.length === 0 || calls.every(({ kind }) => kind !== 'post')) {
      expect(await sendCall(simulator.url, makeCall('GET /connection'))).toMatchObject({
        kind: 'whole',
        status: 200,
      });
    }
    expect(simulator.ledger().deployments).toHaveLength(1);
    expect(outcome).toBe('waiting');
    expect(calls.find(({ kind }) => kind === 'post')).toMatchObject({
      status: null,
      fault: 'timeout-after-effect',
    });
    await simulator.close();
    await post;
    expect(outcome).toBe(BROKEN);
  });

  test('slow is answered when its delay has passed by the clock that was given', async () => {
    const faults = [faultRule({ fault: 'slow', delayMs: 45_000 })];
    const { url, clock } = await openTestSimulator(makeScenario({ faults }));
    await sendCall(url, makePost(['a']));
    expect(clock.now()).toBe(STARTED_AT + 45_000);
  });

  test('status-429 finds the budget used up, and so does every call until Reset', async () => {
    const scenario = makeScenario({ faults: [faultRule({ fault: 'status-429', at: [2] })] });
    const { url, clock, stats } = await openTestSimulator(scenario);
    const statuses = [];
    for (const waitMs of [0, 0, 1_800_000, 1_800_000]) {
      clock.jump(waitMs);
      const received = await sendCall(url, makeCall('GET /connection', { at: clock.now() }));
      if (received.kind === 'broken') throw new Error('the connection broke');
      statuses.push([received.status, received.headers['x-ratelimit-remaining']]);
    }
    expect(statuses).toEqual([
      [200, '999'],
      [429, '0'],
      [429, '0'],
      [200, '999'],
    ]);
    expect(stats()).toMatchObject({ overLimit: 1, whileBlocked: 1 });
  });
});

describe('a list of which the answer holds a part', () => {
  const open = async (fault: CallFaultName, rows: number | null = null) => {
    const account = ['a', 'b', 'c', 'd', 'e'];
    const simulator = await openTestSimulator(
      makeScenario({ account, faults: [faultRule({ fault, rows })] }),
    );
    return {
      read: async (path = '/connection') => {
        const received = await sendCall(simulator.url, makeCall(`GET ${path}`));
        if (received.kind === 'broken') throw new Error('the connection broke');
        const { headers, body } = received;
        return { headers, json: JSON.parse(gunzipSync(body).toString('utf8')) as unknown };
      },
      url: simulator.url,
    };
  };
  const rowsOf = (json: unknown) => (json as readonly { readonly sn: string }[]).map(({ sn }) => sn);

  test('leads from page to page to its end by its links', async () => {
    const { read, url } = await open('paged-list', 2);
    const pages = [];
    for (let path: string | null = '/connection'; path !== null;) {
      const { headers, json } = await read(path);
      pages.push(rowsOf(json));
      const [, next] = /^<([^>]+)>; rel="next"$/.exec(String(headers['link'] ?? '')) ?? [];
      path = next === undefined ? null : next.slice(url.length);
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('tells its total in a header or beside its items', async () => {
    const { headers, json } = await (await open('partial-list')).read();
    expect([headers['x-total-count'], rowsOf(json)]).toEqual(['5', ['a', 'b', 'c']]);
    const wrapped = await (await open('wrapped-list', 1)).read();
    expect(wrapped.json).toEqual({ items: [{ sn: 'a', status: 'online' }], total: 5 });
  });

  test('leads elsewhere, or to itself', async () => {
    const foreign = await (await open('foreign-link')).read();
    expect(foreign.headers['link']).toBe('<https://elsewhere.invalid/connection?offset=3>; rel="next"');
    const endless = await (await open('endless-list')).read();
    expect(endless.headers['link']).toBe('</connection>; rel="next"');
  });
});

test.each<[(typeof SIZE_FAULT_NAMES)[number], number, string]>([
  ['gzip-bomb', 250_000_000, '[[[['],
  ['deep-nesting', 200_000, '[[[['],
  ['too-many-rows', 60_000_004, '[{},{}'],
])('%s is small on its way and large when it is unpacked', async (fault, bytes, beginning) => {
  const { url, ledger } = await openTestSimulator(
    makeScenario({ faults: [faultRule({ fault, call: 'post' })] }),
  );
  const received = await sendCall(url, makePost(['a']));
  if (received.kind === 'broken') throw new Error('the connection broke');
  expect(received.body.length).toBeLessThan(400_000);
  const unpacked = gunzipSync(received.body);
  expect(unpacked.length).toBe(bytes);
  expect(unpacked.subarray(0, beginning.length).toString()).toBe(beginning);
  expect(ledger().deployments).toHaveLength(1);
});

describe('the time that an answer tells', () => {
  const datesOf = async (change: Partial<Scenario>) => {
    const { url } = await openTestSimulator(makeScenario(change));
    const received = await sendCall(url, makeCall('GET /connection'));
    if (received.kind === 'broken') throw new Error('the connection broke');
    const { date, age } = received.headers;
    return [date === undefined ? null : Date.parse(String(date)) - STARTED_AT, age];
  };

  test.each<[string, Partial<Scenario>, unknown]>([
    ['is the server’s', { clockSkewMs: 60_000 }, [60_000, undefined]],
    ['is left out by no-date', { faults: [faultRule({ fault: 'no-date' })] }, [null, undefined]],
    ['is left out where the scenario says so', { hasDate: false }, [null, undefined]],
    ['is ahead by wrong-date', { faults: [faultRule({ fault: 'wrong-date' })] }, [9_000_000, undefined]],
    [
      'is behind by wrong-date with a negative shift',
      { faults: [faultRule({ fault: 'wrong-date', shiftMs: -7_200_000 })] },
      [-7_200_000, undefined],
    ],
    [
      'is old by cached-date, with its age',
      { faults: [faultRule({ fault: 'cached-date' })] },
      [-9_000_000, '9000'],
    ],
  ])('%s', async (_title, change, expected) => {
    expect(await datesOf(change)).toEqual(expected);
  });

  test('is left out of a refusal too', async () => {
    const { url } = await openTestSimulator(makeScenario({ hasDate: false, clockSkewMs: 900_000 }));
    const received = await sendCall(url, makeCall('GET /connection'));
    expect(received).toMatchObject({ kind: 'whole', status: 401 });
    expect(received.kind === 'whole' ? received.headers['date'] : 'broken').toBeUndefined();
  });
});

test.each([400, 413] as const)(
  'a body beyond the limit is refused with %i, and nothing is deployed',
  async (status) => {
    const { url, ledger } = await openTestSimulator(makeScenario({ bodyLimit: { bytes: 80, status } }));
    expect(describeReceived(await sendCall(url, makePost(['a', 'b', 'c', 'd', 'e'])))).toEqual(
      refused(status, `E${status}-9`),
    );
    expect(ledger().deployments).toHaveLength(0);
    expect(describeReceived(await sendCall(url, makePost(['a'])))).toEqual(accepted('a'));
  },
);

test('status-302 leads to the same path', async () => {
  const { url } = await openTestSimulator(makeScenario({ faults: [faultRule({ fault: 'status-302' })] }));
  const received = await sendCall(url, makeCall('GET /connection'));
  expect(received.kind === 'whole' ? received.headers['location'] : null).toBe(`${url}/connection`);
});

test('every fault is in the tables above', () => {
  const told = new Set<string>([
    ...Object.keys(EXPECTED),
    'timeout-after-effect',
    'duplicate-device',
    'gzip-bomb',
    'deep-nesting',
    'too-many-rows',
  ]);
  expect(FAULT_NAMES.filter((name) => !told.has(name))).toEqual([]);
});

describe('a fault rule', () => {
  const struckOf = (change: Partial<FaultRule>, calls = 10) => {
    const faults = [faultRule({ fault: 'slow', ...change })];
    return Array.from({ length: calls }, (_, index) => index + 1).filter(
      (ofKind) =>
        decideFault(
          { seed: 3, faults },
          { kind: 'poll', ordinals: { ofKind, ofAll: ofKind + 5 }, elapsedMs: ofKind * 60_000 },
        ) !== null,
    );
  };

  test.each<[string, Partial<FaultRule>, readonly number[]]>([
    ['that says no more strikes every call', {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['for another call strikes none', { call: 'post' }, []],
    ['with ordinals strikes those of its kind of call', { call: 'poll', at: [2, 9] }, [2, 9]],
    ['with ordinals for any call counts all of them', { call: 'any', at: [2, 9] }, [4]],
    ['with times strikes between them', { fromMs: 180_000, toMs: 300_000 }, [3, 4]],
    ['with no share strikes none', { share: 0 }, []],
  ])('%s', (_title, change, struck) => {
    expect(struckOf(change)).toEqual(struck);
  });

  test('with a share strikes that share, and its ordinals besides', () => {
    const struck = struckOf({ call: 'poll', share: 100_000 }, 10_000);
    expect(struck.length).toBeGreaterThan(900);
    expect(struck.length).toBeLessThan(1100);
    expect(struckOf({ call: 'poll', share: 100_000, at: [1, 2, 3] }, 10_000)).toEqual(
      [...new Set([...struck, 1, 2, 3])].sort((a, b) => a - b),
    );
  });

  test('that comes first decides', () => {
    const faults = [faultRule({ fault: 'slow', at: [2] }), faultRule({ fault: 'forbidden' })];
    const names = [1, 2, 3].map((ofAll) =>
      decideFault({ seed: 1, faults }, { kind: 'post', ordinals: { ofKind: ofAll, ofAll }, elapsedMs: 0 }),
    );
    expect(names.map((rule) => rule?.fault)).toEqual(['forbidden', 'slow', 'forbidden']);
  });

  test('neither strikes nor counts a call that is refused before it', async () => {
    const scenario = makeScenario({ faults: [faultRule({ fault: 'forbidden', at: [1] })] });
    const { url, stats } = await openTestSimulator(scenario);
    expect(describeReceived(await sendCall(url, makeCall('GET /connection', { secret: 'another' })))).toEqual(
      refused(401, 'E401-4'),
    );
    expect(describeReceived(await sendCall(url, makeCall('GET /connection')))).toEqual(
      refused(403, 'E403-1'),
    );
    expect(stats()).toMatchObject({
      calls: 2,
      answersByStatus: { 401: 1, 403: 1 },
      faults: { forbidden: 1 },
    });
  });
});
