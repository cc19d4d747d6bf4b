/** Why a rollout waits, and why the environment stops a run: the values of `BREAKWATER_REASON`, and of documents. */
import type { WaitReason } from '../../rollout/wait-reasons.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { Notice } from '../../run/loop/command-runner.ts';

const STATUS = 'breakwater status NAME';
const RUN = 'breakwater run PLAN';

const RUN_LATER = 'Run the plan again after the time that the status shows, or let a schedule run it.';

export const waitExplanations: Readonly<Record<WaitReason, Explanation>> = {
  approval: {
    meaning: 'The wave waits until a person approves it.',
    why: 'The plan says `approval: required`. An approval is for the plan on record: if the plan changes, the wave needs another one.',
    next: 'Approve the wave, and run the plan again.',
    commands: [STATUS, 'breakwater approve NAME --wave WAVE', RUN],
  },
  window: {
    meaning: 'The wave waits until its `window` opens.',
    why: 'Deployments are posted only while the window is open. Devices that are already in flight are polled to their end.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  soak: {
    meaning: 'The wave waits until its `soak` is over.',
    why: 'Its devices have ended. After the soak, the API is asked about them again, and the wave is judged again. The time passes without a runner too.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  gate: {
    meaning: 'The wave waits until its gate can be tried again.',
    why: 'An attempt failed, and `retries` are left. The next attempt begins when the `interval` of the gate is over.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  'rate-limit': {
    meaning: 'The rollout waits until the rate limit of the API key is reset.',
    why: 'No call can be made before that, and `--max-wait` does not let the run wait that long. Devices in flight continue without a runner.',
    next: 'Run the plan again after the time that the status shows. If others use the same key, give Breakwater its own key.',
    commands: [STATUS, RUN],
  },
  'devices-online': {
    meaning: 'The rollout waits until enough devices are online.',
    why: 'Fewer devices to come are online than `preflight.minOnline` in the plan requires. This run posts nothing.',
    next: 'Check which devices are offline. Run the plan again when more of them are online.',
    commands: ['breakwater plan PLAN --online', RUN],
  },
  signature: {
    meaning: 'The rollout waits until a signed request expires: it could still reach the API.',
    why: 'The answer to that request was lost, and `whenInDoubt: post-again` posts the deployment again. If both requests arrived, the devices would be deployed to twice. A request expires 11 minutes after it was signed.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  paused: {
    meaning: 'The rollout waits until a person resumes it.',
    why: 'A person paused it. Nothing more is posted until then. Devices in flight are polled to their end first.',
    next: 'Resume it when the reason for the pause is gone, and run the plan again.',
    commands: [STATUS, 'breakwater resume NAME --reason TEXT', RUN],
  },
};

/** `in-doubt` is explained among the situations. */
type StopReason = Exclude<Notice['reason'], WaitReason | 'in-doubt'>;

export const stopExplanations: Readonly<Record<StopReason, Explanation>> = {
  'api-outage': {
    meaning: 'The API could not be reached, or gave no usable answer, for too long.',
    why: 'Before the first deployment, a run tries for 10 s. Later it tries for as long as the setting `apiOutage` says, and no longer than `--max-wait` allows. Devices in flight continue without a runner.',
    next: 'Check the network and the API. Then run the plan again: it continues from its record.',
    commands: [STATUS, 'breakwater plan PLAN --online', RUN],
  },
  'api-refused': {
    meaning: 'The API refuses the calls of the run, and would refuse them again.',
    why: 'The key is wrong, was revoked or lacks a permission; or `apiUrl` is wrong. That says nothing about the artifact, so the rollout has not halted.',
    next: 'Read the message beside it, fix the key or the settings, and run the plan again.',
    commands: [STATUS, 'breakwater settings', RUN],
  },
  record: {
    meaning: 'The record cannot be read in part: the orders that were given to the rollout.',
    why: 'A pause or an abort may be among them, so nothing more is posted. Where no event can be recorded either, no hook runs.',
    next: 'Fix what the message reports: the permissions of the folder, for example. Then run the plan again.',
    commands: [STATUS, 'breakwater settings', RUN],
  },
};
