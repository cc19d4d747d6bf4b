/** Where a rollout stands, and where a device does. */
import { WAITS_FOR } from '../../views/tables/situation-table.ts';
import type { Situation } from '../../views/tables/situation.ts';
import type { Phase } from '../../rollout/state.ts';
import type { StopCause } from '../../run/loop/run-control.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';

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

const REPORT = 'breakwater report NAME';
const RETRY = 'breakwater retry NAME --reason TEXT';

export const deviceStatusExplanations: Readonly<Record<DeviceStatus, Explanation>> = {
  waiting: {
    meaning: 'No deployment was accepted for the device yet.',
    why: 'It has what it had before. After a halt such devices are never reached.',
    next: 'Nothing: its wave or its batch is to come.',
  },
  accepted: {
    meaning: 'The device is in a deployment that the API accepted, and was not listed yet.',
    why: 'It counts as reached: the API may be handing the artifact to it.',
    next: 'Nothing: the next polls tell more.',
  },
  processing: {
    meaning: 'The API says that the device is at work on the artifact.',
    why: 'It cannot be recalled, whatever the others report.',
    next: 'Nothing: it ends, or its time runs out.',
  },
  success: {
    meaning: 'The API says that the device has the artifact.',
    why: 'It is the one way to end that is no failure.',
    next: 'Nothing. A `soak` or a `gate` in the plan looks whether it stays well.',
  },
  failed: {
    meaning: 'The API says that the deployment failed on the device.',
    why: 'It counts as a failure against the thresholds of its wave and of the plan.',
    next: 'Find out why, in the Allxon portal or on the device. After a halt, `retry` deploys to it once more.',
    commands: [REPORT, RETRY],
  },
  rejected: {
    meaning: 'The API would not deploy to the device at all.',
    why: 'It was never reached: it may be unknown to the account, or of another kind than the artifact. It counts as a failure, unless the wave says `rejected: ignore`.',
    next: "The API's reason stands beside it. Check the serial and the region.",
    commands: [REPORT],
  },
  'timed-out': {
    meaning: "The device had not ended when the wave's `timeout` ran out.",
    why: 'It counts as a failure. It may have the artifact already, or may still be installing it: what it reports later is kept as a late outcome. What the API said last of it stands beside it, where that was not `processing`.',
    next: 'Look at the device. If the time was too short for all, raise `timeout` in the plan for waves to come. `retry` deploys to it once more.',
    commands: [REPORT, RETRY],
  },
  unknown: {
    meaning: 'The deployment was accepted for the device, but the API never listed it.',
    why: 'Whether it was reached cannot be told, so it counts as a failure and is not retried: it may be at work, unseen.',
    next: 'Look for it in the Allxon portal. `resume` goes on without it.',
    commands: [REPORT, 'breakwater resume NAME --reason TEXT'],
  },
  inconclusive: {
    meaning: 'The device had succeeded, and the API did not confirm it when it was asked again.',
    why: 'It is listed with another word, or not at all, or its deployment is not found. That is no evidence of success, and none of failure: it counts as neither, and a person decides.',
    next: 'Look for the device in the Allxon portal. `resume` acknowledges it and continues without it.',
    commands: [REPORT, 'breakwater resume NAME --reason TEXT'],
  },
};
