/** Clocks that are set, machines that sleep, and deadlines that hold across runs. */
import { describe, expect, test } from 'vitest';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { createScriptedApi } from '../kit/scripted-api.ts';
import type { Deployments, DeviceScript, ScriptedApi } from '../kit/scripted-api.ts';
import { tellRun } from '../kit/runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const plan = makePlan([
  makeWave('one', 3, { timeoutMs: HOUR_MS, maxFailures: { count: 3 } }),
  makeWave('two', 1),
]);

/** The first two end after ten minutes, the third never does. */
const oneStuck: DeviceScript = (ageMs, serial) =>
  serial !== 'one-3' && ageMs >= 10 * MINUTE_MS ? 'success' : 'processing';

const allEnd: DeviceScript = (ageMs) => (ageMs >= 10 * MINUTE_MS ? 'success' : 'processing');

type Jump = { readonly afterMs: number; readonly byMs: number };

type Disturbance = {
  /** The clock is set. */
  readonly jump?: Jump;
  /** The machine is asleep: time passes for everybody, and nothing runs. */
  readonly sleep?: Jump;
  readonly stopAfterMs?: number;
  /** Where a later run is to find what this one posts. */
  readonly deployed?: Deployments;
};

/** Sets the runner's clock on the way. Devices go by the time that passes, whatever anybody's clock is set to. */
async function run(
  device: DeviceScript,
  { jump, sleep, stopAfterMs, deployed = new Map() }: Disturbance = {},
) {
  const apis: ScriptedApi[] = [];
  const polls: number[] = [];
  let setByMs = 0;
  const told = await tellRun({
    plan,
    onStart({ clock, stop }) {
      const after = (ms: number, work: () => void) => void clock.sleepUntil(clock.now() + ms).then(work);
      if (stopAfterMs !== undefined) after(stopAfterMs, stop);
      if (jump !== undefined) {
        after(jump.afterMs, () => {
          setByMs = jump.byMs;
          clock.jump(jump.byMs);
        });
      }
      if (sleep !== undefined) {
        after(sleep.afterMs, () => {
          clock.jump(sleep.byMs);
        });
      }
    },
    api(clock) {
      const api = createScriptedApi({ ...clock, now: () => clock.now() - setByMs }, { device, deployed });
      apis.push(api);
      const readDeployment: ScriptedApi['readDeployment'] = (id) => {
        polls.push(clock.now());
        return api.readDeployment(id);
      };
      // As by the API's `Date` header, which the client reads from every answer.
      const seen = { offsetMs: 0 };
      const seeing = <Answer>(answer: Answer): Answer => {
        seen.offsetMs = -setByMs;
        return answer;
      };
      return {
        ...api,
        readConnections: () => api.readConnections().then(seeing),
        postDeployment: (...call) => api.postDeployment(...call).then(seeing),
        readDeployment: (id) => readDeployment(id).then(seeing),
        clockOffsetMs: () => seen.offsetMs,
      };
    },
  });
  return { ...told, polls, posts: apis.flatMap(({ posted }) => posted.map(({ devices }) => devices)) };
}

function find<Type extends JournaledEvent['type']>(events: readonly JournaledEvent[], type: Type) {
  return events.find((event): event is Extract<JournaledEvent, { type: Type }> => event.type === type);
}

function deadlineOf(events: readonly JournaledEvent[]): number {
  return (find(events, 'deployment-accepted')?.at ?? NaN) + HOUR_MS;
}

describe('a clock that is set', () => {
  test.each([1, 5, 9, 30].flatMap((minutes) => [-24, -1, 1, 24].map((hours) => [minutes, hours] as const)))(
    'after %i minutes, by %i hours: every device is posted to once, and the rollout completes',
    async (minutes, hours) => {
      const jump = { afterMs: minutes * MINUTE_MS, byMs: hours * HOUR_MS };
      const { result, posts, polls } = await run(allEnd, { jump });
      expect(result.cause.why).toBe('completed');
      expect(posts).toEqual([['one-1', 'one-2', 'one-3'], ['two-1']]);
      // Set back, it is not deaf until the old time comes round again, and does not flood the API either.
      expect(polls.length).toBeLessThan(80);
    },
  );

  test('back: the next poll is not put off by as much', async () => {
    const { polls } = await run(allEnd, { jump: { afterMs: 5 * MINUTE_MS, byMs: -HOUR_MS } });
    const back = polls.findIndex((at, index) => index > 0 && at < (polls[index - 1] ?? 0));
    expect(back).toBeGreaterThan(0);
    const sinceJumpMs = (polls[back] ?? NaN) - ((polls[0] ?? NaN) + 5 * MINUTE_MS - HOUR_MS);
    expect(sinceJumpMs).toBeLessThan(6 * MINUTE_MS);
  });

  test.each([-24, -1, 1, 24])(
    'by %i hours moves no deadline: the API tells that it was the clock, and not a machine that slept',
    async (hours) => {
      const jump = { afterMs: 5 * MINUTE_MS, byMs: hours * HOUR_MS };
      const { events, polls } = await run(oneStuck, { jump });
      const declared = find(events, 'devices-timed-out');
      expect(declared).toMatchObject({ timedOut: ['one-3'], unknown: [] });
      expect(declared?.at).toBe(deadlineOf(events));
      const undisturbed = await run(oneStuck);
      expect(polls.length).toBeLessThan(undisturbed.polls.length + 10);
    },
  );

  test('that only seems set, by a machine that slept past a deadline: what has ended meanwhile has not timed out', async () => {
    const { events, result } = await run(oneStuck, { sleep: { afterMs: 5 * MINUTE_MS, byMs: 3 * HOUR_MS } });
    expect(find(events, 'devices-timed-out')).toMatchObject({ timedOut: ['one-3'], unknown: [] });
    expect(result.state.waves[0]?.tally).toMatchObject({ success: 2, 'timed-out': 1 });
  });
});

describe('deadlines', () => {
  test('are declared only after a poll that was answered at the deadline or later', async () => {
    const { events, polls } = await run(oneStuck);
    const declaredAt = find(events, 'devices-timed-out')?.at ?? NaN;
    const last = polls.findLast((at) => at <= declaredAt) ?? NaN;
    expect(last).toBeGreaterThanOrEqual(deadlineOf(events));
  });

  test.each([20, 59, 61, 600])(
    'hold across a restart after %i minutes: by the time on record, not by how long a process has run',
    async (minutes) => {
      const deployed: Deployments = new Map();
      const first = await run(oneStuck, { stopAfterMs: 15 * MINUTE_MS, deployed });
      expect(first.result.cause.why).toBe('interrupted');
      const startAt = (first.events[0]?.at ?? NaN) + minutes * MINUTE_MS;
      const apis: ScriptedApi[] = [];
      const second = await tellRun({
        plan,
        events: first.events,
        startAt,
        api(clock) {
          const api = createScriptedApi(clock, { device: oneStuck, deployed });
          apis.push(api);
          return api;
        },
      });
      const declared = find(second.events, 'devices-timed-out');
      expect(declared).toMatchObject({ timedOut: ['one-3'] });
      expect(declared?.at).toBe(Math.max(startAt, deadlineOf(first.events)));
      // One that is past already is looked at once before it is declared.
      const polledBefore = apis.flatMap(({ polledAt }) => polledAt).filter((at) => at <= (declared?.at ?? 0));
      expect(polledBefore.length).toBeGreaterThanOrEqual(1);
      expect(second.result.cause.why).toBe('completed');
    },
  );
});
