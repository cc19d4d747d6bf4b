import type { DeviceStatus } from '../../rollout/device-status.ts';
import type { Explanation } from '../../findings/explanation.ts';

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
