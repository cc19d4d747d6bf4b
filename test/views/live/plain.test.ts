import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { openProgress } from '../../../src/views/live/open-progress.ts';
import type { Progress } from '../../../src/views/live/progress.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import type { Notice } from '../../../src/run/loop/observer.ts';
import { waveName } from '../../kit/plans.ts';
import { devicesOf, STARTED_AT } from '../../kit/rollouts.ts';
import { everyEvent, statesOf } from '../every-event.ts';
import { STORIES } from '../told-orders.ts';
import { onRecord, stopped, toBerlin, toHalt } from '../told.ts';
import { createFakeStream } from './fake-stream.ts';
import type { FakeStream } from './fake-stream.ts';

const MINUTE = 60_000;

/** Plain progress on a virtual clock, told by `tell`, closed, and then read. */
async function plainly(
  tell: (progress: Progress, clock: VirtualClock, stream: FakeStream) => Promise<void> | void,
  colour = false,
): Promise<string> {
  const clock = new VirtualClock(STARTED_AT);
  const stream = createFakeStream();
  const progress = await openProgress('plain', { stream, clock, colour, heartbeatMs: MINUTE });
  await tell(progress, clock, stream);
  await progress.close();
  return stream.written();
}

function tellAll(progress: Progress, events: readonly JournaledEvent[]): void {
  for (const { event, state } of statesOf(events)) progress.event(event, state);
}

const NOTICES: readonly Notice[] = [
  { kind: 'journal-cut', bytes: 37 },
  { kind: 'going-on', state: toBerlin().deploy('berlin').state },
  { kind: 'poll-due', deployment: 'berlin/1', at: STARTED_AT + 30_000 },
  { kind: 'polled', deployment: 'berlin/1' },
  {
    kind: 'budget',
    budget: { limit: 1000, remaining: 912, resetAt: STARTED_AT + 60 * MINUTE, blockedUntil: null },
  },
  {
    kind: 'call-failed',
    message: 'connect ECONNREFUSED',
    retryAt: STARTED_AT + 4000,
    downSince: STARTED_AT - 65_000,
  },
  { kind: 'api-back', downMs: 69_000 },
  { kind: 'rate-limited', until: STARTED_AT + 24 * MINUTE },
  { kind: 'clock-off', aheadMs: -192_000 },
  { kind: 'oddity', deployment: 'berlin/1', message: 'the API listed\ta device twice' },
  { kind: 'stopping', inFlight: 20 },
  { kind: 'stopping', inFlight: 0 },
];

describe('plain progress', () => {
  test('says each event in a line, behind its time', async () => {
    const told = toHalt().report('berlin/1', { failed: devicesOf('berlin', 13, 20) });
    const text = await plainly((progress) => {
      tellAll(
        progress,
        told.tell({ type: 'grace-ended', unfinished: 0 }, stopped('halted', 'the rollout is halted')).events,
      );
    });
    await expect(text).toMatchFileSnapshot('golden/plain-halted.txt');
  });

  test.each(['retried', 'resumed', 'paused', 'aborted', 'settled-as-adopted', 'order-refused'] as const)(
    'says what operators decide, as in %s',
    async (story) => {
      const text = await plainly((progress) => {
        tellAll(progress, STORIES[story]().events);
      }, true);
      await expect(text).toMatchFileSnapshot(`golden/plain-${story}.txt`);
    },
  );

  test('says that the rollout it goes on with is paused', async () => {
    const text = await plainly((progress) => {
      progress.notice({ kind: 'going-on', state: STORIES.paused().state });
    });
    expect(text).toContain('; paused by ana: "the vendor looks into it", so nothing is deployed\n');
  });

  test('says the notices that matter', async () => {
    const text = await plainly((progress) => {
      for (const notice of NOTICES) progress.notice(notice);
    });
    await expect(text).toMatchFileSnapshot('golden/plain-notices.txt');
  });

  test('says that a rollout has started, and not that it goes on, when nothing else is on record', async () => {
    const text = await plainly((progress) => {
      progress.notice({ kind: 'going-on', state: onRecord() });
    });
    expect(text).toMatch(/^2026-01-05T08:00:00Z rollout camera-2\.14 started: 79 devices in 3 waves, .*\n$/);
  });

  test('says an outage and a rate limit once while they last', async () => {
    const text = await plainly((progress) => {
      for (let times = 0; times < 3; times++) {
        progress.notice({
          kind: 'call-failed',
          message: 'down',
          retryAt: STARTED_AT + 1000,
          downSince: STARTED_AT,
        });
        progress.notice({ kind: 'rate-limited', until: STARTED_AT + MINUTE });
      }
      progress.notice({ kind: 'api-back', downMs: 1000 });
      progress.notice({
        kind: 'call-failed',
        message: 'down',
        retryAt: STARTED_AT + 1000,
        downSince: STARTED_AT,
      });
    });
    expect(text.match(/no answer from the API/g)).toHaveLength(2);
    expect(text.match(/rate limit of the API reached/g)).toHaveLength(1);
  });

  test('has a line for every kind of event, and no colour', async () => {
    const events = everyEvent();
    const text = await plainly((progress) => {
      for (const { event, state } of events) progress.event(event, state);
    });
    // What a notice tells at length is said once.
    const told = events.filter(({ event }) => event.type !== 'connections-checked');
    expect(text.trimEnd().split('\n')).toHaveLength(told.length);
    expect(text).not.toContain('\u001b');
  });

  test('is coloured where that is asked for', async () => {
    const text = await plainly((progress) => {
      tellAll(progress, toHalt().events);
    }, true);
    expect(text).toContain('\u001b[31mrollout halted');
  });
});

describe('the heartbeat', () => {
  test('is said when nothing else has been for its interval, with the counts', async () => {
    const told = toBerlin().deploy('berlin', 1, ['berlin-1']);
    const text = await plainly(async (progress, clock) => {
      tellAll(progress, told.events);
      progress.notice({ kind: 'poll-due', deployment: 'berlin/1', at: STARTED_AT + 150_000 });
      progress.notice({
        kind: 'budget',
        budget: { limit: 1000, remaining: 912, resetAt: STARTED_AT + 60 * MINUTE, blockedUntil: null },
      });
      await clock.sleepUntil(STARTED_AT + 2.5 * MINUTE);
    });
    expect(text.trimEnd().split('\n').slice(told.events.length)).toEqual([
      '2026-01-05T08:01:00Z still running, 1m00s since the start; wave berlin: 0 of 40 success, 1 rejected, 19 in flight, 20 waiting; times out in 29m09s, poll in 1m30s, 912 calls left',
      '2026-01-05T08:02:00Z still running, 2m00s since the start; wave berlin: 0 of 40 success, 1 rejected, 19 in flight, 20 waiting; times out in 28m09s, poll in 30s, 912 calls left',
    ]);
  });

  test('says what is waited for, less often, and a soak that has been announced not at once again', async () => {
    const told = STORIES.soaking();
    const soak = { kind: 'waiting', wave: waveName('canary'), why: 'soak' } as const;
    const text = await plainly(async (progress, clock) => {
      tellAll(progress, told.events);
      progress.notice({ ...soak, until: STARTED_AT + 7.5 * MINUTE });
      await clock.sleepUntil(STARTED_AT + 9.5 * MINUTE);
    });
    const lines = text.trimEnd().split('\n');
    expect(lines[told.events.length - 1]).toContain('wave canary passed its thresholds and soaks for 1h');
    expect(lines.slice(told.events.length)).toEqual([
      '2026-01-05T08:05:00Z still running, 5m00s since the start; wave canary soaks: 2m30s, until 2026-01-05 08:07:30 UTC',
      // Its devices are asked about now.
      '2026-01-05T08:08:00Z still running, 8m00s since the start; wave canary: 2 of 2 success',
      '2026-01-05T08:09:00Z still running, 9m00s since the start; wave canary: 2 of 2 success',
    ]);
  });

  test('waits for its interval after whatever was said last', async () => {
    const text = await plainly(async (progress, clock) => {
      progress.notice({ kind: 'going-on', state: toBerlin().state });
      await clock.sleepUntil(STARTED_AT + 50_000);
      progress.notice({ kind: 'api-back', downMs: 1000 });
      await clock.sleepUntil(STARTED_AT + 100_000);
    });
    expect(text).not.toContain('still running');
  });

  test('says that the API is away while it is', async () => {
    const text = await plainly(async (progress, clock) => {
      progress.notice({ kind: 'going-on', state: toBerlin().state });
      progress.notice({
        kind: 'call-failed',
        message: 'down',
        retryAt: STARTED_AT + 61_000,
        downSince: STARTED_AT,
      });
      await clock.sleepUntil(STARTED_AT + MINUTE);
    });
    expect(text).toContain('; no answer from the API for 1m00s, retry in 1s: down\n');
  });

  test('stops when the view is closed', async () => {
    const clock = new VirtualClock(STARTED_AT);
    const stream = createFakeStream();
    const progress = await openProgress('plain', { stream, clock, colour: false, heartbeatMs: MINUTE });
    await progress.close();
    await clock.sleepUntil(STARTED_AT + 10 * MINUTE);
    expect(stream.written()).toBe('');
  });
});
