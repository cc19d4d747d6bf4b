import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { ListenerError, loadPlan, OptionError, runRollout, ScenarioError } from '../../src/library/index.ts';
import type { ApiAccess, RealRun, RunEvent, SimulatedRun } from '../../src/library/index.ts';
import { breakwater, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { FAILS_ONCE, makeProject, PLAN, QUICK } from '../kit/projects.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const POLLING = { minIntervalMs: 50, maxIntervalMs: 200 };

const NO_RETRIES = PLAN.replace('waves:', 'haltGrace: 1s\nwaves:');

type Change<Options> = Partial<Options> & { readonly text?: string };

async function simulated(scenario: string, { text = NO_RETRIES, ...change }: Change<SimulatedRun> = {}) {
  const loaded = await loadPlan({ path: 'plan.yaml', text });
  return {
    plan: present(loaded.plan, 'the plan'),
    state: makeFolder(),
    simulator: { scenario: { path: 'scenario.yaml', text: `version: 1\n${scenario}` } },
    ...change,
  } satisfies SimulatedRun;
}

/** A simulator in another process, as the real API. */
async function real(scenario: string, { text = NO_RETRIES, ...change }: Change<RealRun> = {}) {
  const cwd = makeProject(scenario, text);
  const env = await startSimulator(join(cwd, 'scenario.yaml'));
  const loaded = await loadPlan(join(cwd, 'plan.yaml'));
  const api: ApiAccess = {
    baseUrl: present(env['ALLXON_API_URL'], 'its URL'),
    keyId: present(env['ALLXON_API_KEY_ID'], 'its key'),
    secret: present(env['ALLXON_API_SECRET'], 'its secret'),
  };
  const options = {
    plan: present(loaded.plan, 'the plan'),
    agreedDigest: present(loaded.digest, 'the digest'),
    state: join(cwd, 'state'),
    // The tests may run in CI, where the folder of a test does not outlive the job.
    api,
    polling: POLLING,
    start: true,
    ...change,
  } satisfies RealRun;
  return { cwd, env, options };
}

function listen(): { readonly told: RunEvent[]; readonly onEvent: (event: RunEvent) => void } {
  const told: RunEvent[] = [];
  return { told, onEvent: (event) => told.push(event) };
}

function typesOf(told: readonly RunEvent[]): readonly string[] {
  return told.filter(({ kind }) => kind === 'event').map(({ type }) => type);
}

describe('a simulated rollout', () => {
  test('completes, and tells its events and its summary by the published schemas', async () => {
    const { told, onEvent } = listen();
    const options = await simulated(QUICK, { onEvent });
    const summary = await runRollout(options);
    expect(summary).toMatchObject({
      outcome: 'completed',
      exitCode: 0,
      rollout: 'kiosk-1',
      unrecorded: [],
      rollback: null,
      message: 'Simulated rollout kiosk-1 completed: 5 of 5 success',
    });
    expect(summary.text).toContain('✔ Simulated rollout kiosk-1 completed: 5 of 5 success\n');
    expectValid(compileSchema('status'), [summary.status]);
    expectValid(compileSchema('run-event'), told);
    expect(typesOf(told)).toEqual([
      'rollout-started',
      'runner-started',
      'wave-started',
      'connections-checked',
      'deployment-intended',
      'deployment-accepted',
      'devices-reported',
      'wave-passed',
      'wave-started',
      'deployment-intended',
      'deployment-accepted',
      'devices-reported',
      'earlier-waves-checked',
      'wave-passed',
      'rollout-completed',
      'runner-stopped',
    ]);
  });

  test('is on record for the command line, which tells the same of it', async () => {
    const { plan, state, simulator } = await simulated(FAILS_ONCE);
    const summary = await runRollout({ plan, state, simulator });
    expect(summary).toMatchObject({ outcome: 'halted', exitCode: 1 });
    const status = await breakwater(['status', 'kiosk-1', '--state', state, '--format', 'json']);
    expect(JSON.parse(status.stdout)).toEqual(summary.status);
  });

  test('is not run twice: what is on record answers', async () => {
    const options = await simulated(QUICK);
    const first = await runRollout(options);
    const { told, onEvent } = listen();
    const second = await runRollout({ ...options, onEvent });
    expect(second).toMatchObject({ outcome: 'completed', exitCode: 0, status: first.status });
    expect(second.message).toContain('rollout kiosk-1 has already completed');
    expect(told).toEqual([]);
  });

  test('approves its waves by itself', async () => {
    const text = PLAN.replace('devices: [k-3', 'approval: required\n    devices: [k-3');
    const { told, onEvent } = listen();
    const options = await simulated(QUICK, { text, onEvent });
    expect(await runRollout(options)).toMatchObject({ outcome: 'completed' });
    expect(typesOf(told)).toContain('wave-approved');
  });

  test('hands out copies: a listener that changes what it is given changes nothing else', async () => {
    const options = await simulated(QUICK, {
      onEvent(event) {
        if (event.type === 'deployment-intended') event.devices.length = 0;
      },
    });
    expect(await runRollout(options)).toMatchObject({ message: expect.stringContaining('5 of 5') as string });
  });

  test('is brought to its end where the listener throws, and tells both', async () => {
    const fault = new Error('the disk is full');
    let calls = 0;
    const options = await simulated(QUICK, {
      onEvent() {
        calls += 1;
        throw fault;
      },
    });
    const error = await runRollout(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ListenerError);
    expect(error).toMatchObject({ cause: fault, summary: { outcome: 'completed' } });
    expect(calls).toBe(1);
  });

  test('is refused with what is wrong with its scenario', async () => {
    const error = await runRollout(await simulated('devises: {}\n')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ScenarioError);
    expect(error).toMatchObject({
      findings: [{ path: 'scenario.yaml', line: 2, code: 'schema-unknown-key' }],
    });
  });
});

describe('a real rollout', () => {
  test('is not started in CI where its record does not outlive the job', async () => {
    const { options } = await real(QUICK, { start: false, env: { CI: 'true' } });
    expect(await runRollout(options)).toMatchObject({ outcome: 'refused', exitCode: 2 });
  });

  test('completes, and the command line goes by its record', async () => {
    const { cwd, env, options } = await real(QUICK);
    expect(await runRollout(options)).toMatchObject({ outcome: 'completed', exitCode: 0 });
    const again = await breakwater(['run', 'plan.yaml', '--yes', '--state', options.state], { cwd, env });
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('has already completed') as string,
    });
  });

  test('does nothing without the very digest', async () => {
    const { options } = await real(QUICK);
    const agreedDigest = 'f'.repeat(64);
    await expect(runRollout({ ...options, agreedDigest })).rejects.toThrow(OptionError);
    expect(existsSync(options.state)).toBe(false);
  });

  test('stops in good order when its signal aborts, and goes on when it is run again', async () => {
    const { options } = await real('devices: { duration: { fixed: 1h } }\n');
    const stop = new AbortController();
    const stopped = await runRollout({
      ...options,
      signal: stop.signal,
      onEvent({ type }) {
        if (type === 'deployment-accepted') stop.abort();
      },
    });
    expect(stopped).toMatchObject({ outcome: 'unfinished', exitCode: 3 });
    const { told, onEvent } = listen();
    const again = await runRollout({ ...options, signal: stop.signal, onEvent });
    expect(again).toMatchObject({ outcome: 'unfinished', exitCode: 3 });
    expect(typesOf(told)).toEqual(['runner-started', 'runner-stopped']);
  });

  test('is not shared: a second run is held off while the first one is at work', async () => {
    const { options } = await real('devices: { duration: { fixed: 1h } }\n');
    const stop = new AbortController();
    const second: { summary: Promise<unknown> | null } = { summary: null };
    const first = runRollout({
      ...options,
      signal: stop.signal,
      onEvent({ type }) {
        if (type !== 'deployment-accepted') return;
        second.summary = runRollout(options).finally(() => {
          stop.abort();
        });
      },
    });
    expect(await first).toMatchObject({ outcome: 'unfinished' });
    expect(await second.summary).toMatchObject({ outcome: 'held', exitCode: 5, status: null });
  });

  test('waits for approval, and goes on once it is given', async () => {
    const text = PLAN.replace('devices: [k-3', 'approval: required\n    devices: [k-3');
    const { options } = await real(QUICK, { text });
    expect(await runRollout(options)).toMatchObject({
      outcome: 'unfinished',
      exitCode: 3,
      message: 'Rollout kiosk-1 waits for approval of wave the others (2 of 2)',
    });
    const { told, onEvent } = listen();
    const approvals = [{ wave: 'the others', reason: 'QA has signed' }];
    expect(await runRollout({ ...options, approvals, startedBy: 'deploy bot', onEvent })).toMatchObject({
      outcome: 'completed',
    });
    expect(told.find(({ type }) => type === 'wave-approved')).toMatchObject({
      order: { by: 'deploy bot', reason: 'QA has signed' },
    });
  });

  test('is given its approval at once where it may wait for one', async () => {
    const text = PLAN.replace('devices: [k-3', 'approval: required\n    devices: [k-3');
    const { options } = await real(QUICK, {
      text,
      maxWaitMs: 3_600_000,
      approvals: [{ wave: 'the others' }],
    });
    expect(await runRollout(options)).toMatchObject({ outcome: 'completed' });
  });

  test('runs hooks with the environment that it is given, and with no other', async () => {
    const hook = `hooks: { beforeRollout: { run: [sh, -c, 'echo "$GREETING $OTHER"; exit 1'] } }`;
    const { options } = await real(QUICK, { text: NO_RETRIES.replace('waves:', `${hook}\nwaves:`) });
    await expect(runRollout(options)).rejects.toThrow('env is required: the plan has hooks or gates');
    // What it is called does not matter: the secret is not told.
    const env = { PATH: process.env['PATH'], GREETING: 'told by the program:', OTHER: options.api.secret };
    const { told, onEvent } = listen();
    expect(await runRollout({ ...options, env, onEvent })).toMatchObject({ outcome: 'halted', exitCode: 1 });
    expect(told.find(({ type }) => type === 'hook-ended')).toMatchObject({
      result: { outcome: 'failed', output: 'told by the program: ***' },
    });
  });

  test('is taken back where its plan says so, and both are told', async () => {
    const rollback =
      'rollback: { artifact: { uuid: 11111111-9d2b-4f8a-8a3e-7f0f4b7c1d20 }, automatic: true }\n';
    const { options } = await real(FAILS_ONCE, { text: NO_RETRIES.replace('waves:', `${rollback}waves:`) });
    expect(await runRollout(options)).toMatchObject({
      outcome: 'halted',
      exitCode: 1,
      rollout: 'kiosk-1',
      rollback: { outcome: 'completed', exitCode: 0, rollout: 'kiosk-1.rollback', rollback: null },
    });
  });

  test('tells an API that refuses the key as an outcome, and never the secret', async () => {
    const { options } = await real(QUICK);
    const secret = 'c2VjcmV0IHRoYXQgaXMgd3Jvbmc=';
    const summary = await runRollout({ ...options, api: { ...options.api, secret } });
    expect(summary).toMatchObject({ outcome: 'environment', exitCode: 4 });
    expect(JSON.stringify(summary)).not.toContain(secret);
  });

  test('does not go on from a simulated record', async () => {
    const { options } = await real(QUICK);
    const { plan, state } = options;
    await runRollout({
      plan,
      state,
      simulator: { scenario: { path: 's.yaml', text: `version: 1\n${QUICK}` } },
    });
    const summary = await runRollout(options);
    expect(summary).toMatchObject({ outcome: 'refused', exitCode: 2 });
    expect(summary.message).toContain('belongs to a simulated rollout; a real rollout cannot continue it');
  });
});

test('a record that cannot be written is an outcome', async () => {
  const options = await simulated(QUICK, { state: '/dev/null/state' });
  expect(await runRollout(options)).toMatchObject({ outcome: 'environment', exitCode: 4, status: null });
});

describe('an option that cannot be what it is', () => {
  test.each([
    [{ maxWaitMs: -1 }, 'maxWaitMs is -1; expected a whole number of milliseconds, at least 0'],
    [{ waitLockMs: 0.5 }, 'waitLockMs is 0.5'],
    [{ apiOutageMs: 0 }, 'apiOutageMs is 0; expected a whole number of milliseconds, at least 1'],
    [{ polling: { minIntervalMs: 400_000 } }, 'polling.minIntervalMs is 400000; expected at most'],
    [{ state: '' }, 'state is empty'],
    [{ state: 'mysql://x/y' }, 'state is a URL of mysql'],
    [{ simulator: { speed: 0 } }, 'simulator.speed is 0; expected a number from 1 to 100000'],
  ])('%j is refused', async (change, message) => {
    const options = { ...(await simulated(QUICK)), ...change };
    const refused = expect(runRollout(options)).rejects;
    await refused.toThrow(OptionError);
    await refused.toThrow(message);
  });

  const API = { keyId: 'k', secret: 's' };

  test.each([
    [{ api: { ...API, keyId: '' } }, 'api.keyId is empty'],
    [{ api: { ...API, secret: 's\n' } }, 'api.secret is not valid'],
    [{ api: { ...API, baseUrl: 'http://example.com' } }, 'api.baseUrl is plain http to another machine'],
    [{ approvals: [{ wave: 'canary' }] }, 'approvals names wave "canary", which is not in the plan'],
  ])('%j is refused', async (change, message) => {
    const { plan, digest } = await loadPlan({ path: 'plan.yaml', text: PLAN });
    const options = {
      plan: present(plan, 'the plan'),
      agreedDigest: present(digest, 'the digest'),
      api: API,
      state: makeFolder(),
      ...change,
    };
    const refused = expect(runRollout(options)).rejects;
    await refused.toThrow(OptionError);
    await refused.toThrow(message);
  });

  test('a plan that was put together elsewhere is refused', async () => {
    const { plan, ...options } = await simulated(QUICK);
    await expect(runRollout({ ...options, plan: structuredClone(plan) })).rejects.toThrow(
      'plan was not returned by loadPlan',
    );
  });
});
