/**
 * One measurement in a process of its own: `resume-child KIND STATE NAME` prints `{ ms, peakKb, devices }`.
 *
 * `hash` reads the journal and hashes its bytes, which no resuming can do without; `resume` does what a run does before
 * its first call.
 */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { present } from '../src/base/assert.ts';
import { systemClock } from '../src/base/clock.ts';
import { openFileStore } from '../src/store/file/file-store.ts';
import { readInPieces } from '../src/store/file/files.ts';
import { parseRolloutName } from '../src/plan/identifiers.ts';
import { countDevices } from '../src/plan/rollout-plan.ts';
import { fold } from '../src/rollout/apply.ts';
import { decide } from '../src/rollout/decide.ts';
import { decideOnResuming } from '../src/rollout/in-doubt.ts';

const [kind = '', folder = '', name = ''] = process.argv.slice(2);

async function measured(): Promise<number> {
  if (kind === 'hash') {
    const hash = createHash('sha256');
    const bytes = readInPieces(join(folder, name, 'journal.jsonl'), (piece) => hash.update(piece));
    hash.digest();
    return bytes;
  }
  const rollout = present(parseRolloutName(name), 'a name');
  const runner = { host: hostname(), pid: process.pid, startedBy: null };
  const opened = await openFileStore(folder, systemClock).open(rollout, runner);
  if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
  const state = present(fold(opened.value.events), 'the state');
  const decision = decide(state, Date.now());
  if (decideOnResuming(state, opened.value.gone).length > 0 || decision.kind !== 'deploy')
    throw new Error(decision.kind);
  await opened.value.close();
  return countDevices(state.plan);
}

const startedAt = performance.now();
const devices = await measured();
const ms = performance.now() - startedAt;
console.log(JSON.stringify({ ms, peakKb: process.resourceUsage().maxRSS, devices }));
