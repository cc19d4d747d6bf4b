/** How a run ended, in words and as an exit code; and why one may not begin. */
import { renderElapsed } from '../../../base/duration.ts';
import { printable } from '../../../base/text.ts';
import type { Holder } from '../../../journal/journal.ts';
import { renderSummary } from '../../../report/summary.ts';
import type { Entry } from '../../../rollout/entry.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import type { RunResult } from '../../../runner/run-rollout.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { isColourful } from '../../io.ts';
import type { Io } from '../../io.ts';

export type Conclusion = {
  readonly result: RunResult;
  readonly kind: 'live' | 'plain' | 'json';
  readonly color: boolean;
  /** What the user types to run it again, and to look at it. */
  readonly commands: { readonly run: string; readonly status: string };
  readonly now: number;
};

/** Prints the summary: to stdout, or to stderr where stdout carries events. */
export function conclude({ result, kind, color, commands, now }: Conclusion, io: Io): ExitCode {
  const stream = kind === 'json' ? io.stderr : io.stdout;
  stream.write(
    renderSummary(result.state, {
      now,
      colour: isColourful(io, stream, color),
      columns: stream.isTTY ? stream.columns : 100,
      commands,
      isHeld: false,
      // Where the journal could not take why it ended, the state does not know it.
      ...(result.cause.isRecorded ? {} : { stop: result.cause }),
    }),
  );
  // What the journal could not take is told here, or nowhere.
  if (!result.cause.isRecorded) io.stderr.write(`breakwater: ${result.cause.message}\n`);
  return exitCodeOf(result);
}

function exitCodeOf({ state, cause }: RunResult): ExitCode {
  switch (cause.why) {
    case 'completed':
      return EXIT.done;
    case 'halted':
      return EXIT.halted;
    case 'in-doubt':
      return EXIT.inDoubt;
    // A rollout that has halted stays so, whatever ended the watch over what was in flight.
    case 'interrupted':
      return hasHalted(state) ? EXIT.halted : EXIT.unfinished;
    case 'environment':
      return hasHalted(state) && cause.isRecorded ? EXIT.halted : EXIT.environment;
  }
}

function hasHalted({ phase }: RolloutState): boolean {
  return phase.kind === 'halted' || phase.kind === 'closed';
}

export function describeHolder(
  name: string,
  { holder, lockPath }: { readonly holder: Holder | null; readonly lockPath: string },
  now: number,
): string {
  if (holder === null) {
    return `breakwater: another runner is just taking hold of ${name}, or was killed while it did (${lockPath}). Try again; if this stays, see that no runner is alive and remove that file and ${lockPath}.takeover.\n`;
  }
  const by = holder.startedBy === null ? '' : `, started by ${printable(holder.startedBy)}`;
  return `breakwater: ${name} is held by another runner: process ${holder.pid} on ${printable(holder.host)} for ${renderElapsed(now - holder.since)}${by}.\nWait for it, or stop it and run this again. If that machine is gone for good, remove ${lockPath}.\n`;
}

export type Refusal = { readonly text: string; readonly exit: ExitCode };

/** `recordPath` is the rollout's own folder. */
export function describeRefusal(
  entry: Exclude<Entry, { readonly kind: 'start' | 'go-on' }>,
  recordPath: string,
): Refusal {
  const { name } = entry.state.plan;
  switch (entry.kind) {
    case 'finished': {
      const isCompleted = entry.state.phase.kind === 'completed';
      return {
        text: `breakwater: rollout ${name} has already ${isCompleted ? 'completed' : 'halted'}; nothing was done. To deploy again, give the plan a new name.\n`,
        exit: isCompleted ? EXIT.done : EXIT.halted,
      };
    }
    case 'plan-changed':
      return {
        text: `breakwater: rollout ${name} was started with another plan (its record: ${recordPath}); nothing was done.\n  What differs: ${entry.changes.map(printable).join('; ')}\n  recorded digest ${entry.state.digest}\nRun the plan as it was, or give the changed plan a new name.\n`,
        exit: EXIT.wrong,
      };
    case 'other-world':
      return {
        text: entry.state.simulated
          ? `breakwater: the record in ${recordPath} is of a simulated rollout; a real one does not go on from it. Use another --state.\n`
          : `breakwater: the record in ${recordPath} is of a real rollout; a simulated one does not go on from it. Leave --state out, and a folder of its own is used.\n`,
        exit: EXIT.wrong,
      };
  }
}
