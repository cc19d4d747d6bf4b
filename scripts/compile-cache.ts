/**
 * Runs a part once as `breakwater validate PLAN` and prints, as base64, the code that V8 has made of it by then: a cache
 * holds only functions that have been called. A process of its own, because the part runs the process that it is in.
 *
 *     tsx scripts/compile-cache.ts PART PLAN
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

const [part = '', plan = ''] = process.argv.slice(2);
const script = new Script(readFileSync(part, 'utf8'));
const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
const module = { exports: {} };

process.argv = [process.argv[0] ?? 'node', 'breakwater', 'validate', plan];
run(createRequire(import.meta.url), module, module.exports);
process.once('beforeExit', () => {
  process.stdout.write(`\n${script.createCachedData().toString('base64')}`);
});
