/** A wave of a record for documents: times are text, as everywhere in them. */
import { batchesOf } from '../../plan/rollout-plan.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import type { Threshold } from '../../plan/threshold.ts';
import { momentOrNull, renderTimestamp } from '../wording/moments.ts';
import { orderFacts } from '../wording/order-facts.ts';
import type { GateRun, Soak, Wait, WaveRecord } from './record.ts';

export function waveFacts(record: WaveRecord) {
  const { state, judgement, readyAt, posts, devicesEndedAt, waits, approvals, soaks, gates } = record;
  const { wave, phase, startedAt, endedAt, tally, acknowledged, batches } = state;
  const planned = batchesOf(wave).length;
  return {
    name: wave.name,
    phase,
    planned: wave.devices.length,
    /** As the plan says it, and as it comes to in counts. */
    limits: {
      maxFailures: thresholdText(wave.maxFailures),
      minSuccess: thresholdText(wave.minSuccess),
      ...(wave.maxTimedOut === undefined ? {} : { maxTimedOut: renderThreshold(wave.maxTimedOut) }),
      base: judgement.base,
      tolerated: judgement.tolerated,
      needed: judgement.needed,
    },
    failures: judgement.failures,
    arguments: wave.arguments,
    timeoutMs: wave.timeoutMs,
    batches: { ...wave.batch, planned, retries: batches.length - planned },
    readyAt: momentOrNull(readyAt),
    startedAt: momentOrNull(startedAt),
    firstPostAt: momentOrNull(posts?.first ?? null),
    lastPostAt: momentOrNull(posts?.last ?? null),
    devicesEndedAt: momentOrNull(devicesEndedAt),
    endedAt: momentOrNull(endedAt),
    waits: waits.map(waitFacts),
    approvals: approvals.map(({ at, order, digest }) => ({
      at: renderTimestamp(at),
      digest,
      order: orderFacts(order),
    })),
    soaks: soaks.map(soakFacts),
    gates: gates.map(gateFacts),
    tally,
    acknowledged,
  };
}

function thresholdText(threshold: Threshold | null): string | null {
  return threshold === null ? null : renderThreshold(threshold);
}

function waitFacts({ why, from, to }: Wait) {
  return { why, from: renderTimestamp(from), to: momentOrNull(to) };
}

function soakFacts({ from, until, to }: Soak) {
  return { from: renderTimestamp(from), until: renderTimestamp(until), to: momentOrNull(to) };
}

function gateFacts({ gate, name, attempt, from, to, result }: GateRun) {
  return {
    gate,
    name,
    attempt,
    startedAt: renderTimestamp(from),
    endedAt: momentOrNull(to),
    result,
  };
}
