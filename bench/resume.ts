/**
 * What resuming a rollout costs that has up to 1,000,000 device outcomes on record, and whether it grows with them and no
 * faster: `npx tsx bench/resume.ts [OUTCOMES]`.
 *
 * The sizes and layouts are measured in turn, round after round, each time in a fresh process; figures are medians. Beside
 * each stands the bare cost of reading and hashing the same bytes.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderNumber } from '../src/base/text.ts';
import { encodeEvents, encodeHeader } from '../src/journal/line-codec.ts';
import type { DeploymentId, Serial } from '../src/plan/identifiers.ts';
import type { JournaledEvent, RolloutEvent } from '../src/rollout/event.ts';
import { batchesOf } from '../src/plan/rollout-plan.ts';
import type { RolloutPlan } from '../src/plan/rollout-plan.ts';
import { sayTable } from '../test/campaigns/kit/figures.ts';
import { DIGEST, makePlan, makeWave } from '../test/kit/plans.ts';
import { STARTED_AT } from '../test/kit/rollouts.ts';
import { bundleChild, median, runNode } from './fresh-process.ts';
import type { Figure } from './fresh-process.ts';

const ROUNDS = 5;
const OUTCOMES = Number(process.argv[2] ?? 1_000_000);
const SIZES = [OUTCOMES / 8, OUTCOMES / 4, OUTCOMES / 2, OUTCOMES];

type Layout = {
  readonly name: string;
  /** Devices in a wave and in a deployment, and outcomes in an event, at most. */
  readonly wave: number;
  readonly deployment: number;
  readonly report: number;
};

const LAYOUTS: readonly Layout[] = [
  { name: 'one deployment, 1,000 outcomes a poll', wave: Infinity, deployment: Infinity, report: 1_000 },
  { name: 'deployments of 1,000, 100 outcomes a poll', wave: 50_000, deployment: 1_000, report: 100 },
  { name: 'deployments of 10, one outcome a poll', wave: 50_000, deployment: 10, report: 1 },
];

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
try {
  const child = await bundleChild('resume-child.ts', folder);
  const rows = LAYOUTS.flatMap((layout, index) =>
    SIZES.map((size) => ({ layout, size, ...writeJournal(`r-${index}-${size}`, layout, size) })),
  );
  const figures = new Map(rows.map((row) => [row, { hash: [] as Figure[], resume: [] as Figure[] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [{ name }, measured] of figures) {
      for (const kind of ['hash', 'resume'] as const) {
        measured[kind].push(JSON.parse(runNode([child, kind, folder, name], folder)) as Figure);
      }
    }
  }
  console.log(`medians of ${ROUNDS} fresh processes; Node ${process.version}\n`);
  for (const layout of LAYOUTS) {
    console.log(`${layout.name}\n`);
    const first = rows.find((row) => row.layout === layout);
    const base = first === undefined ? NaN : median(figures.get(first)?.resume ?? []).ms / first.size;
    sayTable(
      [
        'outcomes',
        'events',
        'journal',
        'read and hashed',
        'resumed',
        'for each, to the first',
        'peak memory',
      ],
      rows
        .filter((row) => row.layout === layout)
        .map((row) => {
          const { hash = [], resume = [] } = figures.get(row) ?? {};
          const { ms, peakKb } = median(resume);
          return [
            renderNumber(row.size),
            renderNumber(row.events),
            `${(row.bytes / 1_048_576).toFixed(1)} MiB`,
            `${(median(hash).ms / 1000).toFixed(2)} s`,
            `${(ms / 1000).toFixed(2)} s`,
            `${(ms / row.size / base).toFixed(2)}x`,
            `${(peakKb / 1024).toFixed(0)} MiB`,
          ];
        }),
    );
    console.log('');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A record that ends where the last device is still in progress. */
function writeJournal(name: string, layout: Layout, outcomes: number) {
  const devices = outcomes + 1;
  const size = Math.min(layout.wave, devices);
  const waves = Array.from({ length: Math.ceil(devices / size) }, (_, index) => ({
    ...makeWave(`w${index + 1}`, 1, { batch: { size: Math.min(layout.deployment, size), parallel: 4 } }),
    devices: Array.from({ length: Math.min(size, devices - index * size) }, (__, device) =>
      serialOf(index * size + device),
    ),
  }));
  const plan: RolloutPlan = { ...makePlan(waves), name: name as RolloutPlan['name'] };
  mkdirSync(join(folder, name));
  const path = join(folder, name, 'journal.jsonl');
  const file = openSync(path, 'w');
  const header = encodeHeader(plan.name);
  writeSync(file, header.text);
  let { sum } = header;
  let seq = 0;
  for (const event of tell(plan, layout.report)) {
    const journaled: JournaledEvent = { seq: ++seq, at: STARTED_AT + seq, ...event };
    const line = encodeEvents([journaled], sum);
    writeSync(file, line.text);
    ({ sum } = line);
  }
  closeSync(file);
  return { name, events: seq, bytes: statSync(path).size };
}

/** As long as the vendor's are. */
function serialOf(device: number): Serial {
  return createHash('md5').update(`device ${device}`).digest('hex') as Serial;
}

function* tell(plan: RolloutPlan, report: number): Generator<RolloutEvent> {
  yield { type: 'rollout-started', plan, digest: DIGEST, simulated: false };
  for (const [index, wave] of plan.waves.entries()) {
    yield { type: 'wave-started', wave: wave.name };
    for (const [number, devices] of batchesOf(wave).entries()) {
      const batch = number + 1;
      const deployment = `${wave.name}/${batch}`;
      yield { type: 'deployment-intended', deployment, wave: wave.name, batch, attempt: 1, devices };
      const deploymentId = `id-${deployment}` as DeploymentId;
      const nothing = { requestId: null, rejected: [], unreadable: null };
      yield { type: 'deployment-accepted', deployment, deploymentId, ...nothing };
      const isLast =
        index === plan.waves.length - 1 && batch === Math.ceil(wave.devices.length / wave.batch.size);
      yield* reports(deployment, isLast ? devices.slice(0, -1) : devices, report);
    }
    if (index < plan.waves.length - 1) yield { type: 'wave-passed', wave: wave.name };
  }
}

/** Each poll brings devices from all over the deployment, in the order in which they were posted. */
function* reports(deployment: string, devices: readonly Serial[], size: number): Generator<RolloutEvent> {
  const polls = Math.ceil(devices.length / size);
  const news = Array.from({ length: polls }, (): Serial[] => []);
  for (const [index, serial] of devices.entries()) news[index % polls]?.push(serial);
  for (const success of news) {
    yield { type: 'devices-reported', deployment, processing: [], success, failed: [] };
  }
}
