import type { Explanation } from '../../findings/explanation.ts';
import type { HaltCause } from '../../rollout/halt-cause.ts';

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
