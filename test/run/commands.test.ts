/** Gates and hooks, by the real runner in virtual time. */
import { describe, expect, test } from 'vitest';
import { approve, at, run } from '../kit/staged-runs.ts';
import { present } from '../../src/base/assert.ts';
import type { Command, Gate, Hooks } from '../../src/plan/rollout-plan.ts';
import { fold } from '../../src/rollout/apply.ts';
import { decideStart } from '../../src/rollout/entry.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { order } from '../kit/orders.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { typesOf } from '../kit/runs.ts';
import type { RunHandle } from '../kit/runs.ts';
import { healthyDevice } from '../kit/scripted-api.ts';
import type { Deployments, DeviceScript } from '../kit/scripted-api.ts';
import type { CommandRunner } from '../../src/run/loop/command-runner.ts';
import type { CommandResult } from '../../src/rollout/halt-cause.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Ran = { readonly occasion: string; readonly wave: string | null; readonly name: string };

/** Commands that come to what `outcomeOf` says of the nth time that one of that name is run, and what was run. */
function commandsThat(outcomeOf: (name: string, time: number) => CommandResult['outcome'] = () => 'passed') {
  const ran: Ran[] = [];
  const commands: CommandRunner = ({ command: { name }, occasion, wave }) => {
    ran.push({ occasion, wave, name });
    const time = ran.filter((one) => one.name === name).length;
    return Promise.resolve({
      outcome: outcomeOf(name, time),
      detail: 'exit code 1',
      output: '4.1 %',
      tookMs: 5,
    });
  };
  return { commands, ran, names: () => ran.map(({ name }) => name) };
}

function command(name: string): Command {
  return { name, run: [`./${name}`], timeoutMs: MINUTE_MS };
}

function gate(name: string, retries = 0): Gate {
  return { ...command(name), retries, intervalMs: 10 * MINUTE_MS };
}

describe('a gate', () => {
  const gated = makeWave('one', 2, { soakMs: HOUR_MS, gates: [gate('errors', 2), gate('people')] });
  const plan = makePlan([gated, makeWave('two', 2)]);

  test('is run after the soak, one after the other, before the wave passes', async () => {
    const { commands, ran } = commandsThat();
    const { events, result } = await run({ plan, commands });
    expect(result.cause.why).toBe('completed');
    expect(ran).toEqual([
      { occasion: 'gate', wave: 'one', name: 'errors' },
      { occasion: 'gate', wave: 'one', name: 'people' },
    ]);
    const types = typesOf(events);
    const from = types.indexOf('soak-ended');
    expect(types.slice(from, from + 4)).toEqual(['soak-ended', 'gate-ended', 'gate-ended', 'wave-passed']);
  });

  test('is tried again after its interval, and may settle', async () => {
    const { commands, names } = commandsThat((name, time) =>
      name === 'errors' && time < 3 ? 'failed' : 'passed',
    );
    const { events, result } = await run({ plan, commands });
    expect(result.cause.why).toBe('completed');
    expect(names()).toEqual(['errors', 'errors', 'errors', 'people']);
    const times = events.filter(({ type }) => type === 'gate-ended').map((event) => event.at);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(10 * MINUTE_MS);
  });

  test('that fails once more than it is retried halts, with what it printed', async () => {
    const { commands, names } = commandsThat((name) => (name === 'errors' ? 'timed-out' : 'passed'));
    const { events, result, api } = await run({ plan, commands });
    expect(result.cause.why).toBe('halted');
    expect(names()).toEqual(['errors', 'errors', 'errors']);
    expect(events.find(({ type }) => type === 'rollout-halted')).toMatchObject({
      wave: 'one',
      cause: {
        reason: 'gate-failed',
        gate: 1,
        name: 'errors',
        result: { outcome: 'timed-out', output: '4.1 %' },
      },
    });
    expect(api?.posted).toHaveLength(1);
  });

  /** What a halt by the first gate leaves on record, and to the API. */
  async function halted(): Promise<{
    readonly events: readonly JournaledEvent[];
    readonly deployed: Deployments;
  }> {
    const deployed: Deployments = new Map();
    const { commands } = commandsThat((name) => (name === 'errors' ? 'failed' : 'passed'));
    const { events } = await run({ plan, commands }, healthyDevice, { deployed });
    return { events, deployed };
  }

  test('is run again by a retry, with its retries, and nothing is posted or soaked anew', async () => {
    const { events, deployed } = await halted();
    const { commands, names } = commandsThat((name, time) =>
      name === 'errors' && time < 3 ? 'failed' : 'passed',
    );
    const later = { plan, commands, events, startAt: STARTED_AT + 5 * HOUR_MS };
    const {
      result,
      api,
      events: all,
    } = await run(
      {
        ...later,
        onStart: ({ leave }) => {
          leave(order('retry'));
        },
      },
      healthyDevice,
      { deployed },
    );
    expect(result.cause.why).toBe('completed');
    expect(names()).toEqual(['errors', 'errors', 'errors', 'people']);
    expect(api?.posted.map(({ devices }) => devices)).toEqual([['two-1', 'two-2']]);
    expect(typesOf(all).filter((type) => type === 'wave-soaking')).toHaveLength(1);
  });

  test('is passed over by a resume, and the others are not', async () => {
    const { events, deployed } = await halted();
    const { commands, names } = commandsThat();
    const later = { plan, commands, events, startAt: STARTED_AT + 5 * HOUR_MS };
    const { result } = await run(
      {
        ...later,
        onStart: ({ leave }) => {
          leave(order('resume'));
        },
      },
      healthyDevice,
      { deployed },
    );
    expect(result.cause.why).toBe('completed');
    expect(names()).toEqual(['people']);
  });

  test('that was under way when its runner ended is run again', async () => {
    const deployed: Deployments = new Map();
    const { commands } = commandsThat();
    const whole = await run({ plan, commands }, healthyDevice, { deployed });
    const cut = whole.events.slice(0, typesOf(whole.events).indexOf('gate-ended'));
    const again = commandsThat();
    const later = { plan, commands: again.commands, events: cut, startAt: whole.clock.now() };
    const { result } = await run(later, healthyDevice, { deployed });
    expect(result.cause.why).toBe('completed');
    expect(again.names()).toEqual(['errors', 'people']);
  });

  test('that is interrupted has neither passed nor failed', async () => {
    const deployed: Deployments = new Map();
    const { commands } = commandsThat();
    const first = await run(
      {
        plan,
        commands: () => Promise.resolve({ outcome: 'interrupted', detail: '', output: '', tookMs: 5 }),
        onEvent: ({ type }, { stop }) => {
          if (type === 'soak-ended') stop();
        },
      },
      healthyDevice,
      { deployed },
    );
    expect(first.result.cause.why).toBe('interrupted');
    expect(typesOf(first.events)).not.toContain('gate-ended');
    const later = { plan, commands, events: first.events, startAt: first.clock.now() };
    const { result } = await run(later, healthyDevice, { deployed });
    expect(result.cause.why).toBe('completed');
  });
});

describe('hooks', () => {
  const hooks: Hooks = {
    beforeRollout: [command('open ticket'), command('check')],
    beforeWave: [command('silence')],
    afterWave: [command('wake')],
    onHalt: [command('page')],
    afterRollout: [command('close ticket')],
  };
  const plan = makePlan([makeWave('one', 2), makeWave('two', 2, { approval: 'required' })], { hooks });
  const failing: DeviceScript = (ageMs) => (ageMs < MINUTE_MS ? 'processing' : 'failed');
  const approved = {
    onStart: ({ leave }: RunHandle) => {
      leave(approve('two'));
    },
  };

  test('are run in their order, each once', async () => {
    const { commands, ran } = commandsThat();
    const { result, events } = await run({ plan, commands, ...approved });
    expect(result.cause.why).toBe('completed');
    expect(ran.map(({ name, wave }) => `${name} ${wave ?? ''}`.trim())).toEqual([
      'open ticket',
      'check',
      'silence one',
      'wake one',
      'silence two',
      'wake two',
      'close ticket',
    ]);
    const types = typesOf(events);
    expect(types.indexOf('hook-started')).toBeLessThan(types.indexOf('wave-started'));
    expect(types.filter((type) => type === 'hook-started')).toHaveLength(7);
    expect(types.filter((type) => type === 'hook-ended')).toHaveLength(7);
  });

  test('before a wave come after its approval', async () => {
    const { commands, names } = commandsThat();
    const { result } = await run({ plan, commands });
    expect(result.cause.why).toBe('waiting');
    expect(names()).toEqual(['open ticket', 'check', 'silence', 'wake']);
  });

  test.each(['check', 'silence'])(
    'that decide (%s) halt where they fail, before anything is posted',
    async (bad) => {
      const { commands, names } = commandsThat((name) => (name === bad ? 'failed' : 'passed'));
      const { result, events, api } = await run({ plan, commands });
      expect(result.cause.why).toBe('halted');
      expect(api?.posted).toEqual([]);
      expect(events.find(({ type }) => type === 'rollout-halted')).toMatchObject({
        cause: { reason: 'hook-failed', hook: { name: bad } },
      });
      expect(names()).toContain('page');

      const again = commandsThat();
      const later = { plan, events, startAt: STARTED_AT + HOUR_MS, commands: again.commands };
      const retried = await run({
        ...later,
        onStart: ({ leave }) => {
          leave(order('retry'));
          leave(approve('two'));
        },
      });
      expect(retried.result.cause.why).toBe('completed');
      expect(again.names()[0]).toBe(bad);
      const passedOver = commandsThat();
      const resumed = await run({
        ...later,
        commands: passedOver.commands,
        onStart: ({ leave }) => {
          leave(order('resume'));
          leave(approve('two'));
        },
      });
      expect(resumed.result.cause.why).toBe('completed');
      expect(passedOver.ran[0]).not.toMatchObject({ name: bad, wave: 'one' });
    },
  );

  test('that only tell are reported where they fail, and stop nothing', async () => {
    const { commands } = commandsThat((name) =>
      name === 'wake' || name === 'close ticket' ? 'not-started' : 'passed',
    );
    const { result } = await run({ plan, commands, ...approved });
    expect(result.cause.why).toBe('completed');
  });

  test('on a halt are run once for it, at once, and again for the next one', async () => {
    const { commands, names } = commandsThat();
    const batched = makePlan([makeWave('one', 4, { batch: { size: 2, parallel: 1 } })], {
      hooks: { onHalt: [command('page')] },
    });
    const first = await run({ plan: batched, commands }, (ageMs, serial) =>
      ageMs < MINUTE_MS
        ? 'processing'
        : serial === 'one-1' || serial === 'one-3'
          ? 'failed'
          : ageMs < 8 * MINUTE_MS
            ? 'processing'
            : 'success',
    );
    expect(first.result.cause.why).toBe('halted');
    expect(names()).toEqual(['page']);
    const haltedAt = at(first.events, 'rollout-halted');
    expect(at(first.events, 'hook-ended') - haltedAt).toBeLessThan(MINUTE_MS);
    expect(at(first.events, 'grace-ended') - haltedAt).toBeGreaterThan(5 * MINUTE_MS);
    const second = await run(
      {
        plan: batched,
        commands,
        events: first.events,
        startAt: first.clock.now(),
        onStart: ({ leave }) => {
          leave(order('resume'));
        },
      },
      failing,
    );
    expect(second.result.cause.why).toBe('halted');
    expect(names()).toEqual(['page', 'page']);
  });

  test('on a halt are not run a second time after a crash in the middle of them', async () => {
    const { commands } = commandsThat();
    const whole = await run({ plan, commands }, failing);
    const types = typesOf(whole.events);
    const begun = whole.events.findIndex(
      (event) => event.type === 'hook-started' && event.point === 'onHalt',
    );
    expect(types[begun]).toBe('hook-started');
    const again = commandsThat();
    const resumed = await run(
      {
        plan,
        commands: again.commands,
        events: whole.events.slice(0, begun + 1),
        startAt: whole.clock.now(),
      },
      failing,
    );
    expect(resumed.result.cause.why).toBe('halted');
    expect(again.names()).toEqual([]);
    expect(resumed.events.findLast(({ type }) => type === 'hook-ended')).toMatchObject({
      point: 'onHalt',
      result: { outcome: 'lost' },
    });
  });

  test('on a halt that a crash came before are run by the next run', async () => {
    const { commands } = commandsThat();
    const whole = await run({ plan, commands }, failing);
    const cut = whole.events.slice(0, typesOf(whole.events).indexOf('rollout-halted') + 1);
    const again = commandsThat();
    await run({ plan, commands: again.commands, events: cut, startAt: whole.clock.now() }, failing);
    expect(again.names()).toEqual(['page']);
  });

  test('that decide are run again after a crash in the middle of them', async () => {
    const { commands } = commandsThat();
    const whole = await run({ plan, commands });
    const cut = whole.events.slice(0, typesOf(whole.events).indexOf('hook-started') + 1);
    const again = commandsThat();
    await run({ plan, commands: again.commands, events: cut });
    expect(again.names()[0]).toBe('open ticket');
  });

  test('after the rollout are run by the next run where the last was stopped before', async () => {
    const { commands } = commandsThat();
    const whole = await run({ plan, commands, ...approved });
    const cut = whole.events.slice(0, typesOf(whole.events).indexOf('rollout-completed') + 1);
    const state = present(fold(cut), 'the state');
    expect(decideStart(state, { plan, digest: DIGEST, simulated: false, again: false }).kind).toBe('go-on');
    const again = commandsThat();
    const { result } = await run({ plan, commands: again.commands, events: cut, startAt: whole.clock.now() });
    expect(result.cause.why).toBe('completed');
    expect(again.names()).toEqual(['wake', 'close ticket']);
    const over = present(fold(whole.events), 'the state');
    expect(decideStart(over, { plan, digest: DIGEST, simulated: false, again: false }).kind).toBe('finished');
  });
});
