import { describe, expect, test } from 'vitest';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { composeCommands } from '../../src/views/wording/commands.ts';
import type { CommandTarget } from '../../src/views/wording/commands.ts';

const REAL: CommandTarget = {
  name: 'camera-2.14' as RolloutName,
  rollbackOf: null,
  planPath: 'plans/camera.yaml',
  state: null,
  simulate: null,
};

function spelled(change: Partial<CommandTarget>): readonly string[] {
  const commands = composeCommands({ ...REAL, ...change });
  return [
    commands.run,
    commands.runAgain,
    ...(commands.simulateAgain === null ? [] : [commands.simulateAgain]),
    commands.status,
    ...(['pause', 'abort', 'resume', 'retry'] as const).map(commands.order),
    commands.settle('the others/1', 'adopt'),
    commands.settle('canary/1', 'not-created'),
    commands.unlock('h-41'),
  ];
}

describe('the commands that are named', () => {
  test('are whole', () => {
    expect(spelled({})).toEqual([
      'breakwater run plans/camera.yaml',
      'breakwater run plans/camera.yaml --again',
      'breakwater status camera-2.14',
      'breakwater pause camera-2.14',
      'breakwater abort camera-2.14',
      'breakwater resume camera-2.14 --reason TEXT',
      'breakwater retry camera-2.14',
      "breakwater settle camera-2.14 --deployment 'the others/1' --adopt ID",
      'breakwater settle camera-2.14 --deployment canary/1 --not-created',
      'breakwater unlock camera-2.14 --holder h-41',
    ]);
  });

  test('carry the state that the rollout was found in, quoted', () => {
    const carried = spelled({ state: "/srv/ana's state" });
    for (const one of carried) expect(one).toMatch(/ --state '\/srv\/ana'\\''s state'$/);
  });

  test('name the rollout where its plan was not named', () => {
    expect(spelled({ rollbackOf: null, planPath: null }).slice(0, 2)).toEqual([
      'breakwater run camera-2.14',
      'breakwater run camera-2.14 --again',
    ]);
  });

  test('of a simulated rollout simulate, in the same world or in a new one', () => {
    expect(spelled({ simulate: 'bad day.yaml', state: '/tmp/s' }).slice(0, 4)).toEqual([
      "breakwater run plans/camera.yaml --simulate 'bad day.yaml' --state /tmp/s",
      "breakwater run plans/camera.yaml --again --simulate 'bad day.yaml' --state /tmp/s",
      "breakwater run plans/camera.yaml --simulate 'bad day.yaml'",
      'breakwater status camera-2.14 --state /tmp/s',
    ]);
  });

  test('continue a rollout by its name, unless only its plan file names it', () => {
    const next = (change: Partial<CommandTarget>) => composeCommands({ ...REAL, ...change }).continue;
    expect(next({})).toBe('breakwater run camera-2.14');
    expect(next({ planPath: null, recordedPath: 'plans/camera.yaml' })).toBe('breakwater run camera-2.14');
    // The name is also that of a file.
    expect(next({ recordedPath: 'plans/camera.yaml' })).toBe('breakwater run plans/camera.yaml');
    // A simulation has no record without --state.
    expect(next({ simulate: true })).toBe('breakwater run plans/camera.yaml --simulate');
    expect(next({ simulate: true, state: '/tmp/s' })).toBe(
      'breakwater run camera-2.14 --simulate --state /tmp/s',
    );
  });
});
