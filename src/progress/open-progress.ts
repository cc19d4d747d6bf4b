/**
 * The view that was asked for. listr2 is loaded for the live one alone.
 *
 * 1. A fault of a view never reaches the run that it shows: the rollout is brought to its end, and `close` throws the fault.
 * 2. A rollout's first event is on record before its run begins, so no run tells it. Where nothing else is on record yet,
 *    it is told here in place of "going on".
 */
import type { JournaledEvent } from '../rollout/event.ts';
import type { RolloutState } from '../rollout/state.ts';
import { openJsonProgress } from './json.ts';
import { openPlainProgress } from './plain.ts';
import type { Progress, ProgressOptions } from './progress.ts';

export type ProgressKind = 'live' | 'plain' | 'json';

export async function openProgress(kind: ProgressKind, options: ProgressOptions): Promise<Progress> {
  return shieldView(await openView(kind, options));
}

async function openView(kind: ProgressKind, options: ProgressOptions): Promise<Progress> {
  switch (kind) {
    case 'plain':
      return openPlainProgress(options);
    case 'json':
      return openJsonProgress(options);
    case 'live': {
      const { openLiveProgress } = await import('./live.ts');
      return openLiveProgress(options);
    }
  }
}

/** What the two rules above ask for, around any view. */
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
