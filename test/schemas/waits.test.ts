/** What a wave can wait for is in the schema of the notices that tell of it. */
import { expect, test } from 'vitest';
import { WAVE_WAITS } from '../../src/rollout/wait-reasons.ts';
import { readSchema } from '../kit/schemas.ts';

test('a notice has a word for everything that a wave waits for', () => {
  const reasons = reasonsIn(readSchema('run-event')).filter((words) => words.includes('window'));
  expect(reasons.map((words) => words.toSorted())).toEqual([Object.keys(WAVE_WAITS).sort()]);
});

/** What each property `why` may be. */
function reasonsIn(schema: unknown): readonly (readonly string[])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { why } = schema as { readonly why?: { readonly enum?: readonly string[] } };
  return [...(why?.enum === undefined ? [] : [why.enum]), ...Object.values(schema).flatMap(reasonsIn)];
}
