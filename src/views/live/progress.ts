/** What every view of a run is, told all that happens and closed at the end, and what it needs around it. */
import type { Clock } from '../../base/clock.ts';
import type { Observer } from '../../run/loop/observer.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** Shows a run while it lasts. It only displays what it receives. */
export type Progress = Observer & {
  /** Takes the live view off the screen; ends the heartbeat. Nothing is shown after it. */
  readonly close: () => Promise<void>;
};

export type ProgressOptions = {
  readonly stream: ProgressStream;
  /** The clock that the run goes by. */
  readonly clock: Clock;
  readonly colour: boolean;
  /** As `Io.onSuspend`: for what must not be left on a terminal that the process is stopped on. */
  readonly onSuspend?: (listener: { readonly pause: () => void; readonly resume: () => void }) => () => void;
  /** Plain progress says that it is alive when it has said nothing for this long. */
  readonly heartbeatMs?: number;
};

/** A terminal or a file, as `process.stderr` is one. */
export type ProgressStream = {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/**
 * 1. A fault of a view never reaches the run that it shows: the rollout is brought to its end, and `close` throws the fault.
 * 2. A rollout's first event is on record before its run begins, so no run tells it. Where nothing else is on record yet,
 *    it is told here in place of "going on".
 */
export function shieldView(view: Progress): Progress {
  const faults: unknown[] = [];
  function attempt(show: () => void): void {
    try {
      if (faults.length === 0) show();
    } catch (error) {
      faults.push(error);
    }
  }
  return {
    event(event, state) {
      attempt(() => {
        view.event(event, state);
      });
    },
    notice(notice) {
      attempt(() => {
        if (notice.kind === 'going-on' && notice.state.seq === 1) {
          view.event(firstEventOf(notice.state), notice.state);
        } else {
          view.notice(notice);
        }
      });
    },
    async close() {
      await view.close();
      if (faults.length > 0) throw faults[0];
    },
  };
}

function firstEventOf({ plan, digest, simulated, startedAt }: RolloutState): JournaledEvent {
  return { seq: 1, at: startedAt, type: 'rollout-started', plan, digest, simulated };
}
