/** Hooks and gates of a real run: its process is killed or stopped in the middle of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';

type Project = Awaited<ReturnType<typeof openProject>>;

/** A script that writes a line to `ran`, and hangs the first time that it is run: until the test's folder is gone. */
const HANGS_ONCE = `echo "$BREAKWATER_HOOK $BREAKWATER_WAVE" >> ran; [ "$(wc -l < ran)" -gt 1 ] || while [ -f ran ]; do sleep 0.2; done\n`;

function linesOf({ cwd }: Project): readonly string[] {
  const file = join(cwd, 'ran');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** Starts a run, and ends it with `signal` as soon as the script is at it. */
async function endInScript(project: Project, signal: 'SIGKILL' | 'SIGINT') {
  const run = project.start('run', 'plan.yaml', '--yes');
  await vi.waitFor(
    () => {
      expect(linesOf(project)).toHaveLength(1);
    },
    { timeout: 60_000, interval: 50 },
  );
  run.kill(signal);
  return run;
}

async function openWith(scenario: string, hooks: string): Promise<Project> {
  const project = await openProject(scenario, PLAN.replace('waves:', `haltGrace: 1s\n${hooks}\nwaves:`));
  project.write('hook.sh', HANGS_ONCE);
  return project;
}

const RUN = '[sh, hook.sh]';

describe('a run that is killed in the middle of a hook', () => {
  test('that tells is not followed by another run of it, and that is told', async () => {
    const project = await openWith(FAILS_ONCE, `hooks: { onHalt: { run: ${RUN} } }`);
    await endInScript(project, 'SIGKILL');
    const { exitCode, stdout, stderr } = await project.run('run', 'plan.yaml', '--yes');
    expect(exitCode, stderr).toBe(1);
    expect(linesOf(project)).toEqual(['onHalt first']);
    expect(stdout).toContain('hook sh (onHalt, wave first) has no result');
    await project.run('run', 'plan.yaml', '--yes');
    expect(linesOf(project)).toHaveLength(1);
  });

  test('that decides is followed by another run of it', async () => {
    const project = await openWith(QUICK, `hooks: { beforeRollout: { run: ${RUN} } }`);
    await endInScript(project, 'SIGKILL');
    const { exitCode, stderr } = await project.run('run', 'plan.yaml', '--yes');
    expect(exitCode, stderr).toBe(0);
    expect(linesOf(project)).toHaveLength(2);
  });
});

test('a run that is stopped in the middle of a gate ends it, and the next one tries it again', async () => {
  const project = await openWith(QUICK, `defaults: { gates: [{ name: check, run: ${RUN} }] }`);
  const stopped = await endInScript(project, 'SIGINT');
  expect(stopped.exitCode, stopped.stderr).toBe(3);
  const { exitCode, stderr } = await project.run('run', 'plan.yaml', '--yes');
  expect(exitCode, stderr).toBe(0);
  // Once more for the first wave, and once for the second.
  expect(linesOf(project)).toEqual(['gate first', 'gate first', 'gate the others']);
});

test('a rollout that waits for an approval, and then loses an answer, notifies somebody of each once', async () => {
  const lost = `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`;
  const tell =
    '[sh, -c, \'echo "$BREAKWATER_HOOK $BREAKWATER_WAVE $BREAKWATER_REASON: $BREAKWATER_MESSAGE" >> ran\']';
  const hooks = `hooks: { onWait: { run: ${tell} }, onDoubt: { run: ${tell} }, onStop: { run: ${tell} } }`;
  const project = await openProject(
    lost,
    PLAN.replace('waves:', `${hooks}\nwaves:`).replace('name: first', 'name: first\n    approval: required'),
  );
  const run = () => project.run('run', 'plan.yaml', '--yes');
  expect((await run()).exitCode).toBe(3);
  expect((await run()).exitCode).toBe(3);
  expect(linesOf(project)).toEqual(['onWait first approval: wave first waits for approval']);
  const approved = await project.run('approve', 'kiosk-1', '--wave', 'first');
  expect(approved.exitCode, approved.stderr).toBe(0);
  expect((await run()).exitCode).toBe(6);
  expect((await run()).exitCode).toBe(6);
  expect(linesOf(project)).toHaveLength(2);
  expect(linesOf(project)[1]).toMatch(/^onDoubt first in-doubt: first\/1: POST \/ota\/deployment /);
});

test('a run that the API refuses tells it once, with the reason, however often it is run again', async () => {
  const project = await openProject(
    `${QUICK}faults: [{ fault: forbidden, call: post }]\n`,
    PLAN.replace('waves:', 'hooks: { onStop: { run: [sh, tell.sh] } }\nwaves:'),
  );
  project.write('tell.sh', 'echo "$BREAKWATER_HOOK $BREAKWATER_REASON" >> ran\n');
  const runs = [
    await project.run('run', 'plan.yaml', '--yes'),
    await project.run('run', 'plan.yaml', '--yes'),
  ];
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([4, 4]);
  expect(linesOf(project)).toEqual(['onStop api-refused']);
});
