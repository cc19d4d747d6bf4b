/**
 * The only writer of a run's journal, and the keeper of the state that it tells.
 *
 * Upheld here: an event is applied and shown only after it is durable; after each event everything that has become
 * certain (a wave passed, a halt) is put on record before anybody else gets to write.
 */
import pLimit from 'p-limit';
import type { Clock } from '../../base/clock.ts';
import { present } from '../../base/assert.ts';
import type { Journal } from '../../store/journal.ts';
import { apply } from '../../rollout/apply.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import type { Observer } from './observer.ts';
import type { RunControl } from './run-control.ts';
import { stopByJournal } from './run-control.ts';
import type { DeploymentKey } from '../../plan/identifiers.ts';
import { decideVerdict } from '../../rollout/verdict.ts';

export type Recorder = {
  state(): RolloutState;
  deployment(key: DeploymentKey): DeploymentState;
  /** Resolves to whether the event is on record; where it is not, the run has been stopped. */
  record(event: RolloutEvent): Promise<boolean>;
  /**
   * As `record`, but what is recorded is decided at the moment of writing; `null` is nothing, and resolves to `false`.
   * `then` is called once it is on record and the hold was verified after that, and waited for before anything else is
   * recorded; where the hold is lost, it is not called.
   */
  recordWhat(
    decideEvent: (state: RolloutState) => RolloutEvent | null,
    then?: () => void | Promise<void>,
  ): Promise<boolean>;
  /** What happened and could not be put on record: a sentence each, to be told to the user or lost. */
  unrecorded(): readonly string[];
};

export type RecorderPorts = {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly control: RunControl;
};

/** `state` is what the journal tells so far. */
export function createRecorder(initial: RolloutState, ports: RecorderPorts): Recorder {
  const { journal, clock, observer, control } = ports;
  const oneAtATime = pLimit(1);
  const unrecorded: string[] = [];
  let state = initial;

  async function append(event: RolloutEvent): Promise<boolean> {
    const journaled = { seq: state.seq + 1, at: timeAfter(state.updatedAt, clock.now()), ...event };
    const outcome = await journal.append([journaled]);
    if (outcome.kind === 'problem') {
      if (event.type === 'deployment-accepted') unrecorded.push(describeUnrecorded(event));
      stopByJournal(control, outcome);
      return false;
    }
    state = apply(state, journaled);
    observer.event(journaled, state);
    if (WAKING.has(event.type)) control.wake();
    return true;
  }

  /**
   * An append may have been acknowledged late: after the hold was broken, and others have gone on. What the store says
   * quickly is true now; an answer that was slow itself is asked for again.
   */
  async function isHeldStill(): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const askedAt = clock.now();
      const outcome = await journal.verifyHold();
      if (outcome.kind === 'problem') {
        stopByJournal(control, outcome);
        return false;
      }
      if (clock.now() - askedAt <= QUICK_MS || tries === VERIFICATIONS_MAX) return true;
    }
  }

  async function appendWithVerdicts(
    event: RolloutEvent,
    then?: () => void | Promise<void>,
  ): Promise<boolean> {
    if (!(await append(event))) return false;
    if (then !== undefined) {
      if (!(await isHeldStill())) return false;
      await then();
    }
    for (let verdict = decideVerdict(state); verdict !== null; verdict = decideVerdict(state)) {
      if (!(await append(verdict))) return false;
    }
    return true;
  }

  return {
    state: () => state,
    deployment: (key) => present(state.deployments.get(key), `deployment ${key}`),
    record: (event) => oneAtATime(() => appendWithVerdicts(event)),
    recordWhat: (decideEvent, then) =>
      oneAtATime(async () => {
        const event = decideEvent(state);
        return event !== null && (await appendWithVerdicts(event, then));
      }),
    unrecorded: () => unrecorded,
  };
}

/** How soon a verified hold must have been answered to be worth something, and how often it is asked for. */
const QUICK_MS = 1_000;
const VERIFICATIONS_MAX = 5;

/** A clock that is read a little more exactly may seem to run back, and time on record does not. */
const NOISE_MS = 2_000;

/** Where a clock turns out to have been wrong, it is right from then on, although times on record step back. */
function timeAfter(previousAt: number, now: number): number {
  return now < previousAt && previousAt - now <= NOISE_MS ? previousAt : now;
}

/** Whoever sleeps must look again after these: how long anything is watched for has changed. */
const WAKING: ReadonlySet<RolloutEvent['type']> = new Set([
  'rollout-halted',
  'rollout-resumed',
  'wave-retried',
  'wave-approved',
  'rollout-paused',
  'deployment-settled',
]);

function describeUnrecorded({
  deployment,
  deploymentId,
}: Extract<RolloutEvent, { readonly type: 'deployment-accepted' }>): string {
  return `not on record: deployment ${deployment} exists with id ${deploymentId}`;
}
