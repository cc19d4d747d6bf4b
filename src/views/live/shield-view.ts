/**
 * What every view needs around it.
 *
 * 1. A fault of a view never reaches the run that it shows: the rollout is brought to its end, and `close` throws the fault.
 * 2. A rollout's first event is on record before its run begins, so no run tells it. Where nothing else is on record yet,
 *    it is told here in place of "going on".
 */
import type { JournaledEvent } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Progress } from './progress.ts';

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
