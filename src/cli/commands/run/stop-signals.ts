/** The first SIGINT or SIGTERM asks the run to stop; the second ends the process at once. */
import { EXIT } from '../../exit-code.ts';
import type { Io } from '../../io.ts';

export type StopSignals = { readonly stop: AbortSignal; close(): void };

export function listenForStop(io: Io): StopSignals {
  const controller = new AbortController();
  const off = io.onStopSignal(() => {
    if (!controller.signal.aborted) {
      controller.abort();
      return;
    }
    // Every event on record is whole already. A deployment that was being posted is in doubt, and the next run says so.
    io.stderr.write('\nbreakwater: ended at once; run it again to go on\n');
    io.exit(EXIT.unfinished);
  });
  return { stop: controller.signal, close: off };
}
