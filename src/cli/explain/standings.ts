/** The status of a rollout, and of a device. */
import { WAITS_FOR } from '../../views/tables/situation-table.ts';
import type { Situation } from '../../views/tables/situation.ts';
import type { Phase } from '../../rollout/state.ts';
import type { StopCause } from '../../run/loop/run-control.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';

const STATUS = 'breakwater status NAME';
const RUN = 'breakwater run PLAN';

/**
 * The status of a rollout in `status` and in `BREAKWATER_PHASE`, and why its run ended, from its record. They share most
 * of their words.
 */
export const situationExplanations: Readonly<
  Record<Situation['kind'] | Phase['kind'] | StopCause['why'], Explanation>
> = {
  'not-started': {
    meaning: 'The rollout is on record, but it has not started.',
    why: 'Its first run ended before it could start anything. Nothing was deployed.',
    next: 'Run its plan.',
    commands: [RUN],
  },
  running: {
    meaning: 'A runner is working on the rollout.',
    why: 'It has locked the rollout, so no other runner can work on it. It receives orders within two seconds.',
    next: 'Nothing: it continues by itself.',
    commands: [STATUS],
  },
  completed: {
    meaning: 'Every wave has passed. A run ends with exit code 0.',
    why: 'Some devices may have failed, within the tolerance of the plan, or acknowledged by a person.',
    next: 'Check the devices that did not succeed.',
    commands: ['breakwater report NAME'],
  },
  halted: {
    meaning: 'The rollout has halted. A run ends with exit code 1.',
    why: 'Nothing more is deployed. The status also shows the reason, which has its own code.',
    next: 'The status shows how to continue.',
    commands: [STATUS],
  },
  closed: {
    meaning: 'The rollout has halted, and its devices are no longer polled.',
    why: 'They have all ended, or the `haltGrace` of the plan is over. Hooks and `--progress json` use this word; the status shows `halted` or `aborted`.',
    next: 'The status shows how to continue.',
    commands: [STATUS],
  },
  aborted: {
    meaning: 'A person aborted the rollout. A run ends with exit code 1.',
    why: 'It cannot be resumed or retried. The artifact stays on the devices that have it.',
    next: 'Roll back, if the plan has a `rollback`, or give the plan a new name for the remaining devices.',
    commands: [STATUS, 'breakwater rollback NAME --reason TEXT'],
  },
  paused: {
    meaning: 'A person paused the rollout. A run ends with exit code 3.',
    why: 'Nothing more is deployed until it is resumed. Breakwater first polls devices in flight until they end.',
    next: 'When the reason for the pause is gone, resume the rollout and run the plan again.',
    commands: ['breakwater resume NAME --reason TEXT', RUN],
  },
  waiting: {
    meaning: 'The rollout waits, and the run has ended with exit code 3.',
    why: `${WAITS_FOR} The time also runs without a runner.`,
    next: 'If it waits for an approval, approve the wave. Then run the plan again.',
    commands: [STATUS, 'breakwater approve NAME --wave WAVE', RUN],
  },
  ready: {
    meaning: 'A person gave an order after the last run, and the rollout can continue.',
    why: 'An order only records your decision. The next run executes it.',
    next: 'Run the plan again.',
    commands: [RUN],
  },
  interrupted: {
    meaning:
      'A signal stopped the run, or its terminal or output was closed. Exit code 3, or 1 after a halt.',
    why: 'It stopped cleanly: everything that it sent is on record. Devices in flight continue without it.',
    next: 'Run the plan again: it continues from its record, and deploys nothing twice.',
    commands: [RUN],
  },
  'runner-gone': {
    meaning: 'The runner ended without a record of its end: it was killed, or its machine stopped.',
    why: 'Its record is complete, and devices in flight continue without it. Its last POST request may be in doubt.',
    next: 'Run the plan again: it continues from its record.',
    commands: [RUN],
  },
  'in-doubt': {
    meaning: 'A deployment is in doubt. A run ends with exit code 6.',
    why: 'It may exist, but the API cannot list deployments. A second POST could deploy to its devices twice.',
    next: 'Look for it in the Allxon portal, settle it, and run the plan again.',
    commands: [STATUS, 'breakwater explain exit-6'],
  },
  stopped: {
    meaning: 'The API, the credentials or the record stopped the run, with exit code 4.',
    why: 'The rollout is neither halted nor finished. Devices in flight continue without a runner.',
    next: 'Fix what the message reports, and run the plan again.',
    commands: [STATUS, RUN],
  },
  environment: {
    meaning: 'The API, the credentials or the record stopped the run, with exit code 4.',
    why: 'The record uses this word, and the status says `stopped`. The rollout is neither halted nor finished.',
    next: 'Fix what the message reports, and run the plan again.',
    commands: [STATUS, RUN],
  },
  lost: {
    meaning: 'The run lost its lock on the rollout, and ended with exit code 5.',
    why: 'Someone removed its lock, or the connection to the database was lost. Another runner may be working; this one has deployed nothing since.',
    next: 'Check whether another runner is working on it. If not, run the plan again.',
    commands: [STATUS, RUN],
  },
};

const REPORT = 'breakwater report NAME';
const RETRY = 'breakwater retry NAME --reason TEXT';

export const deviceStatusExplanations: Readonly<Record<DeviceStatus, Explanation>> = {
  waiting: {
    meaning: 'The API has not accepted a deployment for the device yet.',
    why: 'It keeps its current artifact. After a halt, Breakwater does not deploy to such devices.',
    next: 'Nothing: its wave or its batch comes later.',
  },
  accepted: {
    meaning: 'The API accepted the deployment of the device, but does not list the device yet.',
    why: 'It counts as reached: the API may be sending the artifact to it.',
    next: 'Nothing: the next polls show its result.',
  },
  processing: {
    meaning: 'The API says that the device is installing the artifact.',
    why: 'It cannot be recalled, even if other devices fail.',
    next: 'Nothing: it ends, or it times out.',
  },
  success: {
    meaning: 'The API says that the device has the artifact.',
    why: 'This is the only result that is a success.',
    next: 'Nothing. A `soak` or a gate in the plan checks that it still works later.',
  },
  failed: {
    meaning: 'The API says that the deployment failed on the device.',
    why: 'It counts as a failure, against the limits of its wave and of the plan.',
    next: 'Find out why, in the Allxon portal or on the device. After a halt, `retry` deploys to it again.',
    commands: [REPORT, RETRY],
  },
  rejected: {
    meaning: 'The API refused to deploy to the device.',
    why: 'The device was never reached. The account may not have it, or the artifact may be for another kind of device. It counts as a failure, unless the wave has `rejected: ignore`.',
    next: 'The report shows the reason of the API. Check the serial and the region.',
    commands: [REPORT],
  },
  'timed-out': {
    meaning: "The device did not end within the wave's `timeout`.",
    why: 'It counts as a failure. It may have the artifact already, or may still be installing it. A later result is recorded as a late outcome. The report shows its last status, unless that was `processing`.',
    next: 'Check the device. If the time was too short for all devices, increase `timeout` in the plan for later waves. `retry` deploys to it again.',
    commands: [REPORT, RETRY],
  },
  unknown: {
    meaning: 'The API accepted the deployment of the device, but never listed the device.',
    why: 'Breakwater does not know whether it was reached, so it counts as a failure. It is not retried, because it may still be installing the artifact.',
    next: 'Look for it in the Allxon portal. `resume` continues without it.',
    commands: [REPORT, 'breakwater resume NAME --reason TEXT'],
  },
  inconclusive: {
    meaning: 'The device succeeded, but the API did not confirm it in a later check.',
    why: 'The API lists it with another status, does not list it, or does not find its deployment. This proves neither success nor failure. It counts as neither, and a person decides.',
    next: 'Look for the device in the Allxon portal. `resume` acknowledges it and continues without it.',
    commands: [REPORT, 'breakwater resume NAME --reason TEXT'],
  },
};
