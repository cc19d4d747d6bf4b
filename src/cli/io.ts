/** What a command may access of its process. Only `main.ts` creates a real one. */
import type { Clock } from '../base/clock.ts';
import { terminalColumns } from '../base/columns.ts';
import { guardLog, printableLines } from '../base/text.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';

/**
 * `asked`: SIGINT or SIGTERM, each time. `unwatched`: the terminal was closed (SIGHUP), or output can no longer be written.
 * `unwatched` stops a run in good order and never ends the process at once.
 */
export type StopCall = 'asked' | 'unwatched';

export type SuspendListener = { readonly pause: () => void; readonly resume: () => void };

export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An absolute path; what the user types is relative to it. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Calls `listener` whenever the process should stop. Returns a function that removes the listener. */
  readonly onStopSignal: (listener: (why: StopCall) => void) => () => void;
  /** Calls `pause` before Ctrl-Z stops the process, and `resume` when it continues, until the function that it gives back is called. */
  readonly onSuspend: (listener: SuspendListener) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
};

/**
 * Whether text for `stream` may hold colours. The first of these decides: `--no-color` (`isWanted` is false), `FORCE_COLOR`,
 * `NO_COLOR`, whether it is a terminal that can show them.
 */
export function isColourful(
  { env }: Pick<Io, 'env'>,
  stream: Pick<NodeJS.WriteStream, 'isTTY'>,
  isWanted: boolean,
): boolean {
  if (!isWanted) return false;
  const { FORCE_COLOR: forced = '', NO_COLOR: refused = '' } = env;
  if (!['', '0', 'false'].includes(forced)) return true;
  return refused === '' && canRepaint({ env }, stream);
}

/** Whether what stands on `stream` can be painted over: on a terminal, unless it knows text alone (`TERM=dumb`). */
export function canRepaint({ env }: Pick<Io, 'env'>, stream: Pick<NodeJS.WriteStream, 'isTTY'>): boolean {
  // In a pipe, Node leaves `isTTY` out.
  return (stream.isTTY as boolean | undefined) === true && env['TERM'] !== 'dumb';
}

/** Lines in a pipe are broken at this, and nothing in them is cut. */
const PIPE_COLUMNS = 100;

/** How wide lines on `stream` may become; `inPipe` where it is no terminal. */
export function columnsOf(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  inPipe = PIPE_COLUMNS,
): number {
  return stream.isTTY ? terminalColumns(stream) : inPipe;
}

/** Prints text for a person. Callers make outside text printable; `guardLog` disarms commands of CI logs. */
export function print(stream: NodeJS.WriteStream, text: string): void {
  stream.write(guardLog(text));
}

/** Prints a message of the command. It may contain system errors and paths: all of it is made printable. */
export function remark(io: Io, message: string): void {
  print(io.stderr, `breakwater: ${printableLines(message)}\n`);
}

/** Prints why a command failed, and returns the exit code. */
export function fail(io: Io, exit: ExitCode, message: string): ExitCode {
  remark(io, message);
  return exit;
}

/** The reason of the aborted `stop` is a `StopCall`. */
export type StopSignals = { readonly stop: AbortSignal; close(): void };

/**
 * The first SIGINT or SIGTERM asks the run to stop; the second ends the process at once. `unwatched` only asks the run to
 * stop: Ctrl-C also ends the reader of a pipe, and a closing terminal may send SIGHUP twice.
 */
export function listenForStop(io: Io): StopSignals {
  const controller = new AbortController();
  const off = io.onStopSignal((why) => {
    if (why === 'unwatched' || !controller.signal.aborted) {
      controller.abort(why);
      return;
    }
    // Every event on record is complete. A deployment that was being sent is in doubt, and the next run reports it.
    io.stderr.write('\nbreakwater: stopped at once; run it again to continue\n');
    io.exit(EXIT.unfinished);
  });
  return { stop: controller.signal, close: off };
}
