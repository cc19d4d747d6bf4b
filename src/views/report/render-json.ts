/**
 * `breakwater report NAME --format json`: the whole record as one document, described by `schemas/report.schema.json`.
 * Times are text, in UTC. It comes in pieces: of a large fleet it is longer than a string can be.
 */
import { renderJson } from '../../base/text.ts';
import {
  causeFacts,
  holderFacts,
  ordersFacts,
  rollbackFacts,
  rolloutFacts,
  orderFacts,
} from '../wording/document-facts.ts';
import { exitMeaningOf } from '../tables/situation-table.ts';
import { momentOrNull, renderTimestamp } from '../wording/moments.ts';
import { situationOf } from '../tables/situation.ts';
import { acknowledgedTally, totalTally } from '../summary/tallies.ts';
import { deploymentFacts } from './deployment-facts.ts';
import { devicesOf } from './devices.ts';
import type { DeviceAttempt, DeviceRecord } from './devices.ts';
import type {
  GivenOrder,
  HaltSpan,
  HookRun,
  PauseSpan,
  ReportEntry,
  RunnerSpan,
  TimelineEntry,
  GateRun,
  Soak,
  Wait,
  WaveRecord,
} from './record.ts';
import { batchesOf } from '../../plan/rollout-plan.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import type { Threshold } from '../../plan/threshold.ts';

export function* renderReportJson(entry: ReportEntry): Generator<string> {
  const { record } = entry;
  yield renderJson(headFacts(entry), 2).replace(/\n\}$/, '');
  yield* renderList('timeline', record.timeline, timelineFacts);
  yield* renderList('deployments', record.deployments.values(), deploymentFacts);
  yield* renderList('devices', devicesOf(record), deviceFacts);
  yield '\n}\n';
}

function headFacts(entry: ReportEntry) {
  const { record } = entry;
  const { state } = record;
  const situation = situationOf(state, entry);
  return {
    format: 'breakwater/report',
    version: 1,
    rollout: state.plan.name,
    status: situation.kind,
    exit: exitMeaningOf(situation),
    ...rolloutFacts(state),
    endedAt: momentOrNull(record.endedAt),
    tally: totalTally(state),
    acknowledged: acknowledgedTally(state),
    halts: record.halts.map(haltFacts),
    pauses: record.pauses.map(pauseFacts),
    orders: ordersFacts({ ...entry, state }),
    rollback: rollbackFacts(state),
    runners: record.runners.map(runnerFacts),
    holder: holderFacts({ ...entry, state }),
    planChanges: record.planChanges.map(({ at, digest, changes }) => ({
      at: renderTimestamp(at),
      digest,
      changes,
    })),
    hooks: record.hooks.map(hookFacts),
    waves: record.waves.map(waveFacts),
  };
}

/** A property that is a list, an item a line. */
function* renderList<Item>(
  name: string,
  items: Iterable<Item>,
  factsOf: (item: Item) => unknown,
): Generator<string> {
  yield `,\n  ${JSON.stringify(name)}: [`;
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n    ${renderJson(factsOf(item))}`;
    isFirst = false;
  }
  yield isFirst ? ']' : '\n  ]';
}

function haltFacts({ at, wave, cause, message, closed, wentOn }: HaltSpan) {
  return {
    at: renderTimestamp(at),
    wave,
    message,
    cause: causeFacts(cause),
    closedAt: closed === null ? null : renderTimestamp(closed.at),
    unfinished: closed?.unfinished ?? null,
    wentOn: wentOn === null ? null : givenFacts(wentOn),
  };
}

function pauseFacts({ at, order, ended }: PauseSpan) {
  return {
    at: renderTimestamp(at),
    order: orderFacts(order),
    ended: ended === null ? null : givenFacts(ended),
  };
}

function givenFacts({ at, kind, order }: GivenOrder) {
  return { at: renderTimestamp(at), kind, order: orderFacts(order) };
}

function runnerFacts({ identity, version, startedAt, seenAt, stopped }: RunnerSpan) {
  return {
    ...identity,
    version,
    startedAt: renderTimestamp(startedAt),
    seenAt: renderTimestamp(seenAt),
    stopped: stopped === null ? null : { ...stopped, at: renderTimestamp(stopped.at) },
  };
}

function hookFacts({ hook, from, to, result }: HookRun) {
  return { ...hook, startedAt: renderTimestamp(from), endedAt: momentOrNull(to), result };
}

function timelineFacts({ at, ...entry }: TimelineEntry) {
  return { at: renderTimestamp(at), ...entry };
}

function deviceFacts({ serial, wave, deviceStatus, isAcknowledged, changedAt, attempts }: DeviceRecord) {
  return {
    serial,
    wave: wave.wave.name,
    standing: deviceStatus,
    acknowledged: isAcknowledged,
    changedAt: momentOrNull(changedAt),
    attempts: attempts.map(attemptFacts),
  };
}

function attemptFacts(attempt: DeviceAttempt) {
  const { deployment, deviceStatus, reason, lastWord, connection, processingAt, endedAt, late } = attempt;
  const { isSuperseded, isAcknowledged } = attempt;
  return {
    deployment: deployment.state.key,
    standing: deviceStatus,
    reason,
    lastWord,
    connection: connection?.status ?? null,
    processingAt: momentOrNull(processingAt),
    endedAt: momentOrNull(endedAt),
    late: late === null ? null : { outcome: late.outcome, at: renderTimestamp(late.at) },
    superseded: isSuperseded,
    acknowledged: isAcknowledged,
  };
}

function waveFacts(record: WaveRecord) {
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
