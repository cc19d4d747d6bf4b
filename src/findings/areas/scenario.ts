/** What is wrong in a simulator's scenario, beyond its schema. */
import type { Sentence } from '../sentence.ts';

export const scenarioSentences = {
  'scenario-outcomes-over': ({ percent }: { readonly percent: number }): Sentence => ({
    message: `the outcomes come to ${percent}% of the devices`,
    help: 'they come to 100% at most; what is left succeeds',
  }),
  'scenario-fault-never': ({ from }: { readonly from: string }): Sentence => ({
    message: `the fault ends before it starts (${from}): it would never strike`,
    help: 'make `to` later than `from`, or leave one of them out',
  }),
};
