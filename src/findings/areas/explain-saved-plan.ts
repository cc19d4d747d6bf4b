import type { savedPlanSentences } from './saved-plan.ts';
import type { Explanation } from '../explanation.ts';

const SAVE_AGAIN = ['breakwater plan PLAN --out FILE'];

export const savedPlanExplanations: Readonly<Record<keyof typeof savedPlanSentences, Explanation>> = {
  'saved-plan-damaged': {
    meaning: 'A saved plan is not whole, or not a saved plan.',
    why: 'It says to the last device what was reviewed. One that cannot be read to its end is not run.',
    next: 'Save it again.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-version': {
    meaning: 'A saved plan was written by another version of Breakwater.',
    why: 'Its format has changed since, and what a key means could have changed with it.',
    next: 'Save it again with the version that runs it.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-digest': {
    meaning: 'A saved plan was changed after it was saved.',
    why: 'Its digest does not match its content, so it is not the one that was reviewed.',
    next: 'Change the plan itself, and save it again.',
    commands: SAVE_AGAIN,
  },
};
