/** Why a saved plan is not taken. */
import { renderNumber } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';

const SAVE_AGAIN = 'save it again with `breakwater plan PLAN --out FILE`';

export const savedPlanSentences = {
  'saved-plan-damaged': ({ detail }: { readonly detail: string }): Sentence => ({
    message: `the saved plan is damaged: ${detail}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-version': ({ found, known }: { readonly found: string; readonly known: number }): Sentence => ({
    message: `the version of the saved plan is ${found}; this Breakwater reads ${renderNumber(known)}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-digest': ({
    written,
    actual,
  }: {
    readonly written: string;
    readonly actual: string;
  }): Sentence => ({
    message: `the saved plan was changed after it was saved: its digest says ${written.slice(0, 12)}…, its content is ${actual.slice(0, 12)}…`,
    help: SAVE_AGAIN,
  }),
};
