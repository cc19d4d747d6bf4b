/** The command as a real process of its own, from a copy that holds still however often the tree is built meanwhile. */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const BUILT = join(import.meta.dirname, '../../../dist/breakwater.js');

/** Modules that a process may be started with, to make of it what it is not by itself. */
export const PRELOADS = {
  /** Kills it at the moment that `CRASH_AT` names. */
  injector: join(import.meta.dirname, 'injector.cjs'),
  noLock: join(import.meta.dirname, 'no-lock.cjs'),
} as const;

/** No command of a campaign takes nearly as long, on however busy a machine. */
const HANGS_AFTER_MS = 60_000;

export type CommandWanted = {
  /** The copy of the command. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly preloads: readonly (keyof typeof PRELOADS)[];
  /** How long it may take, where it is to be stopped in between. */
  readonly hangsAfterMs?: number;
  /** When the process is killed from outside, or `null`. */
  readonly killAfterMs: number | null;
};

export type Ended = {
  readonly pid: number;
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It did not end by itself, and was killed for it. */
  readonly isHung: boolean;
  readonly elapsedMs: number;
};

export type Running = {
  readonly pid: number;
  /** Resolves once the process is gone, and gathered in by the system. */
  readonly ended: Promise<Ended>;
  readonly kill: () => void;
  /** Lets it go on after it was stopped. */
  readonly thaw: () => void;
};

/** Copies the package of a built command into `folder`, and gives the copy of the command. */
export function copyCommand(folder: string, built = BUILT): string {
  const [root, copy] = [join(dirname(built), '..'), join(folder, 'package')];
  for (const part of ['package.json', 'dist'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  return join(copy, 'dist', basename(built));
}

export function startCommand(wanted: CommandWanted): Running {
  const { command, args, cwd, env, preloads, killAfterMs, hangsAfterMs = HANGS_AFTER_MS } = wanted;
  const startedAt = performance.now();
  const required = preloads.flatMap((name) => ['--require', PRELOADS[name]]);
  const child = spawn(process.execPath, [...required, command, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => {
    child.kill('SIGKILL');
  };
  let isHung = false;
  const hang = setTimeout(() => {
    isHung = true;
    kill();
  }, hangsAfterMs);
  const killing = killAfterMs === null ? null : setTimeout(kill, killAfterMs);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const pid = child.pid ?? -1;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(hang);
      if (killing !== null) clearTimeout(killing);
      resolve({ pid, exitCode, signal, ...output, isHung, elapsedMs: performance.now() - startedAt });
    });
  });
  const thaw = () => {
    child.kill('SIGCONT');
  };
  return { pid, ended, kill, thaw };
}

export async function runCommand(wanted: CommandWanted): Promise<Ended> {
  return startCommand(wanted).ended;
}
