/** Hooks and gates, the programs of a plan: when each one runs, and how it ends. */
import type { Explanation } from '../../findings/explanation.ts';
import type { CommandRequest } from '../../run/loop/command-runner.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

const STATUS = 'breakwater status NAME';

const NOTIFIES = 'It only notifies: if it fails, the failure is reported and the rollout continues.';
const RUNS_AT_MOST_ONCE = 'After a crash it does not run again, and its outcome is `lost`.';
const MUST_BE_REPEATABLE = 'After a crash it runs again, so it must be safe to run twice.';

/** When a program of the plan runs: the values of `BREAKWATER_HOOK`, and of `point` for a hook in a document. */
export const occasionExplanations: Readonly<Record<CommandRequest['occasion'], Explanation>> = {
  beforeRollout: {
    meaning: 'This hook runs once, before anything else is done.',
    why: `It decides whether the rollout starts: if it fails, the rollout halts with \`hook-failed\`. Nothing is deployed before it passes. ${MUST_BE_REPEATABLE}`,
    next: 'Use it for a check of the whole rollout, such as a change freeze.',
    commands: ['breakwater explain hook-failed'],
  },
  beforeWave: {
    meaning: 'This hook runs once for each wave, after its window has opened and it is approved.',
    why: `It decides whether the wave starts: if it fails, the rollout halts with \`hook-failed\`. No device of the wave is deployed to before it passes. ${MUST_BE_REPEATABLE}`,
    next: 'Use it for a check that must be up to date when a wave starts.',
    commands: ['breakwater explain hook-failed'],
  },
  gate: {
    meaning: 'This program is a gate: it runs after the soak of its wave.',
    why: `It decides whether the wave passes. When its \`retries\` are used up, the rollout halts with \`gate-failed\`. ${MUST_BE_REPEATABLE}`,
    next: 'Use it to check devices from outside, such as their crash rate. Plans list it under `gates`.',
    commands: ['breakwater explain gate-failed'],
  },
  afterWave: {
    meaning: 'This hook runs once for each wave that has passed, before the next wave is deployed.',
    why: `${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to report progress. To stop a rollout after a wave, use a gate.',
    commands: [STATUS],
  },
  onWait: {
    meaning: 'This hook runs when the rollout waits. `BREAKWATER_REASON` says what for.',
    why: `It runs once for each reason, wave and round, even if several runs wait. A new round begins after a halt or a pause. For \`approval\` and \`window\`, it runs as soon as a run waits; for other reasons, it runs when a run ends. ${NOTIFIES}`,
    next: 'Use it to ask a person for an approval. `BREAKWATER_UNTIL` is set if the wait ends by itself.',
    commands: [STATUS, 'breakwater explain approval'],
  },
  onDoubt: {
    meaning:
      'This hook runs when a deployment is in doubt, and the rollout can continue only after `settle`.',
    why: `It runs once each time a deployment is in doubt. \`BREAKWATER_REASON\` is \`in-doubt\`. ${NOTIFIES}`,
    next: 'Use it to call a person who can check the Allxon portal and settle the deployment.',
    commands: [STATUS, 'breakwater explain exit-6'],
  },
  onStop: {
    meaning: 'This hook runs when a run ends with exit code 4. `BREAKWATER_REASON` says why.',
    why: `It runs once for each reason, wave and round. It does not run if the record cannot be written: Breakwater could then not prevent a second run. ${NOTIFIES}`,
    next: 'Use it to call the person who is responsible for the runner.',
    commands: [STATUS, 'breakwater explain exit-4'],
  },
  onHalt: {
    meaning: 'This hook runs once for each halt. `BREAKWATER_HALT_REASON` says why the rollout halted.',
    why: `It runs as soon as the halt is on record, while devices in flight are still polled. ${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to send a chat message, or to open a ticket.',
    commands: [STATUS],
  },
  afterRollout: {
    meaning: 'This hook runs once, when the rollout is completed or aborted.',
    why: `It does not run after another halt, because that rollout can still continue. ${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to announce the end of the rollout, or to store its report.',
    commands: ['breakwater report NAME'],
  },
};

const DECIDES =
  'For a gate or a `before…` hook, the rollout halts. For any other hook, the failure is only reported.';

export const commandExplanations: Readonly<Record<CommandResult['outcome'], Explanation>> = {
  passed: {
    meaning: 'The program ended with exit code 0.',
    why: 'For a gate or a `before…` hook, the rollout continues.',
    next: 'Nothing.',
  },
  failed: {
    meaning: 'The program ended with an exit code other than 0, or by a signal.',
    why: DECIDES,
    next: 'Check its last output.',
    commands: [STATUS],
  },
  'timed-out': {
    meaning: 'The program did not end within its `timeout`, so Breakwater stopped it.',
    why: `The default is 10 minutes. ${DECIDES}`,
    next: 'Check its last output. If it needs more time, increase its `timeout`.',
    commands: [STATUS],
  },
  'not-started': {
    meaning: 'The program could not start.',
    why: `It does not exist, or it is not executable. Its path is relative to the plan's folder, and no shell runs it. ${DECIDES}`,
    next: "Check the first entry of `run`, and the file's permissions.",
    commands: [STATUS],
  },
  interrupted: {
    meaning: 'Breakwater stopped the program because the run was interrupted.',
    why: 'The next run starts it again if it is a gate or a `before…` hook. Other hooks do not run again.',
    next: 'Run the plan again.',
    commands: ['breakwater run PLAN'],
  },
  lost: {
    meaning: 'The runner ended while the program was running, so its result is unknown.',
    why: 'A hook that only notifies never runs twice, because it may have notified already. A gate or a `before…` hook runs again until its result is known.',
    next: 'Check whether its notification has arrived.',
    commands: [STATUS],
  },
  skipped: {
    meaning: 'The program did not run, because the rollout is simulated.',
    why: 'It could change something real. It counts as passed.',
    next: 'Nothing.',
  },
};
