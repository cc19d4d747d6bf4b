import { present } from '../../src/base/assert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import type { Journal, Outcome, SharedCalls } from '../../src/store/journal.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { openMemoryJournal } from '../../src/rehearsal/trial.ts';
import { fold } from '../../src/rollout/apply.ts';
import { startEvent } from '../../src/rollout/entry.ts';
import type { JournaledEvent, RolloutEvent } from '../../src/rollout/event.ts';
import type { Order } from '../../src/rollout/order.ts';
import type { Notice, Observer } from '../../src/run/loop/observer.ts';
import { runRollout } from '../../src/run/loop/run-rollout.ts';
import type { RunResult } from '../../src/run/loop/run-rollout.ts';
import type { AllxonApi } from '../../src/backend/api.ts';
import { DIGEST } from './plans.ts';
import { STARTED_AT } from './rollouts.ts';
import type { CommandRunner } from '../../src/run/loop/command-runner.ts';
import type { CommandResult } from '../../src/rollout/halt-cause.ts';

type MemoryJournal = Journal & {
  readonly all: JournaledEvent[];
  readonly left: Order[];
};

/** A journal in memory, which takes no more from one event on. */
function createMemoryJournal(
  events: readonly JournaledEvent[],
  { failAt = Infinity, fullAfter }: Pick<RunWanted, 'failAt' | 'fullAfter'>,
): MemoryJournal {
  const all = [...events];
  const left: Order[] = [];
  const journal = openMemoryJournal(left);
  return {
    ...journal,
    events,
    all,
    left,
    append(added) {
      const isFull = fullAfter !== undefined && all.some(({ type }) => type === fullAfter);
      if (isFull || added.some(({ seq }) => seq >= failAt)) {
        const message = 'no space left on the disk';
        return Promise.resolve({ kind: 'problem', problem: 'unavailable', message });
      }
      all.push(...added);
      return journal.append(added);
    },
  };
}

/** What a test may do to a run that is under way. */
export type RunHandle = {
  readonly clock: VirtualClock;
  readonly stop: () => void;
  /** Leaves an order in the inbox that the run looks into. */
  readonly leave: (order: Order) => void;
};

export type RunWanted = {
  readonly plan: RolloutPlan;
  readonly api: (clock: Clock) => AllxonApi;
  /** What earlier runs have left on record. */
  readonly events?: readonly JournaledEvent[];
  readonly startAt?: number;
  /** The number of the first event that the record does not take. */
  readonly failAt?: number;
  /** The type of the last event that it takes. */
  readonly fullAfter?: RolloutEvent['type'];
  readonly shared?: SharedCalls;
  /** What hooks and gates come to; they pass unless given. */
  readonly commands?: CommandRunner;
  /** As long as windows and soaks need, unless given. */
  readonly maxWaitMs?: number;
  /** What the store says when it is asked whether the rollout is still held; that it is, unless given. */
  readonly verifyHold?: (run: RunHandle) => Promise<Outcome<null>>;
  /** What the inbox says; what was left there, unless given. */
  readonly orders?: () => Promise<Outcome<readonly Order[]>>;
  /** Called with each event after it is on record. */
  readonly onEvent?: (event: JournaledEvent, run: RunHandle) => void;
  /** Called before the run begins. */
  readonly onStart?: (run: RunHandle) => void;
};

const PASSED: CommandResult = { outcome: 'passed', detail: '', output: '', tookMs: 5 };

export type Told = {
  readonly result: RunResult;
  readonly events: readonly JournaledEvent[];
  readonly notices: readonly Notice[];
  readonly clock: VirtualClock;
};

/** A whole run in virtual time, by the very runner that the command line uses. */
export async function tellRun(wanted: RunWanted): Promise<Told> {
  const { plan, events = [] } = wanted;
  const clock = new VirtualClock(wanted.startAt ?? STARTED_AT);
  const earlier: readonly JournaledEvent[] =
    events.length > 0
      ? events
      : [{ seq: 1, at: clock.now(), ...startEvent({ plan, digest: DIGEST, simulated: false }) }];
  const journal = createMemoryJournal(earlier, wanted);
  const notices: Notice[] = [];
  const stop = new AbortController();
  const handle: RunHandle = {
    clock,
    stop: () => {
      stop.abort();
    },
    leave: (order) => journal.left.push(order),
  };
  wanted.onStart?.(handle);
  const { verifyHold, orders } = wanted;
  const observer: Observer = {
    event(event) {
      wanted.onEvent?.(event, handle);
    },
    notice: (notice) => notices.push(notice),
  };
  const result = await runRollout(
    present(fold(earlier), 'the state to start from'),
    {
      api: wanted.api(clock),
      journal: {
        ...journal,
        ...(orders === undefined ? {} : { orders }),
        ...(verifyHold === undefined ? {} : { verifyHold: () => verifyHold(handle) }),
      },
      clock,
      observer,
      shared: wanted.shared ?? null,
      commands: wanted.commands ?? (() => Promise.resolve(PASSED)),
      stop: stop.signal,
    },
    {
      minIntervalMs: 5_000,
      maxIntervalMs: 300_000,
      apiOutageMs: 900_000,
      maxWaitMs: wanted.maxWaitMs ?? null,
      runner: { host: 'here', pid: 1, startedBy: null },
      version: 'test',
    },
  );
  return { result, events: journal.all, notices, clock };
}

export function typesOf(events: readonly RolloutEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}
