/** What an operator does to a rollout, typed as an operator types it, against a server that speaks the API. */
import { appendFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawUuid, randomOf } from '../../src/base/random.ts';
import { systemClock } from '../../src/base/clock.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import { breakwater, startSimulator, waitForLine } from '../kit/command.ts';
import { holdFirstWave } from '../kit/held-gate.ts';
import { order } from '../kit/orders.ts';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';

const RUN = ['run', 'plan.yaml', '--yes'];
const OTHER_RUNNER = { host: hostname(), pid: process.pid, startedBy: null };

describe('without a runner', () => {
  test('a halt, a resume, and the run that goes on', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    const halted = await project.run(...RUN);
    expect(halted.exitCode, halted.stderr).toBe(1);
    expect(halted.stdout).toContain('breakwater resume kiosk-1 --reason');
    expect(halted.stdout).toContain('breakwater retry kiosk-1');

    const resumed = await project.run('resume', 'kiosk-1', '--reason', 'two kiosks were unplugged');
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('two kiosks were unplugged');
    expect(resumed.stderr).toContain('breakwater run kiosk-1');

    const done = await project.run(...RUN);
    expect(done.exitCode, done.stderr).toBe(0);
    const status = await project.status('kiosk-1');
    expect(status).toMatchObject({ status: 'completed', tally: { success: 3, failed: 2 }, round: 2 });
  });

  test('a halt, a retry, and both attempts on record', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    await project.run(...RUN);
    expect(await project.run('retry', 'kiosk-1', '--reason', 'power is back')).toMatchObject({ exitCode: 0 });
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
    expect(await project.status('kiosk-1')).toMatchObject({
      status: 'completed',
      tally: { success: 5, failed: 0 },
      deployments: [{ key: 'first/1' }, { key: 'first/2' }, { key: 'the others/1' }],
    });
  });

  test('a record that a crash has torn is cut, and the command says so', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    await project.run(...RUN);
    appendFileSync(join(project.cwd, '.breakwater/kiosk-1/journal.jsonl'), '{"seq":');
    const retried = await project.run('retry', 'kiosk-1');
    expect(retried.exitCode, retried.stderr).toBe(0);
    expect(retried.stderr).toContain('the last line of the record was incomplete and was removed (7 bytes)');
  });

  test('an abort is for good', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    await project.run(...RUN);
    expect(await project.run('abort', 'kiosk-1')).toMatchObject({ exitCode: 0 });
    const resumed = await project.run('resume', 'kiosk-1', '--reason', 'second thoughts');
    expect(resumed.exitCode).toBe(2);
    expect(resumed.stderr).toContain('aborted');
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 1 });
    const again = await project.run(...RUN, '--again');
    expect(again.exitCode, again.stderr).toBe(0);
  });

  test('a resume without a reason, and one of what has not halted, are refused', async () => {
    const project = await openProject(QUICK, PLAN);
    await project.run(...RUN);
    expect(await project.run('resume', 'kiosk-1')).toMatchObject({ exitCode: 2 });
    for (const none of ['', ' ', 'TEXT', '--yes', 'x'.repeat(1_001)]) {
      expect(await project.run('resume', 'kiosk-1', '--reason', none)).toMatchObject({ exitCode: 2 });
    }
    const refused = await project.run('resume', 'kiosk-1', '--reason', 'why not');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('it is completed');
    const unknown = await project.run('pause', 'kiosk-2');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('did you mean kiosk-1?');
  });
});

describe('a runner at work', () => {
  const SLOW = 'devices: { duration: { fixed: 1h } }\n';

  test('is paused, and the pause holds until it is resumed', async () => {
    const project = await openProject(QUICK, PLAN);
    const release = holdFirstWave(project.cwd);
    const run = project.start(...RUN, '--progress', 'json');
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    const paused = await project.run('pause', 'kiosk-1', '--reason', 'complaints');
    expect(paused.exitCode, paused.stderr).toBe(0);
    expect(paused.stdout).toContain('complaints');
    release();
    expect((await run).exitCode).toBe(3);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 3 });
    expect(await project.status('kiosk-1')).toMatchObject({ status: 'paused' });
    expect(await project.run('resume', 'kiosk-1', '--reason', 'solved')).toMatchObject({ exitCode: 0 });
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
  });

  test('is aborted: it halts, posts nothing further and watches for the grace time', async () => {
    const project = await openProject(SLOW, `haltGrace: 1s\n${PLAN}`);
    const run = project.start(...RUN, '--progress', 'json');
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    const aborted = await project.run('abort', 'kiosk-1', '--reason', 'wrong artifact');
    expect(aborted.exitCode, aborted.stderr).toBe(0);
    expect((await run).exitCode).toBe(1);
    expect(await project.status('kiosk-1')).toMatchObject({
      status: 'aborted',
      halt: { reason: 'operator' },
      deployments: [{ key: 'first/1' }],
    });
  });

  test('keeps another one out, which waits as long as it was told', async () => {
    const project = await openProject(QUICK, PLAN);
    const release = holdFirstWave(project.cwd);
    const first = project.start(...RUN, '--progress', 'json');
    await waitForLine(first, (line) => line.includes('"deployment-accepted"'));
    const waiting = project.start(...RUN, '--wait-lock', '1h');
    await waitForLine(waiting, (line) => line.includes('waiting'), 'stderr');
    release();
    expect((await first).exitCode).toBe(0);
    const second = await waiting;
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stderr).toContain('has already completed');
  });

  test('that is alive on this machine is not unlocked', async () => {
    const project = await openProject(SLOW, PLAN);
    const run = project.start(...RUN, '--progress', 'json');
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    const other = await project.run(...RUN);
    expect(other.exitCode).toBe(5);
    const [, id = ''] = /--holder (\S+)/.exec(other.stderr) ?? [];
    const refused = await project.run('unlock', 'kiosk-1', '--holder', id);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain(`kill ${run.pid ?? ''}`);
    expect(await project.run('unlock', 'kiosk-1', '--holder', 'somebody')).toMatchObject({ exitCode: 2 });
    run.kill('SIGKILL');
    await run;
  });
});

test('a rollout that others have started over meanwhile is not started over once more', async () => {
  const project = await openProject(QUICK, PLAN);
  expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
  const folder = join(project.cwd, '.breakwater');
  const other = await openFileStore(folder, systemClock).open('kiosk-1' as RolloutName, OTHER_RUNNER);
  if (other.kind !== 'done') throw new Error('the rollout is held');
  const run = project.start(...RUN, '--again', '--wait-lock', '1h');
  await waitForLine(run, (line) => line.includes('waiting'), 'stderr');
  const journal = other.value;
  await journal.archive();
  await journal.append(journal.events.map((event) => ({ ...event, at: event.at + 1_000 })));
  await journal.close();
  const { exitCode, stderr } = await run;
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('has already completed');
  expect(readdirSync(join(folder, 'kiosk-1')).sort()).toEqual(['journal.1.jsonl', 'journal.jsonl']);
});

describe('a deployment in doubt', () => {
  const LOST = `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [2] }]\n`;
  const NEVER_MADE = `${QUICK}faults: [{ fault: reset-before-effect, call: post, at: [2] }]\n`;

  /** A plan of another name whose only wave holds the devices that are given. */
  function planOf(name: string, devices: string): string {
    return `version: 1\nname: ${name}\nregion: us\nartifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }\nwaves: [{ name: w, devices: [${devices}] }]\n`;
  }

  test('is said with the commands that settle it, whole and quoted', async () => {
    const project = await openProject(LOST, PLAN);
    const { exitCode, stdout } = await project.run(...RUN);
    expect(exitCode).toBe(6);
    expect(stdout).toContain("breakwater settle kiosk-1 --deployment 'the others/1' --adopt");
    expect(stdout).toContain("breakwater settle kiosk-1 --deployment 'the others/1' --not-created");
  });

  test('that was never made is settled as not created, and posted once', async () => {
    const project = await openProject(NEVER_MADE, PLAN);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
    const settled = await project.run('settle', 'kiosk-1', '--deployment', 'the others/1', '--not-created');
    expect(settled.exitCode, settled.stderr).toBe(0);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
  });

  test('is adopted only under an id that exists and holds its devices', async () => {
    const project = await openProject(LOST, PLAN);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
    const settle = (id: string) =>
      project.run('settle', 'kiosk-1', '--deployment', 'the others/1', '--adopt', id);

    const unknown = await settle('00000000-0000-4000-8000-000000000000');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('knows no deployment');

    project.write('other.yaml', planOf('other', 'k-9'));
    expect(await project.run('run', 'other.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    const foreign = await settle(await idOf(project, 'other', 'w/1'));
    expect(foreign.exitCode).toBe(2);
    expect(foreign.stderr).toContain('k-9');

    const own = await settle(await idOf(project, 'kiosk-1', 'first/1'));
    expect(own.exitCode).toBe(2);
    expect(own.stderr).toContain('is deployment first/1 of this rollout');
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
  });

  test('that exists is adopted, followed, and never posted again', async () => {
    const project = await openProject(LOST, PLAN);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
    // The simulator names deployments by its seed, which is 1 where a scenario gives none.
    const id = drawUuid(randomOf(1, 'deployment', 2));
    const adopted = await project.run('settle', 'kiosk-1', '--deployment', 'the others/1', '--adopt', id);
    expect(adopted.exitCode, adopted.stderr).toBe(0);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
    expect(await project.status('kiosk-1')).toMatchObject({
      status: 'completed',
      tally: { success: 5 },
      deployments: [{ key: 'first/1' }, { key: 'the others/1', call: { deploymentId: id } }],
    });
  });

  test('is adopted only once the list of its devices is whole', async () => {
    const lost = '{ fault: reset-after-effect, call: post, at: [1] }';
    const cut = '{ fault: partial-list, call: poll, at: [1] }';
    const project = await openProject(`${QUICK}faults: [${lost}, ${cut}]\n`, PLAN);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
    const id = drawUuid(randomOf(1, 'deployment', 1));
    const settle = () => project.run('settle', 'kiosk-1', '--deployment', 'first/1', '--adopt', id);
    const refused = await settle();
    expect(refused.exitCode, refused.stderr).toBe(4);
    expect(refused.stderr).toContain('is incomplete, so Breakwater cannot check whether it is first/1');
    // Nothing was left behind that a run would take up.
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 6 });
    const adopted = await settle();
    expect(adopted.exitCode, adopted.stderr).toBe(0);
  });

  test('says what is missing when neither or both ways are given', async () => {
    const project = await openProject(LOST, PLAN);
    await project.run(...RUN);
    const settle = ['settle', 'kiosk-1', '--deployment', 'the others/1'];
    expect(await project.run(...settle)).toMatchObject({ exitCode: 2 });
    expect(await project.run(...settle, '--not-created', '--adopt', 'x')).toMatchObject({ exitCode: 2 });
  });
});

describe('rollouts of one state', () => {
  const OTHER = PLAN.replace('kiosk-1', 'kiosk-2').replace('[k-3, k-4, k-5]', '[k-6]');

  test('that share a device: the second is refused before it posts, naming both', async () => {
    const project = await openProject('devices: { duration: { fixed: 1h } }\n', PLAN);
    project.write('other.yaml', OTHER);
    const run = project.start(...RUN, '--progress', 'json');
    await waitForLine(run, (line) => line.includes('"deployment-accepted"'));
    const refused = await project.run('run', 'other.yaml', '--yes');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('kiosk-2');
    expect(refused.stderr).toContain('kiosk-1: 2 devices (k-1, k-2)');
    expect(refused.stderr).toContain('--allow-overlap');
    run.kill('SIGKILL');
    await run;
  });

  test('a rollout that is aborted while nobody runs it and nothing is in flight is finished', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    project.write('other.yaml', OTHER);
    await project.run(...RUN);
    await project.run('resume', 'kiosk-1', '--reason', 'go');
    const blocked = await project.run('run', 'other.yaml', '--yes');
    expect(blocked.exitCode).toBe(2);
    expect(blocked.stderr).toContain('breakwater abort kiosk-1');
    const aborted = await project.run('abort', 'kiosk-1');
    expect(aborted.exitCode, aborted.stderr).toBe(0);
    expect(aborted.stderr).not.toContain('breakwater run');
    expect(await project.run('run', 'other.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 1 });
  });

  test('a resume that was left for a finished one is not taken up beside another', async () => {
    const project = await openProject('devices: { duration: { fixed: 1h } }\n', PLAN);
    project.write('other.yaml', OTHER);
    project.write('halting.yaml', `version: 1\n${FAILS_ONCE}`);
    const elsewhere = await startSimulator(join(project.cwd, 'halting.yaml'));
    expect(await breakwater(RUN, { cwd: project.cwd, env: elsewhere })).toMatchObject({ exitCode: 1 });
    const other = project.start('run', 'other.yaml', '--yes', '--allow-overlap', '--progress', 'json');
    await waitForLine(other, (line) => line.includes('"deployment-accepted"'));
    const store = openFileStore(join(project.cwd, '.breakwater'), systemClock);
    await store.enqueueOrder('kiosk-1' as RolloutName, order('resume'));
    const refused = await project.run(...RUN);
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('kiosk-2: 2 devices (k-1, k-2)');
    other.kill('SIGKILL');
    await other;
  });

  test('one that was finished until a deployment was adopted does not go on beside another', async () => {
    const project = await openProject(
      `${QUICK}overrides:
  - { deployments: [1], outcomes: { failed: 100% } }
  - { deployments: [3], duration: { fixed: 1h } }
faults: [{ fault: timeout-after-effect, call: post, at: [2] }]
`,
      PLAN.replace('[k-1, k-2]', '[k-1, k-2]\n    batch: { size: 1, parallel: 2 }'),
    );
    project.write('other.yaml', OTHER);
    const halting = project.start(...RUN, '--progress', 'json');
    await waitForLine(halting, (line) => line.includes('"rollout-halted"'));
    halting.kill('SIGKILL');
    await halting;
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 1 });
    const other = project.start('run', 'other.yaml', '--yes', '--allow-overlap', '--progress', 'json');
    await waitForLine(other, (line) => line.includes('"deployment-accepted"'));

    // Of somebody whose command was killed as soon as it had left it.
    const store = openFileStore(join(project.cwd, '.breakwater'), systemClock);
    await store.enqueueOrder('kiosk-1' as RolloutName, order('resume'));
    const id = drawUuid(randomOf(1, 'deployment', 2));
    const settled = await project.run('settle', 'kiosk-1', '--deployment', 'first/2', '--adopt', id);
    expect(settled.exitCode, settled.stderr).toBe(0);
    const status = await project.status('kiosk-1');
    expect(status).toMatchObject({ status: 'halted', halt: { reason: 'failures-exceeded' } });
    expect(JSON.stringify(status)).toContain('started after this order share devices: kiosk-2');

    const resumed = await project.run('resume', 'kiosk-1', '--reason', 'go');
    expect(resumed.exitCode, resumed.stderr).toBe(2);
    expect(resumed.stderr).toContain('kiosk-2: 2 devices (k-1, k-2)');
    other.kill('SIGKILL');
    await other;
  });

  test('share devices where it is meant, and one after the other', async () => {
    const project = await openProject(FAILS_ONCE, PLAN);
    project.write('other.yaml', OTHER);
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 1 });
    // The first has halted and been watched to its end: the second may begin, and the first no longer go on besides it.
    const paused = project.start('run', 'other.yaml', '--yes', '--progress', 'json');
    expect((await paused).exitCode).toBe(0);
    expect(await project.run('resume', 'kiosk-1', '--reason', 'go')).toMatchObject({ exitCode: 0 });
  });
});

async function idOf(
  project: Awaited<ReturnType<typeof openProject>>,
  name: string,
  key: string,
): Promise<string> {
  const status = (await project.status(name)) as {
    readonly deployments: readonly {
      readonly key: string;
      readonly call: { readonly deploymentId: string };
    }[];
  };
  return status.deployments.find((deployment) => deployment.key === key)?.call.deploymentId ?? '';
}

describe('a wave that needs approval', () => {
  const STAGED = PLAN.replace('name: the others', 'name: the others\n    approval: required').replace(
    'devices: [k-1, k-2]',
    'devices: [k-1, k-2]\n    soak: 50ms',
  );

  test('waits for it with exit 3, is approved from elsewhere, and goes on', async () => {
    const project = await openProject(QUICK, STAGED);
    const waiting = await project.run(...RUN);
    expect(waiting.exitCode, waiting.stderr).toBe(3);
    expect(waiting.stdout).toContain("breakwater approve kiosk-1 --wave 'the others'");
    expect(await project.status('kiosk-1')).toMatchObject({ status: 'waiting', tally: { success: 2 } });

    const wrong = await project.run('approve', 'kiosk-1', '--wave', 'others');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('the others');
    const approved = await project.run(
      'approve',
      'kiosk-1',
      '--wave',
      'the others',
      '--reason',
      'looks good',
    );
    expect(approved.exitCode, approved.stderr).toBe(0);
    expect(approved.stdout).toContain('looks good');
    expect(await project.status('kiosk-1')).toMatchObject({ status: 'ready', tally: { success: 2 } });

    const done = await project.run(...RUN);
    expect(done.exitCode, done.stderr).toBe(0);
  });

  test('does not take the approval over to a plan that has changed', async () => {
    const project = await openProject(QUICK, STAGED);
    await project.run(...RUN);
    await project.run('approve', 'kiosk-1', '--wave', 'the others');
    project.write('plan.yaml', STAGED.replace('k-5]', 'k-5, k-6]'));
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 3 });
    await project.run('approve', 'kiosk-1', '--wave', 'the others');
    expect(await project.run(...RUN)).toMatchObject({ exitCode: 0 });
    expect(await project.status('kiosk-1')).toMatchObject({ tally: { success: 6 } });
  });

  test('asks nobody on a simulator', async () => {
    const project = await openProject(QUICK, STAGED);
    const { exitCode, stderr } = await project.run('run', 'plan.yaml', '--simulate', '--speed', '2000');
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('nobody is asked');
  });
});
