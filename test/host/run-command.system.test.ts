/** Hooks and gates as real processes. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMask } from '../../src/backend/allxon/mask.ts';
import { createCommandRunner } from '../../src/host/run-command.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import { fold } from '../../src/rollout/apply.ts';
import { present } from '../../src/base/assert.ts';
import { makeFolder } from '../kit/folders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { isAlive } from '../kit/processes.ts';
import { compileSchema } from '../kit/schemas.ts';
import type { CommandRequest } from '../../src/run/loop/command-runner.ts';

const plan = makePlan([makeWave('berlin', 3)]);
const state = present(
  fold([{ seq: 1, at: 1, type: 'rollout-started', plan, digest: digestPlan(plan), simulated: false }]),
  'the state',
);
const SECRET = 'a-secret-that-is-long-enough';

async function run(
  command: readonly string[],
  { timeoutMs = 60_000, signal = new AbortController().signal, folder = makeFolder() } = {},
) {
  const runner = createCommandRunner({
    folder,
    env: { PATH: process.env['PATH'], ALLXON_API_SECRET: SECRET, ALLXON_API_KEY_ID: 'key', MINE: 'kept' },
    mask: createMask([SECRET]),
  });
  const request: CommandRequest = {
    command: { name: 'a hook', run: command, timeoutMs },
    occasion: 'beforeWave',
    wave: 'berlin',
    notice: null,
    state,
  };
  return { ...(await runner(request, signal)), folder };
}

/** As a shell would run it. */
function script(text: string): readonly string[] {
  return ['sh', '-c', text];
}

describe('a command', () => {
  test('that exits with 0 has passed, and what it printed on either stream is kept', async () => {
    expect(await run(script('echo out; echo err >&2'))).toMatchObject({
      outcome: 'passed',
      detail: '',
      output: expect.stringMatching(/out[^]*err|err[^]*out/) as string,
    });
  });

  test.each([
    ['exit 3', 'exit code 3'],
    ['kill -KILL $$', 'ended by SIGKILL'],
  ])('that ends by `%s` has failed, and says how', async (text, detail) => {
    expect(await run(script(text))).toMatchObject({ outcome: 'failed', detail });
  });

  test('is not given to a shell, and starts in the plan’s folder', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'show.sh'), '#!/bin/sh\npwd\nprintf "%s|" "$@"\n');
    chmodSync(join(folder, 'show.sh'), 0o755);
    const { output } = await run(['./show.sh', '$HOME', 'a b', '*'], { folder });
    expect(output.split('\n')[1]).toBe('$HOME|a b|*|');
    expect(output).toContain(folder);
  });

  test('that is not there, or may not be run, is told with its reason', async () => {
    expect(await run(['./none.sh'])).toMatchObject({
      outcome: 'not-started',
      detail: expect.stringContaining('ENOENT') as string,
    });
    const folder = makeFolder();
    writeFileSync(join(folder, 'data.txt'), 'no program\n');
    expect(await run(['./data.txt'], { folder })).toMatchObject({
      outcome: 'not-started',
      detail: expect.stringContaining('EACCES') as string,
    });
  });

  test('gets where the rollout stands on stdin, and the chief of it as variables', async () => {
    const folder = makeFolder();
    const { outcome, output } = await run(script('cat > state.json; env | grep ^BREAKWATER_ | sort'), {
      folder,
    });
    expect(outcome).toBe('passed');
    expect(output.split('\n')).toEqual([
      `BREAKWATER_ARTIFACT=${plan.artifact.uuid}`,
      'BREAKWATER_DEVICES=3',
      `BREAKWATER_DIGEST=${digestPlan(plan)}`,
      'BREAKWATER_FAILURES=0',
      'BREAKWATER_HOOK=beforeWave',
      'BREAKWATER_NAME=a hook',
      'BREAKWATER_PHASE=running',
      'BREAKWATER_ROLLOUT=camera-2.14',
      'BREAKWATER_SUCCESS=0',
      'BREAKWATER_WAVE=berlin',
    ]);
    const document: unknown = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
    const validate = compileSchema('status');
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });

  test('has the environment but the credentials, and a secret that it prints all the same is hidden', async () => {
    const { output } = await run(script(`env; echo ${SECRET}`));
    expect(output).toContain('MINE=kept');
    expect(output).not.toContain('ALLXON_API');
    expect(output).not.toContain(SECRET);
    expect(output).toContain('***');
  });

  test('that prints the secret where its output is cut shows no part of it', async () => {
    const { output } = await run(script(`printf %s ${SECRET}; head -c 4090 /dev/zero | tr "\\0" x`));
    expect(output).toMatch(/^\**x+$/);
  });

  test('that hangs is ended when its time is out, and so is what it has started', async () => {
    const folder = makeFolder();
    const { outcome, detail } = await run(
      script('(sleep 1000; touch lived) & echo $! > child; trap "" TERM; while :; do sleep 1000; done'),
      { folder, timeoutMs: 300 },
    );
    expect({ outcome, detail }).toEqual({ outcome: 'timed-out', detail: 'the limit is 300ms' });
    await expect.poll(() => isAlive(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false);
    expect(existsSync(join(folder, 'lived'))).toBe(false);
  });

  test('that leaves a child behind, with its output in hand, holds nothing up, and takes it along', async () => {
    const folder = makeFolder();
    const { outcome, output } = await run(script('sleep 1000 & echo $! > child; echo done'), { folder });
    expect({ outcome, output }).toEqual({ outcome: 'passed', output: 'done' });
    await expect.poll(() => isAlive(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false);
  });

  test('that prints 100 MB is kept to its end', async () => {
    const { outcome, output } = await run(
      script('head -c 100000000 /dev/zero | tr "\\0" x; echo; echo the end'),
    );
    expect({ outcome, output }).toEqual({ outcome: 'passed', output: 'the end' });
  });

  test('that does not read its input does not mind', async () => {
    expect(await run(script('exec <&-; exit 0'))).toMatchObject({ outcome: 'passed' });
  });

  test('that asks for a terminal finds none', async () => {
    const { outcome, output } = await run(script('exec < /dev/tty && echo a terminal'));
    expect(outcome).toBe('failed');
    expect(output).not.toContain('a terminal\n');
  });

  test('is ended when the run is stopped', async () => {
    const stop = new AbortController();
    const folder = makeFolder();
    const running = run(script('echo $$ > self; while :; do sleep 1000; done'), {
      folder,
      signal: stop.signal,
    });
    await expect.poll(() => existsSync(join(folder, 'self'))).toBe(true);
    stop.abort();
    expect(await running).toMatchObject({ outcome: 'interrupted' });
  });

  test('is not begun at all where the run has been stopped already', async () => {
    const folder = makeFolder();
    const { outcome } = await run(script('touch begun'), { folder, signal: AbortSignal.abort() });
    expect(outcome).toBe('interrupted');
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });
});
