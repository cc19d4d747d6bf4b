/**
 * The only writer of a run's journal, and the keeper of the state that it tells.
 *
 * Upheld here: an event is applied and shown only after it is durable; after each event everything that has become
 * certain (a wave passed, a halt) is put on record before anybody else gets to write.
 */
import pLimit from 'p-limit';
import type { Clock } from '../base/clock.ts';
import { present } from '../base/assert.ts';
import type { Journal } from '../journal/journal.ts';
import { apply } from '../rollout/apply.ts';
import { decideVerdict } from '../rollout/decide.ts';
import type { DeploymentKey, RolloutEvent } from '../rollout/event.ts';
import type { DeploymentState, RolloutState } from '../rollout/state.ts';
import type { Observer } from './observer.ts';
import type { RunControl } from './run-control.ts';

export type Recorder = {
  state(): RolloutState;
  deployment(key: DeploymentKey): DeploymentState;
  /** Resolves to whether the event is on record; where it is not, the run has been stopped. */
  record(event: RolloutEvent): Promise<boolean>;
  /** As `record`, but only if `isStillRight` says so at the moment of writing; else resolves to `false`. */
  recordIf(isStillRight: (state: RolloutState) => boolean, event: RolloutEvent): Promise<boolean>;
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
  let state = initial;

  async function append(event: RolloutEvent): Promise<boolean> {
    // Time on record never runs backwards, whatever the machine's clock is set to.
    const at = Math.max(clock.now(), state.updatedAt);
    const journaled = { seq: state.seq + 1, at, ...event };
    const outcome = await journal.append([journaled]);
    if (outcome.kind === 'problem') {
      control.stop({ why: 'environment', message: outcome.message, isRecorded: false });
      return false;
    }
    state = apply(state, journaled);
    observer.event(journaled, state);
    if (event.type === 'rollout-halted') control.wake();
    return true;
  }

  async function appendWithVerdicts(event: RolloutEvent): Promise<boolean> {
    if (!(await append(event))) return false;
    for (let verdict = decideVerdict(state); verdict !== null; verdict = decideVerdict(state)) {
      if (!(await append(verdict))) return false;
    }
    return true;
  }

  return {
    state: () => state,
    deployment: (key) => present(state.deployments.get(key), `deployment ${key}`),
    record: (event) => oneAtATime(() => appendWithVerdicts(event)),
    recordIf: (isStillRight, event) =>
      oneAtATime(async () => isStillRight(state) && (await appendWithVerdicts(event))),
  };
}
