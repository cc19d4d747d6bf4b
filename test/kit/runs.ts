import { present } from '../../src/base/assert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { JournaledEvent, RolloutEvent } from '../../src/rollout/event.ts';
import type { Notice, Observer } from '../../src/runner/observer.ts';
import { runRollout } from '../../src/runner/run-rollout.ts';
import type { RunResult } from '../../src/runner/run-rollout.ts';
import type { AllxonApi } from '../../src/allxon/api.ts';
import { DIGEST } from './plans.ts';
import { STARTED_AT } from './rollouts.ts';

/** A journal in memory. `failAt` is the number of the event whose append fails. */
function createMemoryJournal(
  events: readonly JournaledEvent[] = [],
  failAt = Infinity,
): Journal & { readonly all: JournaledEvent[] } {
  const all = [...events];
  return {
    events,
    all,
    tornBytes: 0,
    append(added) {
      if (added.some(({ seq }) => seq >= failAt)) {
        return Promise.resolve({ kind: 'problem', message: 'no space left on the disk' });
      }
      all.push(...added);
      return Promise.resolve({ kind: 'done', value: null });
    },
    close: () => Promise.resolve(),
  };
}

export type RunWanted = {
  readonly plan: RolloutPlan;
  readonly api: (clock: Clock) => AllxonApi;
  /** What earlier runs have left on record. */
  readonly events?: readonly JournaledEvent[];
  readonly startAt?: number;
  readonly failAt?: number;
  /** Called with each event after it is on record. */
  readonly onEvent?: (
    event: JournaledEvent,
    run: { readonly clock: VirtualClock; readonly stop: () => void },
  ) => void;
};

export type Told = {
  readonly result: RunResult;
  readonly events: readonly JournaledEvent[];
  readonly notices: readonly Notice[];
  readonly clock: VirtualClock;
};

/** A whole run in virtual time, by the very runner that the command line uses. */
export async function tellRun(wanted: RunWanted): Promise<Told> {
  const { plan, events = [], failAt = Infinity } = wanted;
  const clock = new VirtualClock(wanted.startAt ?? STARTED_AT);
  const earlier: readonly JournaledEvent[] =
    events.length > 0
      ? events
      : [{ seq: 1, at: clock.now(), type: 'rollout-started', plan, digest: DIGEST, simulated: false }];
  const journal = createMemoryJournal(earlier, failAt);
  const notices: Notice[] = [];
  const stop = new AbortController();
  const observer: Observer = {
    event(event) {
      wanted.onEvent?.(event, {
        clock,
        stop: () => {
          stop.abort();
        },
      });
    },
    notice: (notice) => notices.push(notice),
  };
  const result = await runRollout(
    present(fold(earlier), 'the state to start from'),
    { api: wanted.api(clock), journal, clock, observer, stop: stop.signal },
    {
      minIntervalMs: 5_000,
      maxIntervalMs: 300_000,
      apiOutageMs: 900_000,
      runner: { host: 'here', pid: 1, startedBy: null },
      version: 'test',
    },
  );
  return { result, events: journal.all, notices, clock };
}

export function typesOf(events: readonly RolloutEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}
