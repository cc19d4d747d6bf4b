/**
 * The first SIGINT or SIGTERM asks the run to stop; the second ends the process at once. One that is no longer watched is
 * asked to stop, and never hurried: Ctrl-C ends the reader of a pipe, too, and a terminal that closes may say so twice.
 */
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { Io } from '../../io.ts';

/** Why `stop` has aborted is its reason: a `StopCall`. */
export type StopSignals = { readonly stop: AbortSignal; close(): void };

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
