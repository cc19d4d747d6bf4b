/**
 * Properties are tried with the same cases each time, so that a run that passes says something about the next one.
 * `PROPERTY_SEED=7 npx vitest run test/hostile` tries others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 2026) });

/** So many cases in the campaign, and a tenth of them among the unit tests: for what takes seconds (`….property.test.ts`). */
export function runs(many: number): number {
  return process.env['PROPERTY_RUNS'] === 'all' ? many : Math.ceil(many / 10);
}

export default fc;
