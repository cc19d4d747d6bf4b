/** What a command may access of its process. Only `main.ts` creates a real one. */
import type { Clock } from '../base/clock.ts';
import { guardLog, printableLines } from '../base/text.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';

/**
 * `asked`: SIGINT or SIGTERM, each time. `unwatched`: the terminal was closed (SIGHUP), or output can no longer be written.
 * `unwatched` stops a run in good order and never ends the process at once.
 */
export type StopCall = 'asked' | 'unwatched';

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
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
};

/** Whether text for `stream` may hold colours: `--no-color` and `NO_COLOR` say no, and so does anything but a terminal. */
export function isColourful(io: Io, stream: NodeJS.WriteStream, isWanted: boolean): boolean {
  const noColor = io.env['NO_COLOR'];
  return isWanted && (noColor === undefined || noColor === '') && stream.isTTY;
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
