/** Words of the code that schemas repeat: what a wave waits for, and why a runner stops. */
import { expect, test } from 'vitest';
import { WAVE_WAITS } from '../../src/rollout/wait-reasons.ts';
import { WAITED_FOR } from '../../src/views/report/waits.ts';
import { OUTCOME_OF_STOP } from '../../src/views/tables/outcomes.ts';
import { readSchema } from '../kit/schemas.ts';

test('a notice has a word for everything that a wave waits for', () => {
  expect(reasonsWith('window', 'run-event')).toEqual([Object.keys(WAVE_WAITS).sort()]);
});

test('a report has a word for every wait that it tells', () => {
  expect(reasonsWith('window', 'report')).toEqual([Object.keys(WAITED_FOR).sort()]);
});

test.each(['journal', 'run-event', 'report', 'status'])(
  'the schema of %s has a word for every reason why a runner stops',
  (name) => {
    // Whoever has lost the record cannot write down why.
    const recorded = Object.keys(OUTCOME_OF_STOP).filter((why) => why !== 'lost');
    expect(reasonsWith('interrupted', name)).toEqual([recorded.sort()]);
  },
);

/** The sorted words of each property `why` that may have this one. */
function reasonsWith(word: string, name: string): readonly (readonly string[])[] {
  return reasonsIn(readSchema(name))
    .filter((words) => words.includes(word))
    .map((words) => words.toSorted());
}

/** What each property `why` may be. */
function reasonsIn(schema: unknown): readonly (readonly string[])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { why } = schema as { readonly why?: { readonly enum?: readonly string[] } };
  return [...(why?.enum === undefined ? [] : [why.enum]), ...Object.values(schema).flatMap(reasonsIn)];
}
