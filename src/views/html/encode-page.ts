/** A rollout's record as the page's data. */
import { present } from '../../base/assert.ts';
import { printable } from '../../base/text.ts';
import { SerialIndex } from '../../rollout/serial-index.ts';
import { factsOf, notesOn } from '../wording/device-facts.ts';
import { describeNoDeployment } from '../wording/phrases.ts';
import type { DeploymentRecord, RolloutRecord } from '../report/record.ts';
import { NONE } from './page-data.ts';
import type { PageAttempts, PageData, PageDeployment } from './page-data.ts';

export function encodePage(record: RolloutRecord): PageData {
  const { waves } = record.state.plan;
  const deployments = [...record.deployments.values()];
  const moments = momentsOf(deployments);
  const { reasons, numberOf } = numberReasons();
  return {
    waves: waves.map(({ name, devices }) => ({ name: printable(name), devices: devices.length })),
    serials: waves.flatMap(({ devices }) => devices.map(printable)).join('\n'),
    deployments: encodeDeployments(record),
    moments,
    attempts: encodeAttempts(deployments, moments, numberOf),
    reasons,
  };
}

function encodeDeployments(record: RolloutRecord): readonly PageDeployment[] {
  const places = new Map<
    string,
    { readonly wave: number; readonly start: number; readonly index: SerialIndex }
  >();
  let start = 0;
  for (const [wave, { name, devices }] of record.state.plan.waves.entries()) {
    places.set(name, { wave, start, index: new SerialIndex(devices) });
    start += devices.length;
  }
  return [...record.deployments.values()].map(({ state }) => {
    const place = present(places.get(state.wave), state.wave);
    const numbers = state.devices.map((serial) => place.start + present(place.index.find(serial), serial));
    const { call } = state;
    const isAccepted = call.kind === 'accepted';
    return {
      key: printable(state.key),
      wave: place.wave,
      runs: runsOf(numbers),
      id: isAccepted ? printable(call.deploymentId) : null,
      requestId: requestIdOf(state.call),
      postedAt: state.intendedAt,
      acceptedAt: isAccepted ? call.acceptedAt : null,
      deadlineAt: isAccepted ? call.deadlineAt : null,
      call: call.kind,
      note: noteOf(state.call),
    };
  });
}

type Call = DeploymentRecord['state']['call'];

function requestIdOf(call: Call): string | null {
  switch (call.kind) {
    case 'intended':
      return null;
    case 'accepted':
      return call.requestId === null ? null : printable(call.requestId);
    case 'not-made':
    case 'refused':
    case 'doubted':
      return call.failure.requestId === null ? null : printable(call.failure.requestId);
  }
}

function noteOf(call: Call): string | null {
  if (call.kind !== 'accepted') return describeNoDeployment(call);
  return call.unreadable === null ? null : `not readable: ${printable(call.unreadable)}`;
}

/** `[4, 5, 6, 9]` as `[4, 3, 9, 1]`. */
function runsOf(numbers: readonly number[]): readonly number[] {
  const runs: number[] = [];
  for (const n of numbers) {
    const first = runs.at(-2);
    const length = runs.at(-1);
    if (first !== undefined && length !== undefined && first + length === n)
      runs[runs.length - 1] = length + 1;
    else runs.push(n, 1);
  }
  return runs;
}

function momentsOf(deployments: readonly DeploymentRecord[]): readonly number[] {
  const all = new Set<number>();
  for (const { processingAt, bucketAt, lateAt } of deployments) {
    for (const at of processingAt) all.add(at);
    for (const at of bucketAt) all.add(at);
    for (const at of lateAt.values()) all.add(at);
  }
  all.delete(0);
  return [...all].sort((a, b) => a - b);
}

function encodeAttempts(
  deployments: readonly DeploymentRecord[],
  moments: readonly number[],
  numberOf: (reason: string) => number,
): PageAttempts {
  const numbers = new Map(moments.map((at, number) => [at, number]));
  const momentOf = (at: number) => numbers.get(at) ?? NONE;
  const deviceStatuses: string[] = [];
  const seen: number[] = [];
  const ended: number[] = [];
  const superseded: number[] = [];
  const acknowledged: number[] = [];
  const reasons: [number, number][] = [];
  const late: [number, 'success' | 'failed', number][] = [];
  for (const { state, processingAt, bucketAt, lateAt } of deployments) {
    const first = seen.length;
    deviceStatuses.push(state.deviceStatuses.join(''));
    for (const at of processingAt) seen.push(momentOf(at));
    for (const at of bucketAt) ended.push(momentOf(at));
    mark(state.superseded, first, superseded);
    mark(state.acknowledged, first, acknowledged);
    for (const index of state.devices.keys()) {
      const notes = notesOn(factsOf(state, index));
      if (notes.length > 0) reasons.push([first + index, numberOf(notes.join(', '))]);
    }
    for (const [serial, outcome] of state.lateOutcomes) {
      const at = present(lateAt.get(serial), 'when it came');
      late.push([first + present(state.index.find(serial), serial), outcome, momentOf(at)]);
    }
  }
  return { deviceStatuses: deviceStatuses.join(''), seen, ended, superseded, acknowledged, reasons, late };
}

function mark(marks: Uint8Array, first: number, into: number[]): void {
  for (const [index, isMarked] of marks.entries()) if (isMarked === 1) into.push(first + index);
}

function numberReasons(): { readonly reasons: string[]; readonly numberOf: (reason: string) => number } {
  const reasons: string[] = [];
  const numbers = new Map<string, number>();
  return {
    reasons,
    numberOf: (reason) => {
      const known = numbers.get(reason);
      if (known !== undefined) return known;
      numbers.set(reason, reasons.length);
      reasons.push(printable(reason));
      return reasons.length - 1;
    },
  };
}
