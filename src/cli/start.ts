/** argv and process to `runCli`, and its exit code back; a fault of Breakwater's own ends here, with a request. */
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

/** Whoever wants to end in good order; a command that nobody can stop half-way has none. */
const stopListeners = new Set<(why: StopCall) => void>();
let isUnread = false;

const io: Io = {
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  // Opened when first used: a stream that a command does not touch costs its start-up nothing.
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
        `breakwater: this is a bug in Breakwater, not in your plan. Please report it with the lines below.\n${printableLines(
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        )}\n`,
      ),
    );
  }
  process.off('beforeExit', endUnfinished);
}

/** Nothing is left that the command could be waiting for, and it has not ended. */
function endUnfinished(): void {
  process.exitCode = EXIT.bug;
}

/**
 * A reader that has seen enough (`breakwater plan … | head`) is no fault of anybody's; a full disk under what is printed
 * is. A rollout that nobody can watch any more is stopped either way, once, and its record is whole.
 */
function stopUnread(error: NodeJS.ErrnoException): void {
  if (isUnread) return;
  isUnread = true;
  const isReaderGone = error.code === 'EPIPE';
  if (!isReaderGone) process.stderr.write(`breakwater: what it prints cannot be written: ${error.message}\n`);
  if (stopListeners.size === 0) process.exit(isReaderGone ? EXIT.completed : EXIT.environment);
  for (const listener of stopListeners) listener('unwatched');
}
