/** How a run ended, in words and as an exit code. */
import type { Commands } from '../../../report/commands.ts';
import { renderSummary } from '../../../report/summary.ts';
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
  readonly commands: Commands;
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
  for (const sentence of result.unrecorded) io.stderr.write(`breakwater: ${sentence}\n`);
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
    case 'paused':
    case 'waiting':
      return EXIT.unfinished;
    case 'lost':
      return EXIT.held;
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
