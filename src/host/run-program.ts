/**
 * Runs a program without shell and terminal. It leads its own process group, which is ended with it. So its child processes
 * do not outlive it and do not block the caller.
 */
import { once } from 'node:events';
import { execa } from 'execa';
import { renderDuration } from '../base/duration.ts';
import type { Mask } from '../backend/allxon/mask.ts';

export type Program = {
  /** The program and its arguments. A program with a slash is relative to `folder`; any other is searched in the PATH. */
  readonly run: readonly string[];
  /** Absolute path of the working folder. */
  readonly folder: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its stdin. */
  readonly input: string;
  readonly timeoutMs: number;
};

export type ProgramWatch = {
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly onStderr: (chunk: Uint8Array) => void;
  /** Ends the program when it aborts. */
  readonly signal: AbortSignal;
};

export type ProgramEnd = {
  readonly outcome: 'passed' | 'failed' | 'timed-out' | 'not-started' | 'interrupted';
  /** The reason as a phrase: `exit code 3`, `ended by SIGKILL`. Empty for `passed`. */
  readonly detail: string;
};

/** Time between SIGTERM and SIGKILL. */
const GRACE_MS = 5_000;

/** After the program ended, wait at most this long for its output. */
const FLUSH_MS = 500;

type Running = ReturnType<typeof start>;

/** Runs the program until it ends, times out or `signal` aborts. Rejects only on a bug. */
export async function runProgram(program: Program, watch: ProgramWatch): Promise<ProgramEnd> {
  if (watch.signal.aborted) return INTERRUPTED;
  const running = start(program);
  running.stdout.on('data', watch.onStdout);
  running.stderr.on('data', watch.onStderr);
  return endOf(running, program.timeoutMs, watch.signal);
}

const INTERRUPTED: ProgramEnd = { outcome: 'interrupted', detail: 'the run was being stopped' };

function start({ run: [file = '', ...args], folder, env, input }: Program) {
  const running = execa(file, args, {
    detached: true,
    reject: false,
    buffer: false,
    extendEnv: false,
    stdin: 'pipe',
    cwd: folder,
    env,
  } as const);
  // A program may ignore its stdin, or end before it reads it.
  running.stdin.on('error', () => undefined);
  running.stdin.end(input);
  return running;
}

async function endOf(running: Running, timeoutMs: number, signal: AbortSignal): Promise<ProgramEnd> {
  const cut: { why: ProgramEnd | null } = { why: null };
  const cutShort = (why: ProgramEnd) => {
    cut.why ??= why;
    endGroup(running, 'SIGTERM');
    setTimeout(() => {
      endGroup(running, 'SIGKILL');
    }, GRACE_MS).unref();
  };
  const timer = setTimeout(() => {
    cutShort({ outcome: 'timed-out', detail: `the limit is ${renderDuration(timeoutMs)}` });
  }, timeoutMs);
  const interrupt = () => {
    cutShort(INTERRUPTED);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const end = await exitOf(running);
    return cut.why ?? end;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
    endGroup(running, 'SIGKILL');
  }
}

/** The end of the program itself. Its children may keep its output open. */
async function exitOf(running: Running): Promise<ProgramEnd> {
  if (running.pid === undefined) {
    const { code, originalMessage } = await running;
    return { outcome: 'not-started', detail: whyNotStarted(code, originalMessage ?? '') };
  }
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  endGroup(running, 'SIGKILL');
  await Promise.race([running, new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())]);
  for (const stream of [running.stdin, running.stdout, running.stderr]) stream.destroy();
  const { exitCode, signalCode } = running;
  if (exitCode === 0) return { outcome: 'passed', detail: '' };
  return {
    outcome: 'failed',
    detail: exitCode === null ? `ended by ${signalCode ?? 'a signal'}` : `exit code ${exitCode}`,
  };
}

function whyNotStarted(code: string | undefined, message: string): string {
  if (code === 'ENOENT') return `program or its interpreter not found (${code})`;
  return code === 'EACCES' ? `its file is not executable (${code})` : message;
}

function endGroup({ pid }: Running, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}

const SHOWN_BYTES = 4_096;
const SHOWN_LINES = 20;

/** Bytes kept before the shown part, so that a secret is masked as a whole. */
const MARGIN_BYTES = 4_096;
const KEPT_BYTES = SHOWN_BYTES + MARGIN_BYTES;

/** Keeps the end of a program's output on both streams. */
export class OutputTail {
  private kept = Buffer.alloc(0);
  private isCut = false;

  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.kept, chunk.subarray(-KEPT_BYTES)]);
    this.isCut ||= chunk.length > KEPT_BYTES || all.length > KEPT_BYTES;
    this.kept = all.subarray(-KEPT_BYTES);
  }

  /** The last lines, masked. An incomplete first line is left out unless it is the only one. */
  text(mask: Mask): string {
    const all = Buffer.from(mask(this.kept.toString('utf8')).trimEnd());
    const lines = all.subarray(-SHOWN_BYTES).toString('utf8').split('\n');
    const isCut = this.isCut || all.length > SHOWN_BYTES;
    const whole = isCut && lines.length > 1 ? lines.slice(1) : lines;
    return whole.slice(-SHOWN_LINES).join('\n');
  }
}
