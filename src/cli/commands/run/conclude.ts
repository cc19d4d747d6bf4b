/** How a run ended, in words and as an exit code. */
import { upshotOf } from '../../../host/run-end.ts';
import type { RunEnd, Upshot } from '../../../host/run-end.ts';
import type { RolloutName } from '../../../plan/identifiers.ts';
import type { Commands } from '../../../report/commands.ts';
import { adviseHeld, describeHolder } from '../../../report/describe-holder.ts';
import { describeNeighbours } from '../../../report/describe-neighbours.ts';
import { describeRefusal } from '../../../report/describe-refusal.ts';
import { renderSummary } from '../../../report/summary.ts';
import type { RunResult } from '../../../runner/run-rollout.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { fail, isColourful } from '../../io.ts';
import type { Io } from '../../io.ts';

export type Conclusion = {
  readonly end: RunEnd;
  readonly name: RolloutName;
  /** The store's. */
  readonly location: string;
  readonly commands: Commands;
  readonly kind: 'live' | 'plain' | 'json';
  readonly color: boolean;
  readonly now: number;
};

const EXIT_OF: Readonly<Record<Upshot, ExitCode>> = {
  completed: EXIT.done,
  halted: EXIT.halted,
  wrong: EXIT.wrong,
  unfinished: EXIT.unfinished,
  environment: EXIT.environment,
  held: EXIT.held,
  'in-doubt': EXIT.inDoubt,
};

export function conclude(conclusion: Conclusion, io: Io): ExitCode {
  const { end, name, location, commands } = conclusion;
  const exit = EXIT_OF[upshotOf(end)];
  switch (end.kind) {
    case 'ran':
      tellResult(end.result, conclusion, io);
      return exit;
    case 'refused':
      return fail(io, exit, describeRefusal(end.refusal, { location, commands }));
    case 'neighbours':
      return fail(io, exit, describeNeighbours(name, end.neighbours));
    case 'held': {
      const held = describeHolder(name, end.holder, io.clock.now());
      return fail(io, exit, `${held}.\n${adviseHeld(end.holder, commands)}`);
    }
    case 'problem':
      return fail(io, exit, end.message);
  }
}

/** Prints the summary: to stdout, or to stderr where stdout carries events. */
function tellResult(
  { state, cause, unrecorded }: RunResult,
  { kind, color, commands, now }: Conclusion,
  io: Io,
): void {
  const stream = kind === 'json' ? io.stderr : io.stdout;
  stream.write(
    renderSummary(state, {
      now,
      colour: isColourful(io, stream, color),
      columns: stream.isTTY ? stream.columns : 100,
      commands,
      isHeld: false,
      // Where the journal could not take why it ended, the state does not know it.
      ...(cause.isRecorded ? {} : { stop: cause }),
    }),
  );
  // What the journal could not take is told here, or nowhere.
  if (!cause.isRecorded) io.stderr.write(`breakwater: ${cause.message}\n`);
  for (const sentence of unrecorded) io.stderr.write(`breakwater: ${sentence}\n`);
}
