import type { scenarioSentences } from './scenario.ts';
import type { Explanation } from '../explanation.ts';

export const scenarioExplanations: Readonly<Record<keyof typeof scenarioSentences, Explanation>> = {
  'scenario-outcomes-over': {
    meaning: 'The outcomes of a simulated fleet come to more than 100% of its devices.',
    why: 'Each device has one outcome.',
    next: 'Lower them. What is left to 100% succeeds.',
  },
  'scenario-fault-never': {
    meaning: 'A simulated fault ends before it starts.',
    why: 'It would never strike, and a rehearsal of it would prove nothing.',
    next: 'Make `to` later than `from`, or leave one of them out.',
  },
};
