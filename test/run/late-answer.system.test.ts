/**
 * A runner whose database has put a deployment's intent on record, and is late with the answer. Meanwhile others unlock,
 * settle and run the rollout, each by the built command; then the answer comes, and the end of the session.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';
import { openClient } from '../../src/host/open-client.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { fold } from '../../src/rollout/apply.ts';
import { runRollout } from '../../src/run/loop/run-rollout.ts';
import { openSimulator } from '../../src/backend/simulator/server.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import { breakwater } from '../kit/command.ts';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { held, storeAt } from '../kit/postgres-stores.ts';
import { makeProject, PLAN } from '../kit/projects.ts';
import { approve } from '../kit/staged-runs.ts';
import { startProxy } from '../kit/tcp-proxy.ts';

const NAME = 'kiosk-1' as RolloutName;
const ONCE = ['k-1', 'k-2', 'k-3', 'k-4', 'k-5'];
const CREDENTIALS = { keyId: 'late', secret: 'c2VjcmV0LW9mLXRoZS1sYXRl' };

/** A signature's 10 minutes, and the margin. */
const SIGNATURE_MS = 660_000;
const HOUR_MS = 3_600_000;

async function openWorld() {
  const place = await sharedPostgres();
  const schema = newSchema();
  const state = ['--state', urlOf(place, { schema })];
  let aheadMs = 0;
  const clock: Clock = {
    now: () => systemClock.now() + aheadMs,
    sleepUntil: (at, signal) => systemClock.sleepUntil(at - aheadMs, signal),
  };
  const devices = { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 20 } as const };
  const scenario = { ...SCENARIO_DEFAULTS, devices };
  const simulator = await openSimulator({ scenario, credentials: CREDENTIALS, clock });
  onTestFinished(() => simulator.close());
  const cwd = makeProject('', PLAN.replace('name: first', 'name: first\n    approval: required'));
  const env = {
    ALLXON_API_URL: simulator.url,
    ALLXON_API_KEY_ID: CREDENTIALS.keyId,
    ALLXON_API_SECRET: CREDENTIALS.secret,
  };
  const command = (...args: readonly string[]) => breakwater([...args, ...state], { cwd, env });
  return {
    place,
    schema,
    simulator,
    command,
    run: () => command('run', 'plan.yaml', '--yes'),
    settle: () => command('settle', NAME, '--deployment', 'first/1', '--not-created'),
    /** Lets the API's clock pass the end of the signature. */
    waitForSignature() {
      aheadMs = SIGNATURE_MS;
    },
    posts: () => simulator.stats().callsByKind.post,
    /** Every device, as often as it was deployed to. */
    deployed: () =>
      simulator
        .ledger()
        .deployments.flatMap((deployment) => deployment.devices.map(({ serial }) => serial))
        .sort(),
  };
}

/** A rollout that is started and approved, and whose runner has announced its first deployment and waits for the database. */
async function openLateAnswer() {
  const world = await openWorld();
  const { place, schema, simulator, run } = world;
  expect(await run()).toMatchObject({ exitCode: 3 });
  const proxy = await startProxy(place.port);
  // However slow the machine is, it waits for the answer.
  const store = await storeAt(urlOf(place, { schema, tcp: proxy.port }), { statementMs: HOUR_MS });
  const journal = await held(store, NAME);
  const state = present(fold(journal.events), 'the state to go on from');
  await store.enqueueOrder(NAME, approve('first', state.digest));
  const { api } = await openClient({
    origin: simulator.url,
    credentials: CREDENTIALS,
    env: {},
    clock: systemClock,
  });
  onTestFinished(() => api.close());
  proxy.stallAnswerTo('deployment-intended');
  const heldBack = proxy.heldBack();
  const running = runRollout(
    state,
    {
      api,
      journal,
      clock: systemClock,
      shared: null,
      observer: { event: () => undefined, notice: () => undefined },
      commands: () => Promise.resolve({ outcome: 'passed', detail: '', output: '', tookMs: 0 }),
      stop: new AbortController().signal,
    },
    {
      minIntervalMs: 50,
      maxIntervalMs: 200,
      apiOutageMs: 60_000,
      maxWaitMs: null,
      runner: { host: 'here', pid: 1, startedBy: null },
      version: 'test',
    },
  );
  const ended = running.then(({ cause }) => {
    throw new Error(`it ended before it announced a deployment: ${JSON.stringify(cause)}`);
  });
  await Promise.race([heldBack, ended]);
  ended.catch(() => null);
  return {
    ...world,
    admin: await administer(place, schema),
    holder: journal.id,
    /** The answer comes, and the end of the session behind it; resolves to why the runner ended. */
    async deliver() {
      proxy.release();
      return (await running).cause;
    },
  };
}

describe('a runner that learns late that its intent is on record', () => {
  test('deploys nothing after it was unlocked, settled and run again by others', async () => {
    const late = await openLateAnswer();
    const { command, run, settle, holder, deployed } = late;
    const unlock = () => command('unlock', NAME, '--holder', holder);
    const early = await unlock();
    expect(early.exitCode, early.stderr).toBe(5);
    expect(early.stderr).toMatch(/may still send it[^]*after \d{4}-/);
    late.waitForSignature();
    const steps = [await unlock(), await run(), await settle(), await run()];
    expect(
      steps.map(({ exitCode }) => exitCode),
      JSON.stringify(steps),
    ).toEqual([0, 6, 0, 0]);
    expect(deployed()).toEqual(ONCE);
    const posts = late.posts();
    expect(await late.deliver()).toMatchObject({ why: 'lost' });
    expect(late.posts()).toBe(posts);
    expect(deployed()).toEqual(ONCE);
  });

  test('deploys nothing after its session was ended by the server, though its signature still holds', async () => {
    const late = await openLateAnswer();
    const { run, settle, deployed } = late;
    await late.admin.query('SELECT pg_terminate_backend(backend, 60000) FROM holders');
    const early = [await run(), await settle()];
    expect(
      early.map(({ exitCode }) => exitCode),
      JSON.stringify(early),
    ).toEqual([6, 2]);
    expect(early[1]?.stderr).toMatch(/may still be sent or delivered until \d{4}-/);
    expect(await late.deliver()).toMatchObject({ why: 'lost' });
    expect(late.posts()).toBe(0);
    late.waitForSignature();
    const steps = [await settle(), await run()];
    expect(
      steps.map(({ exitCode }) => exitCode),
      JSON.stringify(steps),
    ).toEqual([0, 0]);
    expect(deployed()).toEqual(ONCE);
  });
});
