/** The workflows that run and approve rollouts, step by step as they stand, against a simulator. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { runJob } from '../kit/actions/run-job.ts';
import type { JobResult } from '../kit/actions/run-job.ts';
import { readWorkflow } from '../kit/actions/workflow.ts';
import type { Job } from '../kit/actions/workflow.ts';
import { breakwater, ROOT, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { FAILS_ONCE, makeProject, PLAN, QUICK } from '../kit/projects.ts';

const EXAMPLES = join(ROOT, 'examples/ci/github');
const WAITS = PLAN.replace('name: the others', 'name: the others\n    approval: required');

function readJob(workflow: string, name: string): Job {
  const job = readWorkflow(join(EXAMPLES, workflow)).jobs[name];
  if (job === undefined) throw new Error(`${workflow} has no job ${name}`);
  return job;
}

/** A repository whose plans are merged, and how its workflows run. */
async function openRepository(
  scenario: string,
  plan: string,
  secretOf: (state: string) => string | undefined = (state) => state,
) {
  const project = makeProject(scenario, plan);
  const api = await startSimulator(join(project, 'scenario.yaml'));
  const runners = makeFolder();
  const state = join(runners, 'state');
  const secret = secretOf(state);
  let jobs = 0;

  /** A fresh workspace and a fresh runner: nothing of the last job is there. */
  async function run(
    workflow: string,
    job: string,
    given: Readonly<Record<string, unknown>>,
    change: (job: Job) => Job = (same) => same,
  ): Promise<JobResult> {
    jobs += 1;
    const workspace = join(runners, `${jobs}`, 'workspace');
    mkdirSync(join(workspace, 'rollouts'), { recursive: true });
    cpSync(join(project, 'plan.yaml'), join(workspace, 'rollouts/kiosk-1.yaml'));
    cpSync(join(project, 'breakwater.config.yaml'), join(workspace, 'breakwater.config.yaml'));
    const { event = 'push', ...contexts } = given;
    const secrets = {
      ALLXON_API_KEY_ID: api['ALLXON_API_KEY_ID'],
      ALLXON_API_SECRET: api['ALLXON_API_SECRET'],
      ...(secret === undefined ? {} : { BREAKWATER_STATE: secret }),
    };
    const result = await runJob(change(readJob(workflow, job)), {
      workspace,
      temp: join(runners, `${jobs}`, 'temp'),
      github: { event_name: event, token: 't0ken' },
      contexts: { secrets, matrix: { plan: 'rollouts/kiosk-1.yaml' }, ...contexts },
      env: { ALLXON_API_URL: api['ALLXON_API_URL'] ?? '' },
      standIns: {
        'actions/checkout': () => ({}),
        'actions/setup-node': () => ({}),
        'actions/upload-artifact': () => ({}),
      },
    });
    rmSync(workspace, { recursive: true });
    return result;
  }

  return {
    rollout: async (event: 'push' | 'schedule', change?: (job: Job) => Job) =>
      run('rollouts.yml', 'run', { event }, change),
    approve: async (wave: string) =>
      run('approve-wave.yml', 'approve', {
        event: 'workflow_dispatch',
        inputs: { rollout: 'kiosk-1', wave, reason: 'no complaints' },
      }),
    status: async () => {
      const { stdout } = await breakwater(['status', 'kiosk-1', '--format', 'json', '--state', state]);
      return JSON.parse(stdout) as {
        readonly deployments: readonly unknown[];
        readonly orders: readonly unknown[];
      };
    },
    order: async (...args: readonly string[]) => breakwater([...args, '--state', state]),
  };
}

test('a merged plan is run to its end, and there is a report to keep', async () => {
  const { rollout } = await openRepository(QUICK, PLAN);
  const { conclusion, steps, summary, log } = await rollout('push');
  expect(conclusion, log).toBe('success');
  expect(steps['rollout']?.outputs).toMatchObject({
    'exit-code': '0',
    result: 'completed',
    rollout: 'kiosk-1',
    'waits-for-approval': '',
  });
  expect(existsSync(steps['rollout']?.outputs['page'] ?? '')).toBe(true);
  expect(summary).toContain('kiosk-1');
  expect(summary).not.toContain('Approve a wave');
});

test('where a wave waits for an approval nothing has failed; once it is given, the schedule goes on', async () => {
  const { rollout, approve, status } = await openRepository(QUICK, WAITS);
  const waits = { 'exit-code': '3', result: 'unfinished', 'waits-for-approval': 'the others' };
  for (const event of ['push', 'schedule'] as const) {
    const { conclusion, steps, summary, log } = await rollout(event, waitingAtMost('0s'));
    expect(conclusion, log).toBe('success');
    expect(steps['rollout']?.outputs).toMatchObject(waits);
    expect(log).toContain('::notice title=Breakwater::');
    expect(summary).toContain(
      'Wave **the others** of kiosk-1 waits for approval: [Approve a wave](https://github.example/acme/kiosks/actions/workflows/approve-wave.yml)',
    );
  }
  expect((await status()).deployments).toHaveLength(1);

  expect(await approve('the others')).toMatchObject({ conclusion: 'success' });
  expect((await rollout('schedule')).steps['rollout']?.outputs).toMatchObject({ result: 'completed' });
  const { deployments, orders } = await status();
  expect(deployments).toHaveLength(2);
  expect(orders).toMatchObject([
    {
      kind: 'approve',
      by: 'https://github.example/acme/kiosks/actions/runs/4711',
      reason: 'no complaints (asked for by ana)',
    },
  ]);
});

test('a wave that does not exist is not approved', async () => {
  const { rollout, approve } = await openRepository(QUICK, WAITS);
  await rollout('push', waitingAtMost('0s'));
  const { conclusion, log } = await approve('the other');
  expect(conclusion).toBe('failure');
  expect(log).toContain('the others');
});

test('what --max-wait cuts short, the schedule goes on with', async () => {
  const { rollout, status } = await openRepository(
    QUICK,
    PLAN.replace('name: first', 'name: first\n    soak: 1s'),
  );
  const cut = await rollout('push', waitingAtMost('0s'));
  expect(cut.conclusion, cut.log).toBe('success');
  expect(cut.steps['rollout']?.outputs).toMatchObject({ result: 'unfinished', 'waits-for-approval': '' });
  expect((await status()).deployments).toHaveLength(1);
  expect((await rollout('schedule')).steps['rollout']?.outputs).toMatchObject({ result: 'completed' });
  expect((await status()).deployments).toHaveLength(2);
});

test('a halt fails the job and is not told again by the schedule, which goes on after an order', async () => {
  const { rollout, status, order } = await openRepository(FAILS_ONCE, PLAN);
  const halted = await rollout('push');
  expect(halted.conclusion).toBe('failure');
  expect(halted.log).toContain('::error title=Breakwater::the rollout halted');
  expect(halted.steps['rollout']?.outputs).toMatchObject({
    'exit-code': '1',
    result: 'halted',
    rollout: 'kiosk-1',
  });
  expect(existsSync(halted.steps['rollout']?.outputs['page'] ?? '')).toBe(true);
  expect(halted.summary).toContain('halted');

  const quiet = await rollout('schedule');
  expect(quiet.conclusion, quiet.log).toBe('success');
  expect(quiet.steps['rollout']?.conclusion).toBe('skipped');
  expect((await status()).deployments).toHaveLength(1);

  expect(await order('retry', 'kiosk-1')).toMatchObject({ exitCode: 0 });
  expect((await rollout('schedule')).steps['rollout']?.outputs).toMatchObject({ result: 'completed' });
});

test.each([
  ['without a secret for the record', () => undefined],
  ['with an empty one', () => ''],
  ['with one in quotes', (state: string) => `'${state}'`],
  ['with a folder in the workspace', () => 'records'],
])('%s nothing is deployed by any job, and each of them fails', async (_, secretOf) => {
  const { rollout } = await openRepository(QUICK, PLAN, secretOf);
  for (const event of ['push', 'schedule', 'schedule', 'schedule'] as const) {
    const { conclusion, log } = await rollout(event);
    expect(conclusion).toBe('failure');
    expect(log).not.toContain('posting');
  }
});

test('with the right one, a merge and three scheduled jobs deploy to each device once', async () => {
  const { rollout, status } = await openRepository(QUICK, PLAN);
  const logs = [];
  for (const event of ['push', 'schedule', 'schedule', 'schedule'] as const) {
    const { conclusion, log } = await rollout(event);
    expect(conclusion, log).toBe('success');
    logs.push(log);
  }
  expect((await status()).deployments).toHaveLength(2);
  expect(logs.join('').match(/deployment .*: deploying/g)).toHaveLength(2);
});

test('the schedule starts nothing: a record that was emptied is no new start', async () => {
  const { rollout } = await openRepository(QUICK, PLAN);
  for (let job = 1; job <= 3; job += 1) {
    const { conclusion, log } = await rollout('schedule');
    expect(conclusion).toBe('failure');
    expect(log).toContain('has no record of kiosk-1, and --continue-only starts nothing');
    expect(log).not.toContain('posting');
  }
});

test('every plan in rollouts/ is found, and none in its folders', async () => {
  const { plans } = await find(['kiosk-1.yaml', 'kiosk 2.yml', 'fleet.csv', 'done/kiosk-0.yaml']);
  expect(plans).toEqual(['rollouts/kiosk-1.yaml', 'rollouts/kiosk 2.yml']);
  expect(await find(['done/kiosk-0.yaml'])).toEqual({ plans: [] });
});

async function find(names: readonly string[]) {
  const workspace = makeFolder();
  for (const name of names) {
    mkdirSync(dirname(join(workspace, 'rollouts', name)), { recursive: true });
    writeFileSync(join(workspace, 'rollouts', name), PLAN);
  }
  const { outputs } = await runJob(readJob('rollouts.yml', 'find'), {
    workspace,
    temp: makeFolder(),
    github: {},
    contexts: {},
    env: {},
    standIns: { 'actions/checkout': () => ({}) },
  });
  return { plans: JSON.parse(outputs['plans'] ?? '') as unknown };
}

test('after an approval the workflow of the rollouts is started', async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push([request.method, request.url, request.headers.authorization, body]);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { conclusion, log } = await runJob(readJob('approve-wave.yml', 'go-on'), {
    workspace: makeFolder(),
    temp: makeFolder(),
    github: { token: 't0ken' },
    contexts: {},
    env: { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  });
  expect(conclusion, log).toBe('success');
  expect(asked).toEqual([
    ['POST', '/repos/acme/kiosks/actions/workflows/rollouts.yml/dispatches', 'Bearer t0ken', { ref: 'main' }],
  ]);
});

/** The job as it stands, but for how long a run of it may wait. */
function waitingAtMost(duration: string) {
  return (job: Job): Job => ({
    ...job,
    steps: job.steps.map((step) => {
      const args = step.with?.['args'];
      return typeof args !== 'string'
        ? step
        : { ...step, with: { ...step.with, args: args.replace('10m', duration) } };
    }),
  });
}
