/**
 * Properties are tried with the same cases each time, so that a run that passes says something about the next one.
 * `PROPERTY_SEED=7 npx vitest run test/hostile` tries others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 2026) });

export default fc;
