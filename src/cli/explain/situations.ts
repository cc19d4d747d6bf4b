import { WAITS_FOR } from '../../views/tables/exit-meaning.ts';
import type { Situation } from '../../views/tables/situation.ts';
import type { Phase } from '../../rollout/state.ts';
import type { StopCause } from '../../run/loop/run-control.ts';
import type { Explanation } from '../../findings/explanation.ts';

const STATUS = 'breakwater status NAME';
const RUN = 'breakwater run PLAN';

/**
 * Where a rollout stands, as `status` tells it and as `BREAKWATER_PHASE` does, and why a run of it ended, as its record
 * does: mostly the same words.
 */
export const situationExplanations: Readonly<
  Record<Situation['kind'] | Phase['kind'] | StopCause['why'], Explanation>
> = {
  'not-started': {
    meaning: 'The rollout is on record, and no run of it has begun.',
    why: 'Its first run ended before it could start anything. Nothing was posted.',
    next: 'Run its plan.',
    commands: [RUN],
  },
  running: {
    meaning: 'A runner is at work on the rollout.',
    why: 'It holds the rollout: nobody else can bring it forward meanwhile. Orders reach it within a second or two.',
    next: 'Nothing: it goes on by itself.',
    commands: [STATUS],
  },
  completed: {
    meaning: 'Every wave has passed. A run ends with exit code 0.',
    why: 'Devices may have failed all the same, within what the plan tolerates and what was acknowledged.',
    next: 'Look after those that did not succeed.',
    commands: ['breakwater report NAME'],
  },
  halted: {
    meaning: 'The rollout has halted. A run ends with exit code 1.',
    why: 'Nothing further is posted. The reason stands beside it, and has a code of its own.',
    next: 'The status says the ways on.',
    commands: [STATUS],
  },
  closed: {
    meaning: 'The rollout has halted, and its devices are no longer polled.',
    why: 'They have all ended, or the `haltGrace` of the plan is over. Hooks and `--progress json` call this phase so; the status shows `halted` or `aborted`.',
    next: 'The status shows how to continue.',
    commands: [STATUS],
  },
  aborted: {
    meaning: 'A person ended the rollout for good. A run ends with exit code 1.',
    why: 'It can be neither resumed nor retried. What was deployed stays on the devices.',
    next: 'Take it back, where its plan has a `rollback`, or give the plan a new name for the devices that are left.',
    commands: [STATUS, 'breakwater rollback NAME --reason TEXT'],
  },
  paused: {
    meaning: 'The rollout is paused by order. A run ends with exit code 3.',
    why: 'Nothing further is posted until it is resumed. What was in flight is followed to its end first.',
    next: 'Resume it once the reason is gone, and run the plan again.',
    commands: ['breakwater resume NAME --reason TEXT', RUN],
  },
  waiting: {
    meaning: 'The run ended rather than wait longer, with exit code 3.',
    why: `${WAITS_FOR} Time counts whether a runner is there or not.`,
    next: 'Approve the wave, if that is what it waits for, and run the plan again.',
    commands: [STATUS, 'breakwater approve NAME --wave WAVE', RUN],
  },
  ready: {
    meaning: 'An order was given since the last run, and the rollout can go on by it.',
    why: 'An order posts nothing by itself: a runner carries it out.',
    next: 'Run the plan again.',
    commands: [RUN],
  },
  interrupted: {
    meaning: 'A signal stopped the run, or nobody was left to watch it. Exit code 3, or 1 after a halt.',
    why: 'It ended in good order: what it had sent is on record, and devices in flight go on without it.',
    next: 'Run the plan again: it goes on where its record stands, and posts nothing twice.',
    commands: [RUN],
  },
  'runner-gone': {
    meaning: 'The runner ended without a word: it was killed, or its machine went down.',
    why: 'What it had on record is whole, and devices in flight go on without it. A POST that it had just announced may be in doubt.',
    next: 'Run the plan again: it goes on where its record stands.',
    commands: [RUN],
  },
  'in-doubt': {
    meaning: 'A deployment is in doubt. A run ends with exit code 6.',
    why: 'It may exist, and the API cannot be asked. Posting it again could deploy to its devices twice.',
    next: 'Look for it in the Allxon portal, settle it, and run the plan again.',
    commands: [STATUS, 'breakwater explain exit-6'],
  },
  stopped: {
    meaning: 'The API, the credentials or the record ended the run, with exit code 4.',
    why: 'The rollout is neither halted nor finished. Devices in flight go on without a runner.',
    next: 'Mend what the message says, and run the plan again.',
    commands: [STATUS, RUN],
  },
  environment: {
    meaning: 'The API, the credentials or the record ended the run, with exit code 4.',
    why: 'So its record calls what the status calls stopped. The rollout is neither halted nor finished.',
    next: 'Mend what the message says, and run the plan again.',
    commands: [STATUS, RUN],
  },
  lost: {
    meaning: 'The run lost its hold of the rollout, and ended with exit code 5.',
    why: 'Somebody ended its hold, or the connection to the database broke. Another runner may be at work; this one has posted nothing since.',
    next: 'See whether somebody is at work on it. If nobody is, run the plan again.',
    commands: [STATUS, RUN],
  },
};
