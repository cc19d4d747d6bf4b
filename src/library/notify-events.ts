/** Notifies the program of events: the lines of `breakwater run --progress json`, as values. */
import type { Clock } from '../base/clock.ts';
import { shieldView } from '../views/live/progress.ts';
import { renderEvent, renderNotice } from '../views/live/json.ts';
import type { Progress } from '../views/live/progress.ts';
import { copyDocument } from './copy-document.ts';
import type { RunEvent } from './generated/run-event.d.ts';

export type EventNotifier = {
  /** Opens the progress of one run. There may be several runs, one after the other. */
  readonly open: (clock: Clock) => Progress;
  /** The error that the listener threw, or `null`. */
  readonly fault: () => { readonly thrown: unknown } | null;
};

/** A listener that throws an error is not called again. */
export function createEventNotifier(listener: (event: RunEvent) => void): EventNotifier {
  let fault: { readonly thrown: unknown } | null = null;
  function notify(line: Readonly<Record<string, unknown>>): void {
    if (fault !== null) return;
    try {
      // The type comes from the schema. Tests check each line against it.
      listener(copyDocument<object>(line) as RunEvent);
    } catch (thrown) {
      fault = { thrown };
    }
  }
  return {
    open: (clock) =>
      shieldView({
        event(event, state) {
          notify(renderEvent(event, state));
        },
        notice(notice) {
          notify(renderNotice(notice, clock.now()));
        },
        close: () => Promise.resolve(),
      }),
    fault: () => fault,
  };
}
