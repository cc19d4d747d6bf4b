import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/report/columns.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { SummaryOptions } from '../../src/report/summary.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { COMMANDS, intended, NO_ANSWER, onRecord, PLAN, REFUSED, stopped, toBerlin, toHalt } from './told.ts';

/** A minute and five seconds after the last event. */
function summarise(state: RolloutState, options: Partial<SummaryOptions> = {}): string {
  return renderSummary(state, {
    now: state.updatedAt + 65_000,
    colour: false,
    columns: 80,
    commands: COMMANDS,
    isHeld: false,
    ...options,
  });
}

const doubted = toBerlin().tell(
  intended(),
  { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
  stopped('in-doubt', 'berlin/1'),
).state;

/** By the name of the golden file: a state, and whether a runner holds it. */
const SITUATIONS: Readonly<Record<string, readonly [RolloutState, boolean]>> = {
  running: [toBerlin().deploy('berlin').state, true],
  'runner-gone': [toBerlin().deploy('berlin').state, false],
  interrupted: [toBerlin().deploy('berlin').tell(stopped('interrupted', 'stopped by a signal')).state, false],
  stopped: [toBerlin().tell(stopped('environment', 'the API did not answer for 15m.')).state, false],
  'in-doubt': [doubted, false],
  announced: [toBerlin().tell(intended()).state, false],
  'halted-watched': [toHalt().state, true],
  'halted-unwatched': [toHalt().tell(stopped('interrupted', 'stopped by a signal')).state, false],
  halted: [toHalt().tell({ type: 'grace-ended', unfinished: 8 }).state, false],
  refused: [
    toBerlin().tell(
      intended(),
      { type: 'deployment-refused', deployment: 'berlin/1', failure: REFUSED },
      { type: 'grace-ended', unfinished: 0 },
    ).state,
    false,
  ],
  completed: [
    toBerlin()
      .deploy('berlin', 1)
      .report('berlin/1', { success: devicesOf('berlin', 1, 19) })
      .tell({
        type: 'devices-timed-out',
        deployment: 'berlin/1',
        timedOut: [],
        unknown: [serial('berlin-20')],
      })
      .report('berlin/1', { success: ['berlin-20'] })
      .deploy('berlin', 2)
      .report('berlin/2', { success: devicesOf('berlin', 21, 40) })
      .deploy('taipei')
      .report('taipei/1', { success: devicesOf('taipei', 1, 37) })
      .tell(stopped('completed', 'the rollout is complete')).state,
    false,
  ],
  'not-started': [onRecord(), false],
};

describe('a summary', () => {
  test.each(Object.keys(SITUATIONS).flatMap((name) => [80, 120].map((columns) => [name, columns] as const)))(
    'of a rollout that is %s says what happened, why and what to do, in %i columns',
    async (name, columns) => {
      const [state, isHeld] = SITUATIONS[name] ?? [doubted, false];
      await expect(summarise(state, { isHeld, columns })).toMatchFileSnapshot(
        `golden/summary-${name}-${columns}.txt`,
      );
    },
  );

  test('tells how a run ended that could no longer put that on record', () => {
    const { state } = toBerlin().deploy('berlin');
    const text = summarise(state, { stop: { why: 'environment', message: 'the disk is full' } });
    expect(text).toContain('has stopped in wave berlin (2 of 3)\n\n  Why   the disk is full\n');
  });

  test('names no command that does not exist', () => {
    const known = ['run', 'status'];
    for (const [state, isHeld] of Object.values(SITUATIONS)) {
      const named = [...summarise(state, { isHeld }).matchAll(/breakwater (\w+)/g)].map(
        ([, command]) => command,
      );
      expect(named.filter((command) => !known.includes(command ?? ''))).toEqual([]);
    }
  });

  test('of a deployment in doubt says that others in flight are not watched', () => {
    const { state } = toBerlin(
      makePlan(PLAN.waves.map((wave) => ({ ...wave, batch: { size: 20, parallel: 2 } }))),
    )
      .deploy('berlin', 1)
      .tell(intended(2), { type: 'deployment-doubted', deployment: 'berlin/2', failure: NO_ANSWER });
    expect(summarise(state, { columns: 400 })).toContain(
      '20 devices of other deployments are in flight and not watched: see in the Allxon portal how they end',
    );
  });

  test('of a plan that posts again does not call a lost answer a reason to stop', () => {
    const { state } = toBerlin(makePlan(PLAN.waves, { whenInDoubt: 'post-again' })).tell(
      intended(),
      { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
      stopped('interrupted', 'stopped by a signal'),
    );
    const text = summarise(state);
    expect(text).toContain('was interrupted in wave berlin');
    expect(text).toContain('berlin/1  in doubt: POST /ota/deployment was not answered within 30s');
  });

  test('is coloured only where that is wanted', () => {
    const { state } = toHalt();
    expect(summarise(state)).not.toContain('\u001b');
    expect(summarise(state, { colour: true })).toContain('\u001b[31m✖\u001b[39m');
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
    const text = summarise(told.state, { isHeld: true });
    await expect(text).toMatchFileSnapshot('golden/summary-large.txt');
  });

  test('names the waves with the most failures where many have some', () => {
    const few = makePlan(
      Array.from({ length: 60 }, (_, index) => makeWave(`w${index + 1}`, 2, { maxFailures: { count: 2 } })),
    );
    const failing = new ToldRollout(few);
    for (let wave = 1; wave <= 60; wave++) {
      const devices = devicesOf(`w${wave}`, 1, 2);
      const failures = wave === 30 ? 2 : 1;
      failing.deploy(`w${wave}`);
      failing.report(`w${wave}/1`, { failed: devices.slice(0, failures), success: devices.slice(failures) });
    }
    const [, table = ''] = summarise(failing.state).split('Waves\n');
    const [lines = ''] = table.split('\n\n');
    expect(lines.split('\n')).toEqual([
      ...Array.from(
        { length: 11 },
        (_, index) => `  w${index + 1}`.padEnd(12) + 'passed       1 of 2 success, 1 failed, 4s',
      ),
      '  18 waves  passed       18 of 36 success, 18 failed',
      '  w30       passed       0 of 2 success, 2 failed, 4s',
      '  30 waves  passed       30 of 60 success, 30 failed',
    ]);
  });

  test('puts deployments in trouble first', () => {
    const text = summarise(told.state);
    const [first] = (text.split('Deployments\n')[1] ?? '').split('\n');
    expect(first).toMatch(/^ {2}site-21\/1 +id-site-21-1 {2}0 of 10 success, 10 in flight/);
  });
});

test('no line is wider than the terminal but for a command and a name that cannot be broken', () => {
  for (const [state, isHeld] of Object.values(SITUATIONS)) {
    for (const columns of [60, 80, 120]) {
      const wide = summarise(state, { isHeld, columns })
        .split('\n')
        .filter((line) => displayWidth(line) > columns);
      expect(wide).toEqual([]);
    }
  }
});
