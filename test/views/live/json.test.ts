import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { openProgress } from '../../../src/views/live/open-progress.ts';
import type { Progress } from '../../../src/views/live/progress.ts';
import type { Notice } from '../../../src/run/loop/observer.ts';
import { makePlan, makeWave, serial, waveName } from '../../kit/plans.ts';
import { compileSchema, expectValid, readSchema } from '../../kit/schemas.ts';
import { STARTED_AT, ToldRollout } from '../../kit/rollouts.ts';
import { everyEvent, statesOf } from '../every-event.ts';
import { STORIES } from '../told-orders.ts';
import { onRecord, toBerlin } from '../told.ts';
import { createFakeStream } from './fake-stream.ts';

type Line = Readonly<Record<string, unknown>>;

async function linesOf(tell: (progress: Progress) => void): Promise<readonly Line[]> {
  const stream = createFakeStream();
  const progress = await openProgress('json', { stream, clock: new VirtualClock(STARTED_AT), colour: true });
  tell(progress);
  await progress.close();
  const text = stream.written();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const NOTICES: { readonly [Kind in Notice['kind']]: readonly Extract<Notice, { readonly kind: Kind }>[] } = {
  'going-on': [{ kind: 'going-on', state: toBerlin().state }],
  'journal-cut': [{ kind: 'journal-cut', bytes: 37 }],
  'poll-due': [{ kind: 'poll-due', deployment: 'berlin/1', at: STARTED_AT }],
  polled: [{ kind: 'polled', deployment: 'berlin/1' }],
  budget: [
    { kind: 'budget', budget: { limit: null, remaining: null, resetAt: null, blockedUntil: null } },
    {
      kind: 'budget',
      budget: { limit: 1000, remaining: 0, resetAt: STARTED_AT, blockedUntil: Number.MAX_SAFE_INTEGER },
    },
  ],
  'call-failed': [{ kind: 'call-failed', message: 'down', retryAt: STARTED_AT + 1, downSince: STARTED_AT }],
  'api-back': [{ kind: 'api-back', downMs: 1000 }],
  'rate-limited': [{ kind: 'rate-limited', until: STARTED_AT }],
  'clock-off': [{ kind: 'clock-off', aheadMs: -192_000 }],
  oddity: [{ kind: 'oddity', deployment: 'berlin/1', message: 'listed twice' }],
  waiting: [
    { kind: 'waiting', wave: waveName('berlin'), why: 'window', until: STARTED_AT },
    { kind: 'waiting', wave: waveName('berlin'), why: 'approval', until: STARTED_AT },
  ],
  'gate-started': [{ kind: 'gate-started', wave: waveName('berlin'), name: 'error rate', attempt: 2 }],
  preflight: [
    {
      kind: 'preflight',
      preflight: {
        devices: 12,
        online: 0,
        offline: Array.from({ length: 11 }, (_, index) => serial(`berlin-${index}`)),
        unlisted: [serial('new-1')],
        needed: 11,
      },
    },
  ],
  stopping: [{ kind: 'stopping', inFlight: 20 }],
};

const schema = readSchema('run-event') as {
  readonly oneOf: readonly { readonly properties: { readonly type: { readonly const: string } } }[];
};
const validate = compileSchema('run-event');

describe('a line of JSON progress', () => {
  test('is as the schema says, for every event', async () => {
    const events = everyEvent();
    const lines = await linesOf((progress) => {
      for (const { event, state } of events) progress.event(event, state);
    });
    expect(lines).toHaveLength(events.length);
    expectValid(validate, lines);
  });

  test('is as the schema says, for every notice', async () => {
    const notices = Object.values(NOTICES).flat();
    const lines = await linesOf((progress) => {
      for (const notice of notices) progress.notice(notice);
    });
    expect(lines.map(({ type }) => type)).toEqual(notices.map(({ kind }) => kind));
    expectValid(validate, lines);
  });

  test('has a type that the schema knows, and the schema knows no other', () => {
    const told = new Set<string>([...everyEvent().map(({ event }) => event.type), ...Object.keys(NOTICES)]);
    expect([...told].sort()).toEqual(schema.oneOf.map(({ properties }) => properties.type.const).sort());
  });

  test.each([
    ['an unknown type', { type: 'wave-flown' }],
    ['a property too many', { surplus: 1 }],
    ['a time that is not text', { at: STARTED_AT }],
    ['another format', { format: 2 }],
  ])('with %s is not as the schema says', async (_, change) => {
    const [line] = await linesOf((progress) => {
      progress.notice({ kind: 'api-back', downMs: 1 });
    });
    expect(validate(line)).toBe(true);
    expect(validate({ ...line, ...change })).toBe(false);
  });

  test.each([
    [
      'order-refused',
      {
        kind: 'event',
        message:
          'retry refused: it is not halted: only a halted wave can be retried (order by bo: "again, please")',
        orderKind: 'retry',
        refusal: 'it is not halted: only a halted wave can be retried',
        order: {
          id: 'retry-10',
          by: 'bo',
          host: 'ops-1',
          reason: 'again, please',
          givenAt: '2026-01-05T08:00:09.500Z',
        },
      },
    ],
    [
      'retried',
      {
        type: 'wave-retried',
        wave: 'berlin',
        devices: ['berlin-1', 'berlin-2', 'berlin-3', 'berlin-4'],
        tally: { success: 16, waiting: 24, failed: 0, rejected: 0 },
        order: { reason: 'the proxy is fixed' },
      },
    ],
    [
      'settled-as-adopted',
      {
        type: 'deployment-settled',
        deployment: 'berlin/1',
        settlement: { kind: 'adopted', deploymentId: '5f0c' },
        wave: 'berlin',
      },
    ],
    [
      'aborted-watched',
      {
        type: 'rollout-halted',
        cause: { reason: 'operator', order: { givenAt: '2026-01-05T08:00:09.500Z' } },
      },
    ],
    [
      'plan-changed',
      { changes: ['wave taipei: timeout 1h on record, 45m in the plan'], plan: { devices: 79 } },
    ],
  ] as const)('tells the decisions of %s in full', async (story, facts) => {
    const { events } = STORIES[story]();
    const lines = await linesOf((progress) => {
      for (const { event, state } of statesOf(events)) progress.event(event, state);
    });
    const type = 'type' in facts ? facts.type : story;
    expect(lines.filter((line) => line['type'] === type)).toMatchObject([facts]);
    expectValid(validate, lines);
  });

  test.each(['paused', 'aborted', 'closed'] as const)(
    'is as the schema says of a run that goes on with one that is %s',
    async (story) => {
      const { state } = STORIES[story]();
      const lines = await linesOf((progress) => {
        progress.notice({ kind: 'going-on', state });
      });
      expect(lines).toMatchObject([
        {
          pause: story === 'paused' ? { by: 'ana' } : null,
          abort: story === 'aborted' ? { by: 'ana' } : null,
        },
      ]);
      expectValid(validate, lines);
    },
  );

  test('tells where the wave’s devices stand after the event', async () => {
    const told = toBerlin().deploy('berlin', 1, ['berlin-1']);
    const lines = await linesOf((progress) => {
      const event = told.events.at(-1);
      if (event !== undefined) progress.event(event, told.state);
    });
    expect(lines[0]).toMatchObject({
      kind: 'event',
      at: '2026-01-05T08:00:09.000Z',
      rollout: 'camera-2.14',
      seq: 10,
      type: 'deployment-accepted',
      deploymentId: 'id-berlin-1',
      wave: 'berlin',
      tally: { waiting: 20, accepted: 19, rejected: 1 },
    });
  });
});

describe('the first line', () => {
  test('says that a rollout has started, when nothing else is on record', async () => {
    const lines = await linesOf((progress) => {
      progress.notice({ kind: 'going-on', state: onRecord() });
    });
    expect(lines).toMatchObject([{ kind: 'event', seq: 1, type: 'rollout-started' }]);
    expectValid(validate, lines);
  });

  test.each([
    ['starts', onRecord],
    ['goes on', () => toBerlin().state],
  ])('tells the plan of a rollout that %s without a serial', async (_, tell) => {
    const lines = await linesOf((progress) => {
      progress.notice({ kind: 'going-on', state: tell() });
    });
    expect(lines[0]).toMatchObject({
      plan: {
        name: 'camera-2.14',
        devices: 79,
        waves: [
          { name: 'canary', devices: 2 },
          { name: 'berlin', devices: 40 },
          { name: 'taipei', devices: 37 },
        ],
      },
    });
    expect(JSON.stringify(lines)).not.toContain('berlin-1');
  });

  test('is short for 100,000 devices', async () => {
    const { events, state } = new ToldRollout(makePlan([makeWave('all', 100_000)]));
    const [line] = await linesOf((progress) => {
      const [event] = events;
      if (event !== undefined) progress.event(event, state);
    });
    expect(JSON.stringify(line).length).toBeLessThan(1000);
  });
});

describe('the schema', () => {
  test.each(['run-event', 'status', 'journal'])('of %s describes every property', (name) => {
    const bare: string[] = [];
    function look(value: unknown, path: string): void {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        const at = `${path}/${key}`;
        if (key === 'properties') {
          for (const [property, rule] of Object.entries(child as Readonly<Record<string, unknown>>)) {
            if (!isDescribed(rule)) bare.push(`${at}/${property}`);
          }
        }
        look(child, at);
      }
    }
    look(readSchema(name), '');
    expect(bare).toEqual([]);
  });
});

/** A description of its own; a constant tells itself, and `true` stands for what is described above it. */
function isDescribed(rule: unknown): boolean {
  if (rule === true) return true;
  return typeof rule === 'object' && rule !== null && ('description' in rule || 'const' in rule);
}
