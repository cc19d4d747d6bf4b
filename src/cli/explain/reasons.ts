/**
 * Why a rollout halts, why it waits, and why the environment stops a run: the values of `BREAKWATER_HALT_REASON` and
 * `BREAKWATER_REASON`, and of the same fields in documents.
 */
import type { Explanation } from '../../findings/explanation.ts';
import type { HaltCause } from '../../rollout/halt-cause.ts';
import type { WaitReason } from '../../rollout/wait-reasons.ts';
import type { Notice } from '../../run/loop/command-runner.ts';

const RESUME = 'breakwater resume NAME --reason TEXT';
const RETRY = 'breakwater retry NAME --reason TEXT';
const ROLLBACK = 'breakwater rollback NAME --reason TEXT';
const STATUS = 'breakwater status NAME';

const HOW_TO_CONTINUE =
  'Find out what the failed devices have in common. Then deploy to them again (`retry`), continue without them (`resume`: only new failures count), or roll back (`rollback`, if the plan has one).';

export const haltExplanations: Readonly<Record<HaltCause['reason'], Explanation>> = {
  'failures-exceeded': {
    meaning: 'More devices of the wave have failed than it tolerates.',
    why: 'Failed, rejected, timed-out and unknown devices all count, against the number of planned devices. The wave has exceeded its `maxFailures`, so nothing more is deployed. Devices in flight cannot be recalled.',
    next: HOW_TO_CONTINUE,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'success-unreachable': {
    meaning:
      'Too many devices of the wave have failed: it cannot reach its `minSuccess`, or not even one success.',
    why: 'Even if all other devices succeed, the wave misses its limit. Waiting would only reach more devices. A wave without a success never passes, whatever it tolerates.',
    next: HOW_TO_CONTINUE,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'rollout-failures-exceeded': {
    meaning: 'Over all waves so far, more devices have failed than the plan tolerates.',
    why: "No wave exceeded its own limit, but the plan's `maxFailures` counts the failures of all waves. This shows a fault that is rare in each wave.",
    next: HOW_TO_CONTINUE,
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'gate-failed': {
    meaning: 'A gate failed after the wave, and has no retries left.',
    why: 'The devices have the artifact, but a check of the plan failed, for example of the crash rate. A gate also fails if its program cannot start or takes too long.',
    next: 'Check its last output (`status`). `retry` runs the gate again, and deploys nothing again; `resume` continues as if the gate had passed.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'hook-failed': {
    meaning: 'A hook before the rollout or before a wave failed.',
    why: 'Such a hook decides whether to start, for example during a change freeze. No device of the wave has been deployed to. The failure says nothing about the artifact, so no automatic rollback starts.',
    next: 'Check its last output (`status`). `retry` runs the hook again; `resume` continues as if the hook had passed.',
    commands: [STATUS, RETRY, RESUME],
  },
  'deployment-refused': {
    meaning: 'The API refused a deployment, and would refuse it again.',
    why: 'The deployment was certainly not created. The API does not know or accept the artifact, an argument or the serials. The refusal says nothing about earlier deployments, so no automatic rollback starts.',
    next: "The status shows the message of the API, and an X-Request-ID for the vendor's support. If the API was wrong, `resume` or `retry` sends the deployment again. If the plan is wrong, abort the rollout, fix the plan, and give it a new name.",
    commands: [STATUS, RETRY, RESUME, 'breakwater abort NAME --reason TEXT'],
  },
  reverted: {
    meaning: 'Devices failed after their waves had passed, and there are now more failures than tolerated.',
    why: 'Before a wave passes, Breakwater checks the deployments of earlier waves again. A device that has failed since counts, against the limit of its wave and of the plan. An automatic rollback starts if the plan has one.',
    next: 'Find out what they have in common. `retry` deploys to them again, in their own waves; `resume` acknowledges them and continues.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  'check-inconclusive': {
    meaning: 'Breakwater checked successful devices again, and the API did not confirm them.',
    why: 'The API now lists them with another status, does not list them, or does not find their deployment. This proves nothing, so the wave does not pass. No automatic rollback starts.',
    next: 'Look for these devices in the Allxon portal. `retry` deploys again to those that have failed; `resume` acknowledges the others for each deployment, and continues.',
    commands: [STATUS, RETRY, RESUME, ROLLBACK],
  },
  operator: {
    meaning: 'A person aborted the rollout.',
    why: 'This is final: nothing more is deployed under this name. The record has the person and the reason. No automatic rollback starts.',
    next: 'The artifact stays on the devices that have it. Roll back, if the plan has a `rollback`, or give the plan a new name for the remaining devices.',
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
    why: 'Breakwater deploys only while the window is open. It polls devices in flight until they end.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  soak: {
    meaning: 'The wave waits until its `soak` is over.',
    why: 'Its devices have ended. After the soak, Breakwater polls them again and checks the limits again. The soak time also runs without a runner.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  gate: {
    meaning: 'The wave waits until its gate can run again.',
    why: 'An attempt failed, and `retries` are left. The next attempt starts after the `interval` of the gate.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  'rate-limit': {
    meaning: 'The rollout waits until the rate limit of the API key is reset.',
    why: 'No call is possible before that, and `--max-wait` is shorter. Devices in flight continue without a runner.',
    next: 'Run the plan again after the time that the status shows. If others use the same key, give Breakwater its own key.',
    commands: [STATUS, RUN],
  },
  'devices-online': {
    meaning: 'The rollout waits until enough devices are online.',
    why: 'Fewer of the remaining devices are online than `preflight.minOnline` requires. This run deploys nothing.',
    next: 'Check which devices are offline. Run the plan again when more of them are online.',
    commands: ['breakwater plan PLAN --online', RUN],
  },
  signature: {
    meaning: 'The rollout waits until a signed request expires, because it could still reach the API.',
    why: 'The answer to that request was lost, and `whenInDoubt: post-again` sends the deployment again. If both requests arrived, the devices would be deployed to twice. A request expires 11 minutes after it was signed.',
    next: RUN_LATER,
    commands: [STATUS, RUN],
  },
  paused: {
    meaning: 'The rollout waits until a person resumes it.',
    why: 'A person paused it. Nothing more is deployed until then. Breakwater first polls devices in flight until they end.',
    next: 'When the reason for the pause is gone, resume the rollout and run the plan again.',
    commands: [STATUS, 'breakwater resume NAME --reason TEXT', RUN],
  },
};

/** `situationExplanations` explains `in-doubt`. */
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
    why: 'The key is wrong, was revoked or lacks a permission, or `apiUrl` is wrong. This says nothing about the artifact, so the rollout has not halted.',
    next: 'Read the message, fix the key or the settings, and run the plan again.',
    commands: [STATUS, 'breakwater settings', RUN],
  },
  record: {
    meaning: 'Breakwater cannot read a part of the record: the orders for the rollout.',
    why: 'They may contain a pause or an abort, so nothing more is deployed. If Breakwater cannot record events either, no hook runs.',
    next: 'Fix what the message reports, for example the permissions of the folder. Then run the plan again.',
    commands: [STATUS, 'breakwater settings', RUN],
  },
};
