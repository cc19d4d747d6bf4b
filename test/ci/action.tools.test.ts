/** `action.yml` and its scripts, run by bash with what GitHub gives a step. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { EXIT, OUTCOME_NAMES } from '../../src/views/tables/outcomes.ts';
import type { Outcome } from '../../src/views/tables/outcomes.ts';
import { runJob } from '../kit/actions/run-job.ts';
import { checkOutProject } from '../kit/checkout.ts';
import { ROOT, startSimulator } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeProject, PLAN, QUICK, SETTINGS } from '../kit/projects.ts';

const WRONG = PLAN.replace('waves:', 'wavs:');

/** One step that uses the action, in a workspace with these files. */
async function useAction(
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
) {
  const workspace = makeFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  const job = { steps: [{ id: 'it', uses: 'OWNER/breakwater@COMMIT', with: inputs }] };
  const runner = { workspace, temp: makeFolder(), github: {}, contexts: {}, env: {} };
  const { steps, ...result } = await runJob(job, runner);
  return { ...result, workspace, outputs: steps['it']?.outputs ?? {} };
}

test('plans are found by pattern, and each is one argument whatever it is called', async () => {
  const { conclusion, outputs, log } = await useAction(
    { command: 'validate', plan: 'a.yaml\n*kiosk*.yaml' },
    Object.fromEntries(
      ['a.yaml', 'the kiosk $(touch pwned).yaml', '--kiosk.yaml', 'kiosk\n2.yaml'].map((path, index) => [
        path,
        PLAN.replace('name: kiosk-1', `name: kiosk-${index + 1}`),
      ]),
    ),
  );
  expect(conclusion, log).toBe('success');
  expect(outputs).toMatchObject({ 'exit-code': '0', result: 'completed', outcome: 'done' });
  expect(log.match(/: valid/g)).toHaveLength(4);
});

test('a wrong plan fails the step, and is shown where it is wrong', async () => {
  const { conclusion, outputs, log } = await useAction(
    { command: 'validate', plan: '*.yaml' },
    { 'good.yaml': PLAN, 'wrong.yaml': WRONG },
  );
  expect(conclusion).toBe('failure');
  expect(outputs).toMatchObject({ 'exit-code': '2', result: 'refused', outcome: 'wrong' });
  expect(log).toMatch(/^::error .*file=wrong\.yaml,line=5,/m);
  expect(log).not.toContain('::stop-commands');
});

test('each plan is shown, and one that is wrong fails the step', async () => {
  const { conclusion, outputs, log } = await useAction(
    { command: 'plan', plan: '*.yaml', args: '--devices' },
    { 'a.yaml': WRONG, 'b.yaml': PLAN },
  );
  expect(conclusion).toBe('failure');
  expect(outputs).toMatchObject({ 'exit-code': '2' });
  expect(log).toContain('wavs');
  expect(log).toContain('k-5');
});

test('inputs are data', async () => {
  const { conclusion, workspace, log } = await useAction(
    { command: 'validate', plan: 'a.yaml', args: '$(touch pwned)\n`touch pwned`\n"; touch pwned; "' },
    { 'a.yaml': PLAN },
  );
  expect(conclusion).toBe('failure');
  expect(log).toContain('$(touch pwned)');
  expect((await execa('ls', [workspace])).stdout).toBe('a.yaml');
});

test.each([
  [{ command: 'validate' }, '`validate` needs the input `plan`'],
  [{ command: 'validate', plan: 'rollouts/*.yaml' }, 'No file matches rollouts/*.yaml'],
  [{ command: 'run', plan: '*.yaml' }, '`run` takes one plan, and 2 were given'],
])('%o is refused: %s', async (inputs, message) => {
  const { conclusion, outputs, log } = await useAction(inputs, { 'a.yaml': PLAN, 'b.yaml': PLAN });
  expect(conclusion).toBe('failure');
  expect(outputs).toMatchObject({ 'exit-code': '2', result: 'refused', outcome: 'wrong' });
  expect(log).toContain(`::error title=Breakwater::${message}`);
});

test('without a command, breakwater is on the PATH of the steps to come', async () => {
  const job = {
    steps: [{ uses: 'OWNER/breakwater@COMMIT' }, { run: 'breakwater --version', shell: 'bash' }],
  };
  const runner = { workspace: makeFolder(), temp: makeFolder(), github: {}, contexts: {}, env: {} };
  expect(await runJob(job, runner)).toMatchObject({
    conclusion: 'success',
    log: expect.stringMatching(/^\d+\.\d+\.\d+$/m) as string,
  });
});

test('a simulated run leaves no report', async () => {
  const { conclusion, outputs, summary, log } = await useAction(
    { command: 'run', plan: 'a.yaml', args: '--simulate\nscenario.yaml' },
    { 'a.yaml': PLAN, 'scenario.yaml': `version: 1\n${QUICK}`, 'breakwater.config.yaml': SETTINGS },
  );
  expect(conclusion, log).toBe('success');
  expect(outputs).toMatchObject({ result: 'completed', rollout: '', page: '' });
  expect(summary).toBe('');
});

test('what a run prints is no command to GitHub', async () => {
  const { log } = await useAction({ command: 'status' });
  const [, token = '', told = ''] = /::stop-commands::(\S+)\n(.*)\n::\1::/s.exec(log) ?? [];
  expect(token).toMatch(/^[0-9a-f-]{36}$/);
  expect(told).not.toBe('');
});

/** The words of the output `outcome` that are not those of everything else; kept until 1.0. */
const OLD_WORDS: Partial<Readonly<Record<Outcome, string>>> = { completed: 'done', refused: 'wrong' };

test.each(OUTCOME_NAMES)('%s has a word, and fails the step unless all is well', async (outcome) => {
  const code = EXIT[outcome];
  const { exitCode, outputs } = await tellOutcome(code);
  expect(exitCode).toBe(outcome === 'unfinished' ? 0 : code);
  expect(outputs).toBe(`exit-code=${code}\nresult=${outcome}\noutcome=${OLD_WORDS[outcome] ?? outcome}\n`);
});

test('a code that the command does not know is a bug, and fails the step with that code', async () => {
  expect(await tellOutcome(137)).toEqual({
    exitCode: 137,
    stdout: '::error title=Breakwater::a bug in Breakwater (exit code 137)',
    outputs: 'exit-code=137\nresult=bug\noutcome=bug\n',
  });
});

async function tellOutcome(code: number) {
  const folder = makeFolder();
  const output = join(folder, 'output');
  const { exitCode, stdout } = await execa(
    'bash',
    ['-euo', 'pipefail', '-c', 'source scripts/action/outcome.sh; tell_outcome "$1"', '-', `${code}`],
    {
      cwd: ROOT,
      env: { GITHUB_OUTPUT: output, PATH: `${linkCommand(folder)}:${process.env['PATH'] ?? ''}` },
      reject: false,
    },
  );
  return { exitCode, stdout, outputs: readFileSync(output, 'utf8') };
}

/** The folder in which `breakwater` is the one that is built. */
function linkCommand(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(join(ROOT, 'dist/breakwater.js'), join(bin, 'breakwater'));
  return bin;
}

/** The action's own script in a project, as GitHub would run it for `command: run`. */
function startRun(project: string, env: Readonly<Record<string, string>>) {
  const temp = makeFolder();
  const bin = linkCommand(temp);
  const step = execa('bash', [join(ROOT, 'scripts/action/run.sh')], {
    cwd: project,
    env: {
      ...env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      CI: 'true',
      COMMAND: 'run',
      PLAN: 'plan.yaml',
      ARGS: '',
      WORKING_DIRECTORY: '.',
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
    },
    reject: false,
    all: true,
  });
  return { step, temp };
}

test("a cancelled job's signal reaches the run, which stops in good order", async () => {
  const project = makeProject('devices: { duration: { fixed: 1h } }\n', PLAN);
  const api = await startSimulator(join(project, 'scenario.yaml'));
  const { step, temp } = startRun(project, { ...api, START: 'true' });
  for await (const line of step.iterable({ from: 'all' })) {
    if (line.includes('first/1 accepted')) step.kill('SIGINT');
  }
  const { exitCode, all } = await step;
  expect(exitCode, all).toBe(0);
  expect(readFileSync(join(temp, 'output'), 'utf8')).toContain('outcome=unfinished\n');
  expect(readFileSync(join(temp, 'summary'), 'utf8')).toContain('interrupted');
});

test('a run that is refused says why, and nothing else: there is no record to report', async () => {
  const project = makeProject(QUICK, PLAN);
  const { step, temp } = startRun(project, { ALLXON_API_KEY_ID: 'key', ALLXON_API_SECRET: 'secret' });
  const { exitCode, all } = await step;
  expect(exitCode, all).toBe(2);
  expect(all).toContain('kiosk-1 was not started');
  expect(all).not.toMatch(/SyntaxError|at JSON|is on record in/);
  expect(existsSync(join(temp, 'summary'))).toBe(false);
});

test('where nothing is built yet, it is built from the checkout of the action', async () => {
  const folder = makeFolder();
  await checkOutProject(folder);
  const temp = makeFolder();
  const { exitCode, all } = await execa('bash', [join(folder, 'scripts/action/install.sh')], {
    env: { GITHUB_ACTION_PATH: folder, GITHUB_PATH: join(temp, 'path'), RUNNER_TEMP: temp },
    reject: false,
    all: true,
  });
  expect(exitCode, all).toBe(0);
  const bin = readFileSync(join(temp, 'path'), 'utf8').trim();
  const { stdout } = await execa(join(bin, 'breakwater'), ['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+$/);
}, 600_000);
