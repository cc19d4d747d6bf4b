/**
 * A program as a process: no shell, no terminal. It leads a process group of its own, which is ended with it, so that
 * nothing that it has started outlives it and nothing holds its caller up.
 */
import { once } from 'node:events';
import { execa } from 'execa';
import { renderDuration } from '../base/duration.ts';
import type { Mask } from '../backend/allxon/mask.ts';

export type Program = {
  /** The program and its arguments. A program with a slash is looked for from `folder`, any other in the PATH. */
  readonly run: readonly string[];
  /** An absolute path: where it is started. */
  readonly folder: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it finds on stdin. */
  readonly input: string;
  readonly timeoutMs: number;
};

export type ProgramWatch = {
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly onStderr: (chunk: Uint8Array) => void;
  /** Ends it when it aborts. */
  readonly signal: AbortSignal;
};

export type ProgramEnd = {
  readonly outcome: 'passed' | 'failed' | 'timed-out' | 'not-started' | 'interrupted';
  /** Why, in a phrase: `exit code 3`, `ended by SIGKILL`. Empty for one that passed. */
  readonly detail: string;
};

/** A process that is asked to end gets this long before it is ended. */
const GRACE_MS = 5_000;

/** After the program itself has ended, what it has printed is waited for no longer than this. */
const FLUSH_MS = 500;

type Running = ReturnType<typeof start>;

/** Runs it to its end, or ends it when its time is out or `signal` aborts. Never rejects but for a bug. */
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
  // One that does not read it, or has ended before it has, is free to.
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
    cutShort({ outcome: 'timed-out', detail: `it had ${renderDuration(timeoutMs)}` });
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

/** Of the program itself: what it has started may hold its output open for as long as it likes. */
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
  if (code === 'ENOENT')
    return `there is no such program, or it names an interpreter that is not there (${code})`;
  return code === 'EACCES' ? `its file may not be executed (${code})` : message;
}

function endGroup({ pid }: Running, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // There is nobody left in it.
  }
}

const SHOWN_BYTES = 4_096;
const SHOWN_LINES = 20;

/** What is kept before what is shown, so that a secret is whole where it is masked, and half of one is not shown. */
const MARGIN_BYTES = 4_096;
const KEPT_BYTES = SHOWN_BYTES + MARGIN_BYTES;

/** The end of what a program prints, on either stream, however much that is. */
export class OutputTail {
  private kept = Buffer.alloc(0);
  private isCut = false;

  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.kept, chunk.subarray(-KEPT_BYTES)]);
    this.isCut ||= chunk.length > KEPT_BYTES || all.length > KEPT_BYTES;
    this.kept = all.subarray(-KEPT_BYTES);
  }

  /** The last lines, masked; one that was cut into is left out, unless there is no other. */
  text(mask: Mask): string {
    const all = Buffer.from(mask(this.kept.toString('utf8')).trimEnd());
    const lines = all.subarray(-SHOWN_BYTES).toString('utf8').split('\n');
    const isCut = this.isCut || all.length > SHOWN_BYTES;
    const whole = isCut && lines.length > 1 ? lines.slice(1) : lines;
    return whole.slice(-SHOWN_LINES).join('\n');
  }
}
