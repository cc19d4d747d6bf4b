/** Journals of many devices, written as a run would have, but faster. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvents, encodeHeader } from '../src/store/line-codec.ts';
import type { DeploymentId, Serial } from '../src/plan/identifiers.ts';
import { batchesOf } from '../src/plan/rollout-plan.ts';
import type { RolloutPlan } from '../src/plan/rollout-plan.ts';
import type { JournaledEvent, RolloutEvent } from '../src/rollout/event.ts';
import { DIGEST, makePlan, makeWave } from '../test/kit/plans.ts';
import { STARTED_AT } from '../test/kit/rollouts.ts';

export type Layout = {
  /** Devices in a wave and in a deployment, and outcomes in an event, at most. */
  readonly wave: number;
  readonly deployment: number;
  readonly report: number;
};

/** How many devices have ended, and in what pieces. */
export type Size = { readonly layout: Layout; readonly outcomes: number };

/** A record that ends where the last device is still in progress. */
export function writeJournal(folder: string, name: string, { layout, outcomes }: Size) {
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
