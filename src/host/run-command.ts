/** A hook or a gate as a process, told where the rollout stands; without the API key, and its output without the secret. */
import type { Mask } from '../backend/allxon/mask.ts';
import { describeContext, listVariables } from './command-context.ts';
import { OutputTail } from './output-tail.ts';
import { runProgram } from './run-program.ts';
import type { CommandRunner, CommandRequest } from '../run/loop/command-runner.ts';

export type CommandSettings = {
  /** An absolute path: the plan's folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Laid over what a command has printed. */
  readonly mask: Mask;
};

/** What a hook has no business with, whatever it is called for. */
const SECRETS = ['ALLXON_API_SECRET', 'ALLXON_API_KEY_ID'] as const;

export function createCommandRunner({ folder, env, mask }: CommandSettings): CommandRunner {
  const inherited = Object.fromEntries(
    Object.entries(env).filter(([name]) => !SECRETS.some((secret) => secret === name)),
  );
  return async (request: CommandRequest, signal) => {
    const { run, timeoutMs } = request.command;
    const startedAt = performance.now();
    const tail = new OutputTail();
    const keep = (chunk: Uint8Array) => {
      tail.add(chunk);
    };
    const end = await runProgram(
      {
        run,
        folder,
        timeoutMs,
        input: describeContext(request),
        env: { ...inherited, ...listVariables(request) },
      },
      { signal, onStdout: keep, onStderr: keep },
    );
    return { ...end, output: tail.text(mask), tookMs: Math.round(performance.now() - startedAt) };
  };
}
