/** argv and process to `runCli`, and its exit code back; a fault of Breakwater's own ends here, with a request. */
import { systemClock } from './base/clock.ts';
import { EXIT } from './cli/exit-code.ts';
import type { Io } from './cli/io.ts';
import { runCli } from './cli/run-cli.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

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
    for (const signal of STOP_SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of STOP_SIGNALS) process.off(signal, listener);
    };
  },
  exit: (code) => process.exit(code),
};

// A reader that has seen enough (`breakwater plan … | head`) is no fault of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

try {
  process.exitCode = await runCli(process.argv.slice(2), io);
} catch (error) {
  process.exitCode = EXIT.bug;
  process.stderr.write(
    `breakwater: this is a bug in Breakwater, not in your plan. Please report it with the lines below.\n${
      error instanceof Error ? (error.stack ?? error.message) : String(error)
    }\n`,
  );
}
