/**
 * Runs the steps of a job as a runner of GitHub does, as far as the examples need it: conditions, expressions, the files that
 * a step writes to, and composite actions. The actions of others are not run: a test says what they would have done.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../command.ts';
import { interpolate, isMet } from './expression.ts';
import type { Contexts } from './expression.ts';
import { readAction } from './workflow.ts';
import type { Job, Step } from './workflow.ts';

export type Outputs = Readonly<Record<string, string>>;

export type StepResult = {
  readonly conclusion: 'success' | 'failure' | 'skipped';
  readonly outputs: Outputs;
};

/** What somebody else's action does, and its outputs. */
export type StandIn = (inputs: Readonly<Record<string, string>>) => Outputs | Promise<Outputs>;

export type Runner = {
  readonly workspace: string;
  /** The runner's own files. */
  readonly temp: string;
  /** `github` without what all runs have. */
  readonly github: Readonly<Record<string, unknown>>;
  readonly contexts: Contexts;
  readonly env: Readonly<Record<string, string>>;
  /** By the name before the `@`. */
  readonly standIns?: Readonly<Record<string, StandIn>>;
};

export type JobResult = {
  readonly conclusion: 'success' | 'failure';
  readonly steps: Readonly<Record<string, StepResult>>;
  readonly outputs: Outputs;
  readonly log: string;
  readonly summary: string;
};

export async function runJob(job: Job, runner: Runner): Promise<JobResult> {
  mkdirSync(runner.temp, { recursive: true });
  const run = new Run(runner);
  const contexts = {
    github: runner.github,
    secrets: {},
    needs: {},
    matrix: {},
    inputs: {},
    ...runner.contexts,
  };
  const env = fill(job.env ?? {}, contexts);
  const { steps, hasFailed } = await run.steps(job.steps, { ...contexts, env }, env);
  return {
    conclusion: hasFailed ? 'failure' : 'success',
    steps,
    outputs: fill(job.outputs ?? {}, { ...contexts, steps }),
    log: run.log,
    summary: run.summary(),
  };
}

class Run {
  log = '';
  readonly #runner: Runner;
  #count = 0;

  constructor(runner: Runner) {
    this.#runner = runner;
    for (const name of ['path', 'summary']) writeFileSync(this.#file(name), '');
  }

  summary(): string {
    return readFileSync(this.#file('summary'), 'utf8');
  }

  async steps(steps: readonly Step[], contexts: Contexts, env: Outputs) {
    const results: Record<string, StepResult> = {};
    let hasFailed = false;
    for (const [index, step] of steps.entries()) {
      const seen = { ...contexts, steps: results };
      const result: StepResult = isMet(step.if, seen, hasFailed)
        ? await this.#step(step, seen, { ...env, ...fill(step.env ?? {}, seen) })
        : { conclusion: 'skipped', outputs: {} };
      results[step.id ?? `__${index}`] = result;
      hasFailed ||= result.conclusion === 'failure' && step['continue-on-error'] !== true;
    }
    return { steps: results, hasFailed };
  }

  async #step(step: Step, contexts: Contexts, env: Outputs): Promise<StepResult> {
    if (step.run !== undefined) return this.#shell(step.run, step.shell, env);
    const [action = ''] = (step.uses ?? '').split('@');
    const inputs = fill(
      Object.fromEntries(Object.entries(step.with ?? {}).map(([name, value]) => [name, String(value)])),
      contexts,
    );
    if (action === 'OWNER/breakwater') return this.#composite(inputs, contexts, env);
    const standIn = this.#runner.standIns?.[action];
    if (standIn === undefined) throw new Error(`nobody said what ${action} does`);
    return { conclusion: 'success', outputs: await standIn(inputs) };
  }

  async #composite(inputs: Outputs, { github }: Contexts, env: Outputs): Promise<StepResult> {
    const action = readAction(join(ROOT, 'action.yml'));
    for (const name of Object.keys(inputs)) {
      if (action.inputs[name] === undefined) throw new Error(`${name} is no input`);
    }
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, input.default]),
    );
    const contexts = { github, inputs: { ...defaults, ...inputs } };
    const { steps, hasFailed } = await this.steps(action.runs.steps, contexts, env);
    const values = Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [name, value]),
    );
    return { conclusion: hasFailed ? 'failure' : 'success', outputs: fill(values, { ...contexts, steps }) };
  }

  async #shell(script: string, shell: string | undefined, env: Outputs): Promise<StepResult> {
    this.#count += 1;
    const path = this.#file(`step-${this.#count}.sh`);
    const output = this.#file(`output-${this.#count}`);
    writeFileSync(path, script);
    writeFileSync(output, '');
    const options = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
    const { exitCode, all } = await execa('bash', [...options, path], {
      cwd: this.#runner.workspace,
      env: { ...this.#environment(), ...env, GITHUB_OUTPUT: output },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    this.log += `${all}\n`;
    return { conclusion: exitCode === 0 ? 'success' : 'failure', outputs: readOutputs(output) };
  }

  #environment(): Record<string, string> {
    const { workspace, temp, env } = this.#runner;
    const added = readFileSync(this.#file('path'), 'utf8').split('\n').reverse();
    return {
      PATH: [...added.filter((path) => path !== ''), process.env['PATH'] ?? ''].join(':'),
      HOME: temp,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_WORKSPACE: workspace,
      GITHUB_PATH: this.#file('path'),
      GITHUB_STEP_SUMMARY: this.#file('summary'),
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/kiosks',
      GITHUB_RUN_ID: '4711',
      GITHUB_REF_NAME: 'main',
      GITHUB_ACTOR: 'ana',
      RUNNER_TEMP: temp,
      ...env,
    };
  }

  #file(name: string): string {
    return join(this.#runner.temp, name);
  }
}

function fill(values: Outputs, contexts: Contexts): Outputs {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, interpolate(value, contexts)]),
  );
}

/** The form `name=value`; the scripts here need no other. */
function readOutputs(path: string): Outputs {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      if (at < 0) throw new Error(`no output: ${line}`);
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
