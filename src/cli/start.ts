/** Connects the process to `runCli`. An unexpected error is printed here as a bug. */
import { guardLog, printableLines } from '../base/text.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { Io, StopCall } from './io.ts';
import { runCli } from './run-cli.ts';

const STOP_SIGNALS = [
  ['SIGINT', 'asked'],
  ['SIGTERM', 'asked'],
  ['SIGHUP', 'unwatched'],
] as const;

/** Listeners of commands that stop in good order. Commands without one are ended at once. */
const stopListeners = new Set<(why: StopCall) => void>();
let isUnread = false;

const io: Io = {
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  // Opened on first use: an unused stream does not slow the start.
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  onStopSignal(listener) {
    stopListeners.add(listener);
    const calls = STOP_SIGNALS.map(([signal, why]) => {
      const call = () => {
        listener(why);
      };
      process.on(signal, call);
      return { signal, call };
    });
    return () => {
      stopListeners.delete(listener);
      for (const { signal, call } of calls) process.off(signal, call);
    };
  },
  onSuspend({ pause, resume }) {
    const stop = () => {
      pause();
      // With no listener left, the signal does what it always does: nothing where no shell could continue the process.
      process.off('SIGTSTP', stop);
      process.kill(process.pid, 'SIGTSTP');
    };
    const goOn = () => {
      process.off('SIGTSTP', stop);
      process.on('SIGTSTP', stop);
      resume();
    };
    process.on('SIGTSTP', stop);
    process.on('SIGCONT', goOn);
    return () => {
      process.off('SIGTSTP', stop);
      process.off('SIGCONT', goOn);
    };
  },
  exit: (code) => process.exit(code),
};

/** Runs the command that the process was started with. */
export async function start(): Promise<void> {
  process.once('beforeExit', endUnfinished);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stopUnread);
  try {
    process.exitCode = await runCli(process.argv.slice(2), io);
  } catch (error) {
    process.exitCode = EXIT.bug;
    process.stderr.write(
      guardLog(
        `breakwater: this is a bug in Breakwater, not in your plan. Report it with the lines below.\n${printableLines(
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        )}\n`,
      ),
    );
  }
  process.off('beforeExit', endUnfinished);
}

/** The event loop is empty although the command has not finished: a bug. */
function endUnfinished(): void {
  process.exitCode = EXIT.bug;
}

/**
 * A reader that ends early (`breakwater plan … | head`) is no error; a full disk is. Either way, a run is stopped once, in
 * good order, and its record is complete.
 */
function stopUnread(error: NodeJS.ErrnoException): void {
  if (isUnread) return;
  isUnread = true;
  const isReaderGone = error.code === 'EPIPE';
  if (!isReaderGone) process.stderr.write(`breakwater: the output cannot be written: ${error.message}\n`);
  if (stopListeners.size === 0) process.exit(isReaderGone ? EXIT.completed : EXIT.environment);
  for (const listener of stopListeners) listener('unwatched');
}
