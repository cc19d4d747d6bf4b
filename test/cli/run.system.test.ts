import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater, ROOT, startBreakwater, startSimulator, waitForLine } from '../kit/command.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';
import { makeFolder } from '../kit/folders.ts';
import { holdFirstWave } from '../kit/held-gate.ts';
import { makeProject as makeProjectOf, ONE_WAVE, QUICK, SETTINGS } from '../kit/projects.ts';

const PLAN = `${ONE_WAVE}  - name: second
    devices: [k-3, k-4, k-5]
    maxFailures: 1
`;

function makeProject(scenario: string, plan = PLAN): string {
  return makeProjectOf(scenario, plan);
}

describe('against a server that speaks the API', () => {
  test('a rollout runs to its end, is on record, and is not run a second time', async () => {
    const cwd = makeProject(QUICK);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const first = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toContain('kiosk-1');
    expect(first.stderr.match(/rollout kiosk-1 started/g)).toHaveLength(1);
    expect(first.stderr).toContain('wave second passed');

    const status = await breakwater(['status', 'kiosk-1', '--format', 'json'], { cwd });
    expect(JSON.parse(status.stdout)).toMatchObject({ rollout: 'kiosk-1', status: 'completed' });

    const record = readFileSync(join(cwd, '.breakwater/kiosk-1/journal.jsonl'), 'utf8');
    const again = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stderr).toContain('has already completed');
    expect(again.stderr).toMatch(/\nFor more about this: breakwater explain finished$/);
    expect(readFileSync(join(cwd, '.breakwater/kiosk-1/journal.jsonl'), 'utf8')).toBe(record);
  });

  test('a plan saved by `plan --out` runs as it was saved, and is refused when it was changed', async () => {
    const cwd = makeProject(QUICK);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    expect(await breakwater(['plan', 'plan.yaml', '--out', 'saved.json'], { cwd })).toMatchObject({
      exitCode: 0,
    });
    const saved = readFileSync(join(cwd, 'saved.json'), 'utf8');
    writeFileSync(join(cwd, 'changed.json'), saved.replace('k-5', 'k-6'));
    const refused = await breakwater(['run', 'changed.json', '--yes'], { cwd, env });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('digest');
    expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
    writeFileSync(join(cwd, 'plan.yaml'), 'gone');
    // As an editor may save it.
    writeFileSync(join(cwd, 'saved.json'), `\ufeff${saved}`);
    expect(await breakwater(['run', 'saved.json', '--yes'], { cwd, env })).toMatchObject({ exitCode: 0 });
  });

  test('a halt ends with 1 and says why first', async () => {
    const cwd = makeProject('devices: { duration: { fixed: 20ms }, outcomes: { failed: 100% } }\n');
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const { exitCode, stdout } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')[0]).toContain('halted');
    expect(stdout).toContain('failures-exceeded: 2 of 2 devices failed, none tolerated');
    expect(stdout).toContain('k-1');
    const again = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(again).toMatchObject({ exitCode: 1 });
    expect(again.stderr).toContain('has already halted');
  });

  test('a lost answer ends with 6, in this run and in the next', async () => {
    const cwd = makeProject(`${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const first = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(first.exitCode, first.stderr).toBe(6);
    expect(first.stdout).toContain('9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20');
    const second = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(second.exitCode).toBe(6);
  });

  test('an interrupted run ends with 3, and the next one goes on', async () => {
    const cwd = makeProject(QUICK);
    const release = holdFirstWave(cwd);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const run = startBreakwater(['run', 'plan.yaml', '--yes', '--progress', 'json'], { cwd, env });
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    run.kill('SIGINT');
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(3);
    expect(stderr).toContain('breakwater run kiosk-1');
    release();
    const next = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(next.exitCode, next.stderr).toBe(0);
    expect(next.stderr).toContain('continuing');
  });

  test('a second signal ends at once, with a whole record that knows what is in doubt', async () => {
    const cwd = makeProject(`${QUICK}faults: [{ fault: timeout-after-effect, call: post, at: [1] }]\n`);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const run = startBreakwater(['run', 'plan.yaml', '--yes', '--progress', 'json'], { cwd, env });
    await waitForLine(run, (line) => line.includes('"deployment-intended"'));
    run.kill('SIGINT');
    await waitForLine(run, (line) => line.includes('"stopping"'));
    run.kill('SIGINT');
    expect((await run).exitCode).toBe(3);
    expect(await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env })).toMatchObject({ exitCode: 6 });
  });

  const SLOW_ANSWER = `${QUICK}faults: [{ fault: slow, call: post, at: [1], delay: 2s }]\n`;

  test.each([
    ['whose terminal is closed, and says so twice', ['SIGHUP', 'SIGHUP'], 'its output was lost'],
    ['that is interrupted together with its reader', ['close', 'SIGINT'], 'stopped by a signal'],
  ] as const)('a run %s waits for what it has sent, and ends with 3', async (_, calls, told) => {
    const cwd = makeProject(SLOW_ANSWER);
    const release = holdFirstWave(cwd);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const run = startBreakwater(['run', 'plan.yaml', '--yes', '--progress', 'json'], { cwd, env });
    await waitForLine(run, (line) => line.includes('"deployment-intended"'));
    for (const call of calls) {
      if (call === 'close') run.stdout.destroy();
      else run.kill(call);
    }
    expect((await run).exitCode).toBe(3);
    const { stdout } = await breakwater(['status', 'kiosk-1', '--format', 'json'], { cwd, env });
    expect(JSON.parse(stdout)).toMatchObject({
      deployments: [{ key: 'first/1', call: { kind: 'accepted' } }],
      runner: { stopped: { why: 'interrupted' } },
    });
    expect(stdout).toContain(told);
    release();
    expect(await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env })).toMatchObject({ exitCode: 0 });
  });

  test('a run whose progress cannot be written, for want of room, says so and ends with 3', async () => {
    const cwd = makeProject(SLOW_ANSWER);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const command = [join(ROOT, 'dist/breakwater.js'), 'run', 'plan.yaml', '--yes', '--progress', 'json'];
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status, stderr).toBe(3);
    expect(stderr).toContain('the output cannot be written: ENOSPC');
    expect(stderr).not.toContain('    at ');
    expect(await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env })).toMatchObject({ exitCode: 0 });
  });

  test('a second runner is kept out with 5, and told who holds the rollout', async () => {
    const cwd = makeProject('devices: { duration: { fixed: 1h } }\n');
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const run = startBreakwater(['run', 'plan.yaml', '--yes', '--progress', 'json'], { cwd, env });
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    const second = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(second.exitCode).toBe(5);
    expect(second.stderr).toContain(`process ${run.pid ?? ''}`);
    run.kill('SIGKILL');
    await run;
  });

  test('a plan that has changed since the rollout started is refused, with what differs', async () => {
    const cwd = makeProject(QUICK);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    writeFileSync(join(cwd, 'plan.yaml'), PLAN.replace('k-5', 'k-6'));
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('wave second: devices');
  });

  test('a wrong key ends with 4, and nothing is posted', async () => {
    const cwd = makeProject(QUICK);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const wrong = { ...env, ALLXON_API_SECRET: 'another' };
    const { exitCode, stdout, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env: wrong });
    expect(exitCode).toBe(4);
    expect(stdout + stderr).toContain('ALLXON_API_SECRET');
    expect(stdout + stderr).not.toContain('another');
    const record = readFileSync(join(cwd, '.breakwater/kiosk-1/journal.jsonl'), 'utf8');
    expect(record).not.toContain('deployment-intended');
    expect(await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env })).toMatchObject({ exitCode: 0 });
  });

  test("an unknown artifact halts with the API's own words", async () => {
    const cwd = makeProject(`${QUICK}artifacts: [00000000-0000-4000-8000-000000000000]\n`);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const { exitCode, stdout } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('404');
  });
});

describe('before anything is posted', () => {
  test('an API that is not there ends with 4', async () => {
    const cwd = makeProject(QUICK);
    const env = {
      ALLXON_API_URL: 'http://127.0.0.1:1',
      ALLXON_API_KEY_ID: 'id',
      ALLXON_API_SECRET: 'secret',
    };
    const { exitCode, stdout, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(exitCode).toBe(4);
    expect(stdout + stderr).toContain('http://127.0.0.1:1 cannot be reached');
  });

  test('a place for the record that cannot be written ends with 4, and nothing is posted', async () => {
    const cwd = makeProject(QUICK);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes', '--state', 'plan.yaml'], {
      cwd,
      env,
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`${join(cwd, 'plan.yaml')}: not a folder; records need a folder`);
  });

  test('missing credentials end with 4 and are named', async () => {
    const cwd = makeProject(QUICK);
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('ALLXON_API_KEY_ID and ALLXON_API_SECRET are not set');
    expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
  });

  test('without a terminal it needs --yes', async () => {
    const cwd = makeProject(QUICK);
    const env = { ALLXON_API_KEY_ID: 'id', ALLXON_API_SECRET: 'secret' };
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml'], { cwd, env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--yes');
    expect(existsSync(join(cwd, '.breakwater'))).toBe(false);
  });

  test('a plan or settings with an error end with 2, both told', async () => {
    const cwd = makeProject(QUICK, PLAN.replace('waves:', 'wavs:'));
    writeFileSync(join(cwd, 'breakwater.config.yaml'), 'poling: {}\n');
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean `waves`?');
    expect(stderr).toContain('breakwater.config.yaml:1:1');
  });
});

describe('the examples', () => {
  const EXAMPLES: readonly (readonly [string, string | null, number])[] = [
    ['canary', null, 0],
    ['device-files', null, 0],
    ['batches', null, 0],
    ['halts', 'bad-artifact', 1],
    ['canary', 'slow-fleet', 1],
    ['canary', 'odd-answers', 0],
    ['canary', 'bad-second-wave', 1],
    ['canary', 'unreachable-for-a-while', 0],
    ['batches', 'lost-answer', 6],
  ];

  test.each(EXAMPLES)('%s with the scenario %s ends with %i', async (example, scenario, expected) => {
    const file = scenario === null ? [] : [join(ROOT, `examples/scenarios/${scenario}.yaml`)];
    const { exitCode, stdout, stderr } = await breakwater([
      'run',
      `examples/${example}/rollout.yaml`,
      '--simulate',
      ...file,
      '--speed',
      '1000',
      '--state',
      makeFolder(),
    ]);
    expect(exitCode, stderr + stdout).toBe(expected);
  });
});

test('a simulated rollout and a real one never share a record', async () => {
  const cwd = makeProject(QUICK);
  const state = makeFolder();
  await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '300', '--state', state], { cwd });
  const env = { ALLXON_API_KEY_ID: 'id', ALLXON_API_SECRET: 'secret' };
  const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--yes', '--state', state], {
    cwd,
    env,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('simulated');
});

test('how progress is shown comes from the flag, else the environment, else the settings file', async () => {
  const cwd = makeProject(QUICK);
  writeFileSync(join(cwd, 'breakwater.config.yaml'), `${SETTINGS}progress: json\n`);
  const isJson = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const simulate = ['run', 'plan.yaml', '--simulate', '--speed', '1000', '--state', makeFolder()];
    return (await breakwater([...simulate, ...args], { cwd, env })).stdout.startsWith('{');
  };
  expect(await isJson([], {})).toBe(true);
  expect(await isJson([], { BREAKWATER_PROGRESS: 'plain' })).toBe(false);
  expect(await isJson(['--progress', 'json'], { BREAKWATER_PROGRESS: 'plain' })).toBe(true);
});

describe('plan --online', () => {
  const plan = PLAN.replace('waves:', "preflight: { minOnline: '80%' }\nwaves:");
  const SCENARIO = `${QUICK}account: [k-1, k-2, k-3, k-4]
overrides: [{ serials: [k-2], outcomes: { offline: 100% } }]
`;

  test('tells whether the credentials work, and who is known and online, and posts nothing', async () => {
    const cwd = makeProject(SCENARIO, plan);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const { exitCode, stdout, stderr } = await breakwater(['plan', 'plan.yaml', '--online'], { cwd, env });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('deploys nothing unless 80% of the remaining devices are online');
    expect(stdout).toContain(
      'credentials accepted; 3 of 5 devices are online; 1 is offline: k-2; 1 is not in the account: k-5; 4 needed (preflight.minOnline): too few, a run would deploy nothing',
    );
    const json = await breakwater(['plan', 'plan.yaml', '--online', '--format', 'json'], { cwd, env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      minOnline: { partsPerMillion: 800_000 },
      online: { devices: 5, online: 3, offline: ['k-2'], unknown: ['k-5'], needed: 4 },
    });
    expectValid(compileSchema('preview'), [JSON.parse(json.stdout)]);

    const run = await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
    expect(run.exitCode, run.stderr).toBe(3);
    expect(run.stdout).toContain('too few devices are online');
    expect(run.stderr).not.toContain('posting');
  });

  test('ends with 4 where the API cannot be asked, and says why', async () => {
    const cwd = makeProject(SCENARIO, plan);
    const env = await startSimulator(join(cwd, 'scenario.yaml'));
    const without = await breakwater(['plan', 'plan.yaml', '--online'], { cwd });
    expect(without).toMatchObject({ exitCode: 4, stdout: '' });
    expect(without.stderr).toContain('ALLXON_API_KEY_ID');
    const wrong = { ...env, ALLXON_API_SECRET: 'another-one' };
    const refused = await breakwater(['plan', 'plan.yaml', '--online'], { cwd, env: wrong });
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' });
    expect(refused.stderr).toContain('401');
  });

  test('a simulator of its own knows the devices of the plan', async () => {
    const cwd = makeProject(QUICK, plan);
    const { exitCode, stderr } = await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '1000'], {
      cwd,
    });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('5 of 5 devices are online');
  });
});
