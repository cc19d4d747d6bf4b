import type { Explanation } from '../../findings/explanation.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

const STATUS = 'breakwater status NAME';

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
