/** Starts `runner-process.ts`, alone or in a container of its own. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { present } from '../../src/base/assert.ts';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Answer, Disturbance } from './runner-process.ts';

export type RunnerProcess = {
  /** Resolves with the next answer; rejects where the process ends first. */
  readonly tell: (line: string) => Promise<Answer>;
  /** Kills it, and resolves once nothing of it is left. */
  readonly kill: () => Promise<void>;
  /** The signal that ended it, once something did. */
  readonly ended: Promise<NodeJS.Signals | null>;
};

export type Starting = {
  readonly folder: string;
  readonly disturbance?: Disturbance;
  /** A command that starts the command after it. */
  readonly within?: readonly string[];
  readonly user?: number;
};

/** To be called in a file's `describe`: compiles the script once. Starting it through a loader each time is slow. */
export function useRunnerProcesses(): (starting: Starting) => RunnerProcess {
  let script = '';
  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'breakwater-runner-'));
    // For processes of other users, too.
    chmodSync(home, 0o755);
    script = join(home, 'runner.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'runner-process.ts')],
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.20',
    });
  });
  afterAll(() => {
    rmSync(join(script, '..'), { recursive: true, force: true });
  });
  return (starting) => start(script, starting);
}

function start(script: string, { folder, disturbance = {}, within = [], user }: Starting): RunnerProcess {
  const [program, ...args] = [...within, process.execPath, script, folder, JSON.stringify(disturbance)];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  // What is written to a process that has just been killed.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_, signal) => {
      resolve(signal);
    });
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const runner: RunnerProcess = {
    ended,
    async tell(line) {
      child.stdin.write(`${line}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`it ended before it answered ${line}: ${errors}`);
      return JSON.parse(answer.value) as Answer;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) process.kill(innermost(child), 'SIGKILL');
      await ended;
    },
  };
  onTestFinished(runner.kill);
  return runner;
}

/** The process that the commands around it have started, if there are any; they end with it. */
function innermost(child: ChildProcess): number {
  const pid = present(child.pid, 'the number of a process that was started');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? pid : Number(children.split(' ')[0]);
}

/** Why containers cannot be made here, or `null`. */
export function whyNoContainers(): string | null {
  const { status, error } = spawnSync('unshare', [
    '--pid',
    '--fork',
    '--mount-proc',
    '--uts',
    'hostname',
    'x',
  ]);
  if (error !== undefined) return 'there is no unshare(1) here';
  return status === 0 ? null : 'only root may make containers here';
}
