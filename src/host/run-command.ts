/**
 * A hook or a gate as a process: no shell, no terminal, no secret. It leads a process group of its own, which is ended
 * with it, so that nothing that it has started outlives it and nothing holds the run up.
 */
import { once } from 'node:events';
import { execa } from 'execa';
import { renderDuration } from '../base/duration.ts';
import type { CommandResult } from '../rollout/event.ts';
import type { CommandRequest, CommandRunner } from '../runner/commands.ts';
import { describeContext, listVariables } from './command-context.ts';
import { OutputTail } from './output-tail.ts';

export type CommandSettings = {
  /** An absolute path: the plan's folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** What a hook has no business with, whatever it is called for. */
const SECRETS = ['ALLXON_API_SECRET', 'ALLXON_API_KEY_ID'] as const;

/** A process that is asked to end gets this long before it is ended. */
const GRACE_MS = 5_000;

/** After the program itself has ended, what it has printed is waited for no longer than this. */
const FLUSH_MS = 500;

type Running = ReturnType<typeof start>;

export function createCommandRunner({ folder, env }: CommandSettings): CommandRunner {
  return async (request, signal) => {
    if (signal.aborted) return { ...INTERRUPTED, output: '', tookMs: 0 };
    const startedAt = performance.now();
    const tail = new OutputTail();
    const running = start(request, { folder, env });
    for (const stream of [running.stdout, running.stderr])
      stream.on('data', (chunk: Buffer) => {
        tail.add(chunk);
      });
    const ended = await endOf(running, request, signal);
    const tookMs = Math.round(performance.now() - startedAt);
    return { ...ended, output: hideSecrets(tail.text(), env), tookMs };
  };
}

function start(request: CommandRequest, { folder, env }: CommandSettings) {
  const [program = '', ...args] = request.command.run;
  const inherited = Object.fromEntries(
    Object.entries(env).filter(([name]) => !SECRETS.some((secret) => secret === name)),
  );
  const running = execa(program, args, {
    ...{ detached: true, reject: false, buffer: false, extendEnv: false, stdin: 'pipe' },
    cwd: folder,
    env: { ...inherited, ...listVariables(request) },
  } as const);
  // One that does not read it, or has ended before it has, is free to.
  running.stdin.on('error', () => undefined);
  running.stdin.end(describeContext(request));
  return running;
}

type Ended = Pick<CommandResult, 'outcome' | 'detail'>;

const INTERRUPTED: Ended = { outcome: 'interrupted', detail: 'the run was being stopped' };

async function endOf(running: Running, { command }: CommandRequest, signal: AbortSignal): Promise<Ended> {
  const cut: { why: Ended | null } = { why: null };
  const cutShort = (why: Ended) => {
    cut.why ??= why;
    endGroup(running, 'SIGTERM');
    setTimeout(() => {
      endGroup(running, 'SIGKILL');
    }, GRACE_MS).unref();
  };
  const timer = setTimeout(() => {
    cutShort({ outcome: 'timed-out', detail: `it had ${renderDuration(command.timeoutMs)}` });
  }, command.timeoutMs);
  const interrupt = () => {
    cutShort(INTERRUPTED);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const failure = await exitOf(running);
    return cut.why ?? failure;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
    endGroup(running, 'SIGKILL');
  }
}

/** Of the program itself: what it has started may hold its output open for as long as it likes. */
async function exitOf(running: Running): Promise<Ended> {
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

function hideSecrets(text: string, env: CommandSettings['env']): string {
  const secret = env['ALLXON_API_SECRET'] ?? '';
  return secret.length < SECRET_CHARS_MIN ? text : text.replaceAll(secret, '***');
}

/** Shorter ones would take ordinary words apart. */
const SECRET_CHARS_MIN = 8;
