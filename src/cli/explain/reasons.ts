/**
 * Why a rollout halts, why it waits, and why the environment stops a run: the values of `BREAKWATER_HALT_REASON` and
 * `BREAKWATER_REASON`, and of documents.
 */
import type { Explanation } from '../../findings/explanation.ts';
import type { HaltCause } from '../../rollout/halt-cause.ts';
import type { WaitReason } from '../../rollout/wait-reasons.ts';
import type { Notice } from '../../run/loop/command-runner.ts';

const RESUME = 'breakwater resume NAME --reason TEXT';
const RETRY = 'breakwater retry NAME --reason TEXT';
const ROLLBACK = 'breakwater rollback NAME --reason TEXT';
const STATUS = 'breakwater status NAME';

const WAYS_ON =
  'Find out what the devices that failed have in common. Then deploy to them once more (`retry`), go on without them (`resume`: only new failures count), or take the rollout back, where its plan has a `rollback`.';

export const haltExplanations: Readonly<Record<HaltCause['reason'], Explanation>> = {
  'failures-exceeded': {
    meaning: 'More devices of the wave have failed than it tolerates.',
    why: 'Failed, rejected, timed-out and unknown devices all count, against the devices planned. By its `maxFailures` the wave was not to go on, and nothing further is posted; devices in flight cannot be recalled.',
    next: WAYS_ON,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'success-unreachable': {
    meaning:
      'So many devices of the wave have failed that it cannot reach its `minSuccess`, or not one success.',
    why: 'The limit would be missed even if all the others succeed, so waiting for them would only reach more devices. A wave without one success never passes, whatever it tolerates.',
    next: WAYS_ON,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'rollout-failures-exceeded': {
    meaning: 'Over all waves so far, more devices have failed than the plan tolerates.',
    why: "No wave went beyond its own limit, but the plan's `maxFailures` counts them together: a fault that is rare in each wave shows in the sum.",
    next: WAYS_ON,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'gate-failed': {
    meaning: 'A gate said no after the wave, with all its retries used up.',
    why: 'The devices took the artifact, and something that the plan watches is not as it should be: a crash rate, say. The gate also fails where its program cannot be run or takes too long.',
    next: 'Look at what it printed last (`status`). `retry` runs it once more and posts nothing anew; `resume` goes on as if it had passed.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'hook-failed': {
    meaning: 'A hook before the rollout or before a wave failed.',
    why: 'Such a hook decides whether to start: a change freeze, say. Nothing of the wave was posted yet. It says nothing about the artifact, so no automatic rollback follows.',
    next: 'Look at what it printed last (`status`). `retry` runs it once more; `resume` goes on as if it had passed.',
    commands: [STATUS, RETRY, RESUME],
  },
  'deployment-refused': {
    meaning: 'The API refused a deployment, and would refuse it again.',
    why: 'It was certainly not made. The plan names something that the API does not know or does not take: the artifact, an argument, the serials. It says nothing about what was deployed before, so no automatic rollback follows.',
    next: "The API's own words are in the status, with an X-Request-ID for the vendor's support. If the API was wrong, `resume` or `retry` posts it anew. If the plan is wrong, abort, and give the mended plan a new name.",
    commands: [STATUS, RETRY, RESUME, 'breakwater abort NAME --reason TEXT'],
  },
  reverted: {
    meaning: 'Devices of waves that had passed have failed since, and more have failed than is tolerated.',
    why: 'Before a wave passes, the deployments of the waves before it are asked about again. A device that has failed since counts, against the limit of its wave and of the plan. An automatic rollback follows from it.',
    next: 'Find out what they have in common. `retry` deploys to them once more, in their own waves; `resume` acknowledges them and continues.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'check-inconclusive': {
    meaning: 'Devices that had succeeded were asked about again, and the API did not confirm them.',
    why: 'They are listed with another word now, or not at all, or their deployment is not found. Nothing was measured, so the wave does not pass by itself. An automatic rollback does not follow from it.',
    next: 'Look for these devices in the Allxon portal. `retry` deploys again to those that have failed; `resume` acknowledges the others, deployment by deployment, and continues.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  operator: {
    meaning: 'A person aborted the rollout.',
    why: 'It is for good: nothing further is posted under this name. Who it was and why is on record. No automatic rollback follows.',
    next: 'What was deployed stays on the devices. Take it back, where the plan has a `rollback`, or give the plan a new name for the devices that are left.',
    commands: [STATUS, ROLLBACK],
  },
};

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
