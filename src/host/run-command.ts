/** Runs a hook or a gate as a process with the rollout's status. It gets no API key; its output is masked. */
import type { Mask } from '../backend/allxon/mask.ts';
import { OutputTail, runProgram } from './run-program.ts';
import type { CommandRunner, CommandRequest } from '../run/loop/command-runner.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import { describeCause } from '../views/wording/causes.ts';
import { renderTimestamp } from '../views/wording/moments.ts';
import { renderStatusJson } from '../views/status/status-json.ts';
import { failuresOf, totalTally } from '../views/summary/tallies.ts';

export type CommandSettings = {
  /** Absolute path of the plan's folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Masks secrets in the output of a command. */
  readonly mask: Mask;
};

/** Variables that hooks and gates never get. */
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

/** One JSON document: the same as `breakwater status NAME --format json`. */
function describeContext({ state }: CommandRequest): string {
  return renderStatusJson({ state, isHeld: true });
}

function listVariables({ command, occasion, wave, notice, state }: CommandRequest): Record<string, string> {
  const { plan, phase, digest } = state;
  const tally = totalTally(state);
  const variables: Record<string, string | null> = {
    HOOK: occasion,
    NAME: command.name,
    ROLLOUT: plan.name,
    ARTIFACT: plan.artifact.uuid,
    DIGEST: digest,
    WAVE: wave,
    DEVICES: String(countDevices(plan)),
    SUCCESS: String(tally.success),
    FAILURES: String(failuresOf(tally)),
    PHASE: state.abort === null ? phase.kind : 'aborted',
    ...(notice === null
      ? {}
      : {
          REASON: notice.reason,
          MESSAGE: notice.message,
          UNTIL: notice.until === null ? null : renderTimestamp(notice.until),
        }),
    ...('cause' in phase
      ? { HALT_REASON: phase.cause.reason, HALT_MESSAGE: describeCause(phase, plan) }
      : {}),
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === null ? [] : [[`BREAKWATER_${name}`, value]],
    ),
  );
}
