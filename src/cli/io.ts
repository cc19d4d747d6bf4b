/** What a command may touch of the process that it runs in. Real ones are made in `main.ts` alone. */
import type { Clock } from '../base/clock.ts';
import { guardLog, printableLines } from '../base/text.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';

/**
 * `asked`: SIGINT or SIGTERM, each time. `unwatched`: the terminal was closed (SIGHUP), or what is printed can no longer be
 * written. That nobody is there to see the end is no hurry to come to it.
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
  /** Calls `listener` whenever the process is to come to its end, until the function that it gives back is called. */
  readonly onStopSignal: (listener: (why: StopCall) => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
};

/** Whether text for `stream` may hold colours: `--no-color` and `NO_COLOR` say no, and so does anything but a terminal. */
export function isColourful(io: Io, stream: NodeJS.WriteStream, isWanted: boolean): boolean {
  const noColor = io.env['NO_COLOR'];
  return isWanted && (noColor === undefined || noColor === '') && stream.isTTY;
}

/** Text for a person. What comes from outside in it has been made printable; a CI service's log finds no command in it. */
export function print(stream: NodeJS.WriteStream, text: string): void {
  stream.write(guardLog(text));
}

/** A remark of the command's own. Whatever is in it, a system's words or a path, it is shown as it is. */
export function remark(io: Io, message: string): void {
  print(io.stderr, `breakwater: ${printableLines(message)}\n`);
}

/** Says why a command cannot do what it was asked, and gives back the code to end with. */
export function fail(io: Io, exit: ExitCode, message: string): ExitCode {
  remark(io, message);
  return exit;
}

/** Why `stop` has aborted is its reason: a `StopCall`. */
export type StopSignals = { readonly stop: AbortSignal; close(): void };

/**
 * The first SIGINT or SIGTERM asks the run to stop; the second ends the process at once. One that is no longer watched is
 * asked to stop, and never hurried: Ctrl-C ends the reader of a pipe, too, and a terminal that closes may say so twice.
 */
export function listenForStop(io: Io): StopSignals {
  const controller = new AbortController();
  const off = io.onStopSignal((why) => {
    if (why === 'unwatched' || !controller.signal.aborted) {
      controller.abort(why);
      return;
    }
    // Every event on record is whole already. A deployment that was being posted is in doubt, and the next run says so.
    io.stderr.write('\nbreakwater: ended at once; run it again to go on\n');
    io.exit(EXIT.unfinished);
  });
  return { stop: controller.signal, close: off };
}
