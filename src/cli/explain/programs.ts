/** The programs of a plan, hooks and gates: when each runs, and how it ends. */
import type { Explanation } from '../../findings/explanation.ts';
import type { CommandRequest } from '../../run/loop/command-runner.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

const STATUS = 'breakwater status NAME';

const NOTIFIES = 'It only notifies: if it fails, the failure is reported and the rollout continues.';
const RUNS_AT_MOST_ONCE = 'After a crash it does not run again, and its outcome is `lost`.';
const MUST_BEAR_TWO_RUNS = 'After a crash it runs again, so it must be safe to run twice.';

/** When a program of the plan runs: the values of `BREAKWATER_HOOK`, and what a document calls the `point` of a hook. */
export const occasionExplanations: Readonly<Record<CommandRequest['occasion'], Explanation>> = {
  beforeRollout: {
    meaning: 'This hook runs once, before anything else is done.',
    why: `It decides whether the rollout starts: if it fails, the rollout halts with \`hook-failed\`. Nothing is posted before it passes. ${MUST_BEAR_TWO_RUNS}`,
    next: 'Use it for a check that concerns the whole rollout, such as a change freeze.',
    commands: ['breakwater explain hook-failed'],
  },
  beforeWave: {
    meaning: 'This hook runs once for each wave, after its window has opened and it is approved.',
    why: `It decides whether the wave starts: if it fails, the rollout halts with \`hook-failed\`. Nothing of the wave is posted before it passes. ${MUST_BEAR_TWO_RUNS}`,
    next: 'Use it for a check that must be current when a wave starts.',
    commands: ['breakwater explain hook-failed'],
  },
  gate: {
    meaning: 'This program is a gate: it runs after the soak of its wave.',
    why: `It decides whether the wave passes. When its \`retries\` are used up, the rollout halts with \`gate-failed\`. ${MUST_BEAR_TWO_RUNS}`,
    next: 'Use it to check devices from outside, such as their crash rate. Plans list it under `gates`.',
    commands: ['breakwater explain gate-failed'],
  },
  afterWave: {
    meaning: 'This hook runs once for each wave that has passed, before the next wave is posted.',
    why: `${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to report progress. To stop a rollout after a wave, use a gate.',
    commands: [STATUS],
  },
  onWait: {
    meaning: 'This hook runs when the rollout waits. `BREAKWATER_REASON` says what for.',
    why: `It runs once for each reason, wave and round, however many runs wait for it. A new round begins after a halt or a pause. For \`approval\` and \`window\` it also runs when a run stays and waits; otherwise it runs when a run ends. ${NOTIFIES}`,
    next: 'Use it to ask a person for an approval. `BREAKWATER_UNTIL` is set where the wait ends by itself.',
    commands: [STATUS, 'breakwater explain approval'],
  },
  onDoubt: {
    meaning: 'This hook runs when a deployment is in doubt and only `settle` lets the rollout continue.',
    why: `It runs once for each time that a deployment is in doubt. \`BREAKWATER_REASON\` is \`in-doubt\`. ${NOTIFIES}`,
    next: 'Use it to call the person who can look in the Allxon portal and settle the deployment.',
    commands: [STATUS, 'breakwater explain exit-6'],
  },
  onStop: {
    meaning: 'This hook runs when a run ends with exit code 4. `BREAKWATER_REASON` says why.',
    why: `It runs once for each reason, wave and round. It does not run where the record takes no more: nothing could then keep it from running again. ${NOTIFIES}`,
    next: 'Use it to call the person who is responsible for the runner.',
    commands: [STATUS, 'breakwater explain exit-4'],
  },
  onHalt: {
    meaning: 'This hook runs once for each halt. `BREAKWATER_HALT_REASON` says why it halted.',
    why: `It runs as soon as the halt is on record, while devices in flight are still polled. ${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to tell a chat, or to open a ticket.',
    commands: [STATUS],
  },
  afterRollout: {
    meaning: 'This hook runs once, when the rollout has completed or was aborted.',
    why: `It does not run after another halt, because that rollout can still continue. ${NOTIFIES} ${RUNS_AT_MOST_ONCE}`,
    next: 'Use it to announce the end of the rollout, or to store its report.',
    commands: ['breakwater report NAME'],
  },
};

const DECIDES = 'A gate, or a hook of `before…`, halts the rollout with it; any other hook is only told.';

export const commandExplanations: Readonly<Record<CommandResult['outcome'], Explanation>> = {
  passed: {
    meaning: 'The program ended with exit code 0.',
    why: 'For a gate and for a hook of `before…`, this means to go on.',
    next: 'Nothing.',
  },
  failed: {
    meaning: 'The program ended with another exit code than 0, or by a signal.',
    why: DECIDES,
    next: 'Look at what it printed last.',
    commands: [STATUS],
  },
  'timed-out': {
    meaning: 'The program did not end within its `timeout`, and was ended.',
    why: `It had 10 minutes, unless the plan says otherwise. ${DECIDES}`,
    next: 'Look at what it printed last. Raise its `timeout`, if it needs longer.',
    commands: [STATUS],
  },
  'not-started': {
    meaning: 'The program could not be run.',
    why: `It is not there, or may not be executed. It is looked for from the plan's folder, and no shell helps. ${DECIDES}`,
    next: "Check the first entry of its `run`, and the file's permissions.",
    commands: [STATUS],
  },
  interrupted: {
    meaning: 'The program was ended because the run was being stopped.',
    why: 'One that decides is run again by the next run. One that only tells is not.',
    next: 'Run the plan again.',
    commands: ['breakwater run PLAN'],
  },
  lost: {
    meaning: 'The runner ended in the middle of the program, so what came of it is not known.',
    why: 'A hook that only tells is never run twice, since it may have told already. One that decides is run until its answer is known.',
    next: 'See whether what it should have told has arrived.',
    commands: [STATUS],
  },
  skipped: {
    meaning: 'The program was not run, because the rollout is simulated.',
    why: 'It could touch something real. It counts as passed.',
    next: 'Nothing.',
  },
};
