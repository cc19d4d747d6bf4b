/**
 * A rollout of 100,000 simulated devices in 20 waves, through the engine, the client, the journal on disk and the
 * simulator, in one process and in virtual time: what Breakwater itself costs.
 *
 *     npx tsx bench/rollout.ts [DEVICES] [WAVES]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { present } from '../src/base/assert.ts';
import { renderElapsed } from '../src/base/duration.ts';
import { renderNumber } from '../src/base/text.ts';
import { VirtualClock } from '../src/base/virtual-clock.ts';
import { openFileStore } from '../src/store/file/file-store.ts';
import { parsePercentage } from '../src/plan/threshold.ts';
import { apply, fold } from '../src/rollout/apply.ts';
import { startEvent } from '../src/rollout/entry.ts';
import type { JournaledEvent } from '../src/rollout/event.ts';
import { runRollout } from '../src/run/loop/run-rollout.ts';
import { DIGEST, makePlan, makeWave } from '../test/kit/plans.ts';
import { openSimulatedWorld } from '../test/kit/simulated.ts';

const [devices = 100_000, waves = 20] = process.argv.slice(2).map(Number);
const size = Math.ceil(devices / waves);
const plan = makePlan(
  Array.from({ length: waves }, (_, index) =>
    makeWave(`wave-${index + 1}`, size, {
      maxFailures: parsePercentage('5%'),
      batch: { size: 1000, parallel: 4 },
    }),
  ),
);

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
const clock = new VirtualClock(Date.UTC(2026, 0, 5, 8));
const { api, simulator } = openSimulatedWorld({}, clock);
const runner = { host: hostname(), pid: process.pid, startedBy: null };
const opened = await openFileStore(folder, clock).open(plan.name, runner);
if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
const journal = opened.value;

const startedAt = performance.now();
const first: JournaledEvent = {
  seq: 1,
  at: clock.now(),
  ...startEvent({ plan, digest: DIGEST, simulated: true }),
};
await journal.append([first]);
const { result, events } = await run();
const runMs = performance.now() - startedAt;
const peakMiB = process.resourceUsage().maxRSS / 1024;
await journal.close();

const journalBytes = statSync(join(folder, plan.name, 'journal.jsonl')).size;
const foldStartedAt = performance.now();
const reading = await openFileStore(folder, clock).read(plan.name);
const folded = reading.kind === 'done' ? fold(present(reading.value, 'the journal').events) : null;
const foldMs = performance.now() - foldStartedAt;
rmSync(folder, { recursive: true });

const { calls, overLimit } = simulator.stats();
console.log(
  [
    `devices ${renderNumber(size * waves)} in ${waves} waves: ${result.cause.why}, ${renderNumber(events)} events, ${renderNumber(calls)} calls, ${overLimit} over the limit`,
    `simulated time    ${renderElapsed(result.state.updatedAt - result.state.startedAt)}`,
    `run               ${(runMs / 1000).toFixed(2)} s   ${(runMs / (size * waves)).toFixed(3)} ms a device`,
    `peak memory       ${peakMiB.toFixed(0)} MiB (process, simulator included)`,
    `journal           ${(journalBytes / 1_048_576).toFixed(1)} MiB, read, checked and folded in ${(foldMs / 1000).toFixed(2)} s`,
    `folded state      ${folded?.seq === result.state.seq ? 'the same as the run ended with' : 'DIFFERS'}`,
  ].join('\n'),
);

async function run() {
  let count = 1;
  const outcome = await runRollout(
    apply(null, first),
    {
      api,
      journal,
      clock,
      observer: { event: () => count++, notice: () => undefined },
      shared: null,
      commands: () => Promise.resolve({ outcome: 'skipped', detail: '', output: '', tookMs: 0 }),
      stop: new AbortController().signal,
    },
    {
      minIntervalMs: 5_000,
      maxIntervalMs: 300_000,
      apiOutageMs: 900_000,
      maxWaitMs: null,
      runner,
      version: 'bench',
    },
  );
  return { result: outcome, events: count };
}
