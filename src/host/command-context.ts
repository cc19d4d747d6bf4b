/** What hooks and gates are told: the status document on stdin, and the chief of it as variables. */
import { countDevices } from '../plan/rollout-plan.ts';
import { describeCause } from '../views/wording/causes.ts';
import { renderTimestamp } from '../views/wording/moments.ts';
import { renderStatusJson } from '../views/status/status-json.ts';
import { failuresOf, totalTally } from '../views/summary/tallies.ts';
import type { CommandRequest } from '../run/loop/command-runner.ts';

/** One JSON document: the same as `breakwater status NAME --format json`. */
export function describeContext({ state }: CommandRequest): string {
  return renderStatusJson({ state, isHeld: true });
}

export function listVariables({
  command,
  occasion,
  wave,
  notice,
  state,
}: CommandRequest): Record<string, string> {
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
