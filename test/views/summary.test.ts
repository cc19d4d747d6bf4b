import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { composeCommands } from '../../src/views/wording/commands.ts';
import { renderSummary } from '../../src/views/summary/summary.ts';
import type { SummaryOptions } from '../../src/views/summary/summary.ts';
import { fold } from '../../src/rollout/apply.ts';
import { ORDER_KINDS } from '../../src/rollout/order.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { HOLDER, LOOKED_AT_MS, ORDERED, SITUATIONS } from './situations.ts';
import { given, STORIES } from './told-orders.ts';
import { COMMANDS, intended, NO_ANSWER, PLAN, stopped, toBerlin, toHalt } from './told.ts';

function summarise(told: Partial<SummaryOptions> & { readonly state: RolloutState }): string {
  const { state, ...options } = told;
  return renderSummary(state, {
    now: state.updatedAt + LOOKED_AT_MS,
    colour: false,
    columns: 80,
    commands: COMMANDS,
    isHeld: false,
    ...options,
  });
}

const ALL = { ...SITUATIONS, ...ORDERED };

describe('a summary', () => {
  test.each(Object.entries(ALL))(
    'of a rollout that is %s says what happened, why and what to do',
    async (name, told) => {
      await expect(summarise(told)).toMatchFileSnapshot(`golden/summary-${name}-80.txt`);
    },
  );

  test('has names that stay different on a narrow terminal, and whole ones in a pipe', () => {
    const names = [1, 2].map((n) => `the stores of Berlin and of all its suburbs ${n}`);
    const state = new ToldRollout(makePlan(names.map((name) => makeWave(name, 2)))).state;
    const narrow = summarise({ state, columns: 40 });
    expect(narrow).toContain('\n  the stores of…urbs 1  ');
    expect(narrow).toContain('\n  the stores of…urbs 2  ');
    const whole = summarise({ state, columns: 100, isWhole: true });
    for (const name of names) expect(whole).toContain(name);
    expect(whole).not.toContain('…');
  });

  test('tells how a run ended that could no longer put that on record', () => {
    const { state } = toBerlin().deploy('berlin');
    const text = summarise({ state, stop: { why: 'environment', message: 'the disk is full' } });
    expect(text).toContain('stopped in wave berlin (2 of 3)\n\n  Why   the disk is full\n');
  });

  test('names no command that does not exist', () => {
    const known = ['run', 'status', 'unlock', 'explain', 'follow-up', ...ORDER_KINDS];
    for (const text of Object.values(ALL).map(summarise)) {
      const named = [...text.matchAll(/breakwater ([\w-]+)/g)].map(([, command]) => command);
      expect(named.filter((command) => !known.includes(command ?? ''))).toEqual([]);
    }
  });

  test('of a deployment in doubt says that others in flight are not watched', () => {
    const { state } = toBerlin(
      makePlan(PLAN.waves.map((wave) => ({ ...wave, batch: { size: 20, parallel: 2 } }))),
    )
      .deploy('berlin', 1)
      .tell(intended(2), { type: 'deployment-doubted', deployment: 'berlin/2', failure: NO_ANSWER });
    expect(summarise({ state, columns: 400 })).toContain(
      '20 devices of other deployments are in flight and not polled until the rollout continues; check them in the Allxon portal',
    );
  });

  test('of a plan that posts again does not call a lost answer a reason to stop', () => {
    const { state } = toBerlin(makePlan(PLAN.waves, { whenInDoubt: 'post-again' })).tell(
      intended(),
      { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
      stopped('interrupted', 'stopped by a signal'),
    );
    const text = summarise({ state });
    expect(text).toContain('was interrupted in wave berlin');
    expect(text).toContain('berlin/1  in doubt: POST /ota/deployment was not answered within 30s');
  });

  test.each([
    ['retry', 'closed', true],
    ['resume', 'closed', true],
    ['abort', 'closed', true],
    // Only what the engine would obey is offered.
    ['retry', 'aborted', false],
    ['resume', 'aborted', false],
    ['abort', 'aborted', false],
    ['resume', 'paused', true],
    ['retry', 'paused', false],
    ['settle', 'halted-in-doubt', true],
  ])('names %s for a rollout that is %s: %s', (verb, name, isNamed) => {
    expect(summarise(present(ALL[name], name)).includes(`breakwater ${verb} camera-2.14`)).toBe(isNamed);
  });

  test('offers no retry where it would halt again at once', () => {
    const told = toBerlin()
      .deploy('berlin')
      .tell({
        type: 'devices-timed-out',
        deployment: 'berlin/1',
        timedOut: devicesOf('berlin', 4, 20).map(serial),
        unknown: devicesOf('berlin', 1, 3).map(serial),
      })
      .tell({ type: 'grace-ended', unfinished: 0 });
    const text = summarise({ state: told.state });
    expect(text).not.toContain('breakwater retry');
    expect(text).toContain('- then continue without them: this acknowledges 20 failures');
  });

  test('warns that devices that timed out may be deployed to a second time', () => {
    const told = STORIES['timed-out-and-retried']();
    const halt = told.events.findIndex(({ type }) => type === 'grace-ended');
    const state = present(fold(told.events.slice(0, halt + 1)), 'a state');
    expect(summarise({ state, columns: 400 })).toContain(
      'then retry 2 failed, timed-out or rejected devices of the wave; 2 timed out and may still be installing:',
    );
  });

  test('names whoever holds it, once nothing has been heard of them for long', () => {
    const { state } = toBerlin().deploy('berlin');
    const unlock = 'breakwater unlock camera-2.14 --holder h-41';
    const at = (ms: number) =>
      summarise({ state, isHeld: true, holder: HOLDER, now: state.updatedAt + ms, columns: 100 });
    expect(at(900_000)).not.toContain(unlock);
    expect(at(900_001)).toContain(
      'last\n          event 15m00s ago. Only if you are sure that this process has ended, unlock:\n',
    );
    expect(summarise({ state, isHeld: false, holder: null, now: state.updatedAt + 900_001 })).not.toContain(
      'unlock',
    );
  });

  test('tells the latest ten orders, and how to see the others', () => {
    const told = toBerlin();
    for (let round = 1; round <= 6; round++) {
      told.obey(given(told, 'pause', `pause ${round}`));
      told.obey(given(told, 'resume', `resume ${round}`));
    }
    const [, orders = ''] = summarise({ state: told.state }).split('Orders\n');
    const latest = [2, 3, 4, 5, 6].flatMap((round) => [
      `pause     by ana: "pause ${round}"`,
      `resume    by ana: "resume ${round}"`,
    ]);
    const lines = orders.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^ +2026-\S+ \S+ UTC +/, ''))).toEqual([
      '  2 earlier; full list: breakwater status camera-2.14 --format json',
      ...latest,
    ]);
  });

  test('of a simulated rollout goes on only with what its simulator has left behind', () => {
    const commands = composeCommands({
      name: PLAN.name,
      rollbackOf: null,
      planPath: 'rollout.yaml',
      state: '/tmp/a b',
      simulate: true,
    });
    const simulated = (told: ToldRollout) =>
      summarise({ state: { ...told.state, simulated: true }, commands });
    const gone = simulated(toBerlin().deploy('berlin').tell(stopped('interrupted', 'stopped by a signal')));
    expect(gone).toContain('breakwater run rollout.yaml --simulate\n');
    expect(gone).not.toContain('continue without a runner');
    const { state } = toHalt();
    const watched = summarise({ state: { ...state, simulated: true }, commands, isHeld: true, columns: 400 });
    expect(watched).toContain('8 devices in flight cannot be recalled; the runner polls them');
    const closed = simulated(STORIES.closed());
    expect(closed).toContain("breakwater run camera-2.14 --simulate --state '/tmp/a b'\n");
    expect(closed).toContain("breakwater retry camera-2.14 --state '/tmp/a b'\n");
  });

  test('is coloured only where that is wanted', () => {
    const { state } = toHalt();
    expect(summarise({ state })).not.toContain('\u001b');
    expect(summarise({ state, colour: true })).toContain('\u001b[31m✖\u001b[39m');
  });
});

describe('a summary of something large', () => {
  const plan = makePlan(
    Array.from({ length: 40 }, (_, index) =>
      makeWave(`site-${index + 1}`, 50, { maxFailures: { count: 30 }, batch: { size: 10, parallel: 1 } }),
    ),
  );
  const told = new ToldRollout(plan);
  for (let wave = 1; wave <= 20; wave++) {
    for (let batch = 1; batch <= 5; batch++) {
      const devices = devicesOf(`site-${wave}`, batch * 10 - 9, batch * 10);
      const failed = wave === 7 ? devices.slice(0, 3) : [];
      told.deploy(`site-${wave}`, batch);
      told.report(`site-${wave}/${batch}`, {
        failed,
        success: devices.filter((device) => !failed.includes(device)),
      });
    }
  }
  told.deploy('site-21');

  test('groups waves, and caps devices and deployments, saying how to see all', async () => {
    const text = summarise({ state: told.state, isHeld: true });
    await expect(text).toMatchFileSnapshot('golden/summary-large.txt');
  });

  test('names the waves with the most failures where many have some', () => {
    const few = makePlan(
      Array.from({ length: 60 }, (_, index) =>
        makeWave(`w${index + 1}`, index === 29 ? 3 : 2, { maxFailures: { count: 2 } }),
      ),
    );
    const failing = new ToldRollout(few);
    for (let wave = 1; wave <= 60; wave++) {
      const devices = devicesOf(`w${wave}`, 1, wave === 30 ? 3 : 2);
      const failures = wave === 30 ? 2 : 1;
      failing.deploy(`w${wave}`);
      failing.report(`w${wave}/1`, { failed: devices.slice(0, failures), success: devices.slice(failures) });
    }
    const [, table = ''] = summarise({ state: failing.state }).split('Waves\n');
    const [lines = ''] = table.split('\n\n');
    expect(lines.split('\n')).toEqual([
      ...Array.from(
        { length: 11 },
        (_, index) =>
          `  w${index + 1}`.padEnd(12) + `passed       1 of 2 success, 1 failed, ${index === 0 ? 4 : 5}s`,
      ),
      '  18 waves  passed       18 of 36 success, 18 failed',
      '  w30       passed       1 of 3 success, 2 failed, 5s',
      '  30 waves  passed       30 of 60 success, 30 failed',
    ]);
  });

  test('puts deployments in trouble first', () => {
    const text = summarise({ state: told.state });
    const [first] = (text.split('Deployments\n')[1] ?? '').split('\n');
    expect(first).toMatch(/^ {2}site-21\/1 +id-site-21-1 {2}0 of 10 success, 10 in flight/);
  });
});
