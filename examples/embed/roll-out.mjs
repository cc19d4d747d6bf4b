// @ts-check
/**
 * Runs a rollout from your own program and prints short messages:
 *
 *     node roll-out.mjs rollout.yaml            on a simulator; affects no real device
 *     node roll-out.mjs rollout.yaml DIGEST     on real devices, if DIGEST is the plan's digest
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlan, previewRollout, runRollout } from 'breakwater';

const [path = 'rollout.yaml', agreedDigest] = process.argv.slice(2);

const { plan, digest, findings } = await loadPlan(path);
for (const { path, line, column, severity, message } of findings) {
  console.error(`${path}:${line ?? 1}:${column ?? 1}: ${severity}: ${message}`);
}
if (plan === null) process.exit(2);

const { devices, waves, calls } = previewRollout(plan);
console.log(`${plan.name}: ${devices} devices in ${waves.length} waves, about ${calls.likely} calls`);
console.log(`digest ${digest}`);

// Like Ctrl-C in the command: nothing more is deployed, and the next run continues.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

/** @param {import('breakwater').RunEvent} event */
function printEvent(event) {
  if (event.type === 'wave-passed') console.log(`${event.wave}: ${event.tally.success} devices are done`);
  if (event.type === 'rollout-halted') console.error(event.message);
}

const { text, exitCode } = await runRollout({
  plan,
  signal: stop.signal,
  onEvent: printEvent,
  ...(agreedDigest === undefined
    ? { state: mkdtempSync(join(tmpdir(), 'simulated-')), simulator: {} }
    : { state: '.breakwater', agreedDigest, api: readKey(), env: process.env }),
});
console.log(text);
process.exitCode = exitCode;

function readKey() {
  const { ALLXON_API_KEY_ID: keyId = '', ALLXON_API_SECRET: secret = '' } = process.env;
  return { keyId, secret };
}
