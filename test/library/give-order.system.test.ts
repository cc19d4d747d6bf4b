import { EventEmitter, once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawUuid, randomOf } from '../../src/base/random.ts';
import { present } from '../../src/base/assert.ts';
import { systemClock } from '../../src/base/clock.ts';
import { giveOrder, loadPlan, runRollout } from '../../src/library/index.ts';
import { OptionError } from '../../src/library/errors.ts';
import type { ApiAccess, RunEvent } from '../../src/library/index.ts';
import type { OrderOptions, RolloutOrder } from '../../src/library/give-order.ts';
import type { RealRun } from '../../src/library/run-options.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { breakwater, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { FAILS_ONCE, makeProject, PLAN, QUICK } from '../kit/projects.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';
import { createScriptedApi, healthyDevice } from '../kit/scripted-api.ts';

const SLOW = 'devices: { duration: { fixed: 1h } }\n';
const OTHER = PLAN.replace('kiosk-1', 'kiosk-2').replace('[k-3, k-4, k-5]', '[k-6]');

/** A program with a simulator in another process as the real API. */
async function openProgram(scenario: string, text = `haltGrace: 1s\n${PLAN}`) {
  const cwd = makeProject(scenario, text);
  const env = await startSimulator(join(cwd, 'scenario.yaml'));
  const state = join(cwd, 'state');
  const api: ApiAccess = {
    baseUrl: present(env['ALLXON_API_URL'], 'its URL'),
    keyId: present(env['ALLXON_API_KEY_ID'], 'its key'),
    secret: present(env['ALLXON_API_SECRET'], 'its secret'),
  };
  return {
    api,
    state,
    command: (...args: readonly string[]) => breakwater([...args, '--state', state], { cwd, env }),
    async run(change: Partial<RealRun> & { readonly text?: string } = {}) {
      const loaded = await loadPlan({ path: join(cwd, 'plan.yaml'), text: change.text ?? text });
      return runRollout({
        plan: present(loaded.plan, 'the plan'),
        agreedDigest: present(loaded.digest, 'the digest'),
        state,
        api,
        polling: { minIntervalMs: 50, maxIntervalMs: 200 },
        start: true,
        ...change,
      });
    },
    give: (order: RolloutOrder, change: Partial<OrderOptions> = {}) =>
      giveOrder({ rollout: 'kiosk-1', state, order, givenBy: 'deploy bot', ...change }),
    async eventsOf(name = 'kiosk-1'): Promise<readonly string[]> {
      const reading = await openFileStore(state, systemClock).read(name as RolloutName);
      return reading.kind === 'done' ? typesOf(reading.value?.events ?? []) : [];
    },
  };
}

/** `told` resolves once the run has told of an event of the type. */
function waitFor(type: string) {
  const events = new EventEmitter();
  return {
    told: once(events, type),
    onEvent: (event: RunEvent) => {
      events.emit(event.type);
    },
  };
}

describe('without a runner', () => {
  test('an order goes on record with who gave it, and the next run goes by it', async () => {
    const program = await openProgram(FAILS_ONCE);
    expect(await program.run()).toMatchObject({ outcome: 'halted' });
    const reason = 'two kiosks were unplugged';
    const resumed = await program.give({ kind: 'resume' }, { reason });
    expect(resumed).toMatchObject({ outcome: 'recorded', exitCode: 0, rollout: 'kiosk-1', remarks: [] });
    expect(resumed.message).toContain(`by deploy bot: "${reason}"`);
    expect(resumed.status).toMatchObject({ status: 'ready', round: 2 });
    expectValid(compileSchema('status'), [resumed.status]);
    const status = await program.command('status', 'kiosk-1', '--format', 'json');
    expect(JSON.parse(status.stdout)).toEqual(resumed.status);
    expect(await program.run()).toMatchObject({ outcome: 'completed' });
  });

  test('an order that cannot be obeyed is refused, in the words of the command', async () => {
    const program = await openProgram(QUICK);
    expect(await program.run()).toMatchObject({ outcome: 'completed' });
    const refused = await program.give({ kind: 'resume' }, { reason: 'why not' });
    expect(refused).toMatchObject({ outcome: 'refused', exitCode: 2, status: null });
    const command = await program.command('resume', 'kiosk-1', '--reason', 'why not');
    expect(command.stderr).toBe(`breakwater: ${refused.message}`);
    expect(await program.eventsOf()).not.toContain('order-refused');
  });

  test('what is not on record is refused, with the name that may have been meant', async () => {
    const program = await openProgram(QUICK);
    await program.run();
    const refused = await program.give({ kind: 'pause' }, { rollout: 'kiosk-2' });
    expect(refused).toMatchObject({ outcome: 'refused', exitCode: 2, rollout: 'kiosk-2', status: null });
    expect(refused.message).toContain('did you mean kiosk-1?');
    const nothing = await program.give({ kind: 'pause' }, { state: makeFolder() });
    expect(nothing).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('no rollout') as string,
    });
  });

  test('a record that cannot be read is an outcome', async () => {
    const state = makeFolder();
    mkdirSync(join(state, 'kiosk-1'));
    writeFileSync(join(state, 'kiosk-1/journal.jsonl'), 'no event\n');
    const given = await giveOrder({ rollout: 'kiosk-1', state, order: { kind: 'pause' } });
    expect(given).toMatchObject({ outcome: 'environment', exitCode: 4, status: null });
  });

  test('an approval is of the plan that it names', async () => {
    const text = PLAN.replace('devices: [k-3', 'approval: required\n    devices: [k-3');
    const program = await openProgram(QUICK, text);
    const waiting = await program.run();
    expect(waiting).toMatchObject({ outcome: 'unfinished' });
    const wave = 'the others';
    const other = await program.give({ kind: 'approve', wave, digest: 'f'.repeat(64) });
    expect(other).toMatchObject({ outcome: 'refused' });
    expect(other.message).toContain('its plan changed after this approval was given');
    const digest = present(waiting.status, 'the status').digest;
    expect(await program.give({ kind: 'approve', wave, digest })).toMatchObject({ outcome: 'recorded' });
    expect(await program.give({ kind: 'approve', wave, digest })).toMatchObject({
      outcome: 'already',
      exitCode: 0,
    });
    expect(await program.run()).toMatchObject({ outcome: 'completed' });
  });

  test('two programs and the command that give the same order do it once', async () => {
    const program = await openProgram(FAILS_ONCE);
    await program.run();
    const given = await Promise.all([
      program.give({ kind: 'retry' }),
      program.give({ kind: 'retry' }),
      program.command('retry', 'kiosk-1'),
    ]);
    expect(given.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect(given.filter(({ exitCode }) => exitCode === 2)).toHaveLength(2);
    const events = await program.eventsOf();
    expect(events.filter((type) => type === 'wave-retried')).toHaveLength(1);
    expect(await program.run()).toMatchObject({ outcome: 'completed', status: { tally: { success: 5 } } });
  });
});

test('a run that is at work takes an order up', async () => {
  const program = await openProgram(SLOW);
  const { told, onEvent } = waitFor('deployment-accepted');
  const run = program.run({ onEvent });
  await told;
  const paused = await program.give({ kind: 'pause' }, { reason: 'complaints' });
  expect(paused).toMatchObject({ outcome: 'recorded', exitCode: 0 });
  expect(await program.give({ kind: 'pause' })).toMatchObject({ outcome: 'already', exitCode: 0 });
  expect(await program.give({ kind: 'abort' })).toMatchObject({ outcome: 'recorded' });
  expect(await run).toMatchObject({ outcome: 'halted', status: { status: 'aborted' } });
  expect(await program.eventsOf()).toEqual(expect.arrayContaining(['rollout-paused', 'rollout-aborted']));
});

describe('a finished rollout beside an unfinished one that shares its devices', () => {
  async function openBesideOther() {
    const program = await openProgram(
      `${FAILS_ONCE}  - { deployments: [2], duration: { fixed: 1h } }\n`.replace(
        'overrides: [{ deployments: [1], outcomes: { failed: 100% } }]\n',
        'overrides:\n  - { deployments: [1], outcomes: { failed: 100% } }\n',
      ),
    );
    expect(await program.run()).toMatchObject({ outcome: 'halted' });
    const stop = new AbortController();
    const { told, onEvent } = waitFor('deployment-accepted');
    const other = program.run({ text: OTHER, onEvent, signal: stop.signal });
    await told;
    stop.abort();
    expect(await other).toMatchObject({ outcome: 'unfinished' });
    return program;
  }

  test('is not resumed, unless that is meant', async () => {
    const program = await openBesideOther();
    const refused = await program.give({ kind: 'resume' }, { reason: 'go' });
    expect(refused).toMatchObject({ outcome: 'refused', exitCode: 2 });
    expect(refused.message).toContain('kiosk-2: 2 devices (k-1, k-2)');
    expect(await program.give({ kind: 'retry' })).toMatchObject({ outcome: 'refused', exitCode: 2 });
    expect(await program.eventsOf()).not.toContain('rollout-resumed');
    const meant = await program.give({ kind: 'resume' }, { reason: 'go', allowOverlap: true });
    expect(meant).toMatchObject({ outcome: 'recorded', exitCode: 0 });
  });

  test('is aborted all the same: nothing is posted by it', async () => {
    const program = await openBesideOther();
    expect(await program.give({ kind: 'abort' })).toMatchObject({ outcome: 'recorded', exitCode: 0 });
  });
});

describe('a deployment in doubt', () => {
  const LOST = `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [2] }]\n`;
  const deployment = 'the others/1';

  test('is adopted only under an id that the API knows', async () => {
    const program = await openProgram(LOST);
    const { api } = program;
    expect(await program.run()).toMatchObject({ outcome: 'in-doubt' });
    const settle = (adopt: string) => program.give({ kind: 'settle', deployment, adopt }, { api });
    const unknown = await settle('00000000-0000-4000-8000-000000000000');
    expect(unknown).toMatchObject({ outcome: 'refused', exitCode: 2 });
    expect(unknown.message).toContain('knows no deployment');
    // The simulator names deployments by its seed, which is 1 where a scenario gives none.
    const id = drawUuid(randomOf(1, 'deployment', 2));
    expect(await settle(id)).toMatchObject({ outcome: 'recorded', exitCode: 0 });
    expect(await settle(id)).toMatchObject({ outcome: 'already', exitCode: 0 });
    expect(await program.run()).toMatchObject({ outcome: 'completed' });
  });

  test('is not adopted while the API cannot be asked, and no error tells the secret', async () => {
    const program = await openProgram(LOST);
    await program.run();
    const secret = 'c2VjcmV0IHRoYXQgaXMgd3Jvbmc=';
    const adopt = drawUuid(randomOf(1, 'deployment', 2));
    const failed = await program.give(
      { kind: 'settle', deployment, adopt },
      { api: { ...program.api, secret } },
    );
    expect(failed).toMatchObject({ outcome: 'environment', exitCode: 4 });
    expect(JSON.stringify(failed)).not.toContain(secret);
    expect(await program.eventsOf()).not.toContain('deployment-settled');
  });

  test('is not created only once its signed request can be sent no more', async () => {
    const plan = makePlan([makeWave('w', 2)]);
    const { events } = await tellRun({
      plan,
      api: (at) => createScriptedApi(at, { device: healthyDevice }),
    });
    const at = systemClock.now();
    const toIntent = events
      .slice(0, 1 + typesOf(events).indexOf('deployment-intended'))
      .map((event) =>
        event.type === 'deployment-intended' ? { ...event, at, signedAt: at } : { ...event, at },
      );
    const state = makeFolder();
    const opened = await openFileStore(state, systemClock).open(plan.name, {
      host: 'elsewhere',
      pid: process.pid,
      startedBy: null,
    });
    if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
    await opened.value.append(toIntent);
    await opened.value.close();
    const given = await giveOrder({
      rollout: plan.name,
      state,
      order: { kind: 'settle', deployment: 'w/1', notCreated: true },
    });
    expect(given).toMatchObject({ outcome: 'refused', exitCode: 2 });
    expect(given.message).toMatch(
      /may still be sent or delivered until .*1 hour added, because the API's clock is unknown/,
    );
  });
});

describe('an option that cannot be what it is', () => {
  const settle = { kind: 'settle', deployment: 'first/1' } as const;
  const id = '00000000-0000-4000-8000-000000000000';

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { order: { kind: 'stop' } },
      'order.kind is "stop"; expected one of pause, abort, resume, retry, approve, settle',
    ],
    [{ order: { kind: 'resume' } }, 'reason is required for a `resume`'],
    [{ reason: ' ' }, 'reason contains no words'],
    [{ reason: '--yes' }, 'reason contains no words'],
    [{ reason: 'x'.repeat(1_001) }, 'reason is too long; expected at most 1000 characters'],
    [{ allowOverlap: true }, 'allowOverlap is allowed only with `resume` and `retry`'],
    [{ order: { kind: 'approve', wave: 'first', digest: '' } }, 'order.digest is'],
    [{ order: settle }, 'order needs either `adopt` or `notCreated`'],
    [{ order: { ...settle, adopt: id, notCreated: true } }, 'order needs either `adopt` or `notCreated`'],
    [{ order: { ...settle, adopt: ' ' } }, 'order.adopt is " ", which is not a valid'],
    [{ order: { ...settle, adopt: id } }, 'api is required: a deployment is checked before it is adopted'],
    [{ order: { ...settle, adopt: id }, api: { keyId: '', secret: 's' } }, 'api.keyId is empty'],
    [{ state: '' }, 'state is empty'],
  ])('%j is refused', async (change, message) => {
    const options = { rollout: 'kiosk-1', state: makeFolder(), order: { kind: 'pause' }, ...change };
    const refused = expect(giveOrder(options as OrderOptions)).rejects;
    await refused.toThrow(OptionError);
    await refused.toThrow(message);
  });
});
