/** Prints how a run ended, and gives the exit code. */
import { describeNotRun, outcomeOfEnd } from '../../../run/session/run-result.ts';
import type { RunEnd } from '../../../run/session/run-result.ts';
import type { RolloutName } from '../../../plan/identifiers.ts';
import { composeExplain } from '../../../views/wording/commands.ts';
import type { Commands } from '../../../views/wording/commands.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import { renderSummary } from '../../../views/summary/summary.ts';
import type { RunResult } from '../../../run/loop/run-rollout.ts';
import type { RefusalCode } from '../../explain/exits.ts';
import { columnsOf, fail, isColourful, remark } from '../../io.ts';
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

export function conclude(conclusion: Conclusion, io: Io): ExitCode {
  const { end } = conclusion;
  const exit = EXIT[outcomeOfEnd(end)];
  if (end.kind === 'ran') {
    printResult(end.result, conclusion, io);
    return exit;
  }
  const why = describeNotRun(end, { ...conclusion, now: io.clock.now() });
  const code = codeOf(end);
  return fail(io, exit, code === null ? why : `${why}\nFor more about this: ${composeExplain(code)}`);
}

/** The code for `breakwater explain`. */
function codeOf(end: Exclude<RunEnd, { readonly kind: 'ran' }>): RefusalCode | 'exit-5' | null {
  switch (end.kind) {
    case 'refused':
      return end.refusal.kind;
    case 'neighbours':
    case 'open-deployments':
      return end.kind;
    case 'not-started':
      return end.bar.kind;
    case 'held':
      return 'exit-5';
    case 'problem':
      return null;
  }
}

/** Prints the summary: to stdout, or to stderr where stdout carries events. */
function printResult(
  { state, cause, unrecorded }: RunResult,
  { kind, color, commands, now }: Conclusion,
  io: Io,
): void {
  const stream = kind === 'json' ? io.stderr : io.stdout;
  stream.write(
    renderSummary(state, {
      now,
      colour: isColourful(io, stream, color),
      columns: columnsOf(stream),
      isWhole: !stream.isTTY,
      commands,
      isHeld: false,
      // If the end could not be recorded, the state does not contain it.
      ...(cause.isRecorded ? {} : { stop: cause }),
    }),
  );
  // What could not be recorded is printed only here.
  if (!cause.isRecorded) remark(io, cause.message);
  for (const sentence of unrecorded) remark(io, sentence);
}
