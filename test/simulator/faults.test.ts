/** Every fault does over a real socket what its name says: to the caller, and to the world. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decideFault } from '../../src/simulator/faults.ts';
import { FAULT_NAMES, faultRule } from '../../src/simulator/scenario.ts';
import type { CallFaultName, FaultRule } from '../../src/simulator/scenario.ts';
import type { CallRecord } from '../../src/simulator/tally.ts';
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

/** By fault: what a POST of `a` and `b` and a poll of it 90 s later give. */
const EXPECTED: Readonly<Record<Exclude<CallFaultName, 'timeout-after-effect' | 'duplicate-device'>, Seen>> =
  {
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
  return status >= 400 ? { status, code: json.code } : { status, json };
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

test('every fault is in the tables above', () => {
  const told = new Set<string>([...Object.keys(EXPECTED), 'timeout-after-effect', 'duplicate-device']);
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
