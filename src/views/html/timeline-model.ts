/** What the timeline shows, and over which time: the picture of a record before it is drawn. */
import type { DeploymentRecord, RolloutRecord, WaveRecord } from '../report/record.ts';
import { scaleTime } from './time-scale.ts';
import type { TimeScale, TimeSpan } from './time-scale.ts';
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';

export type TimelineModel = {
  readonly record: RolloutRecord;
  readonly whole: TimeSpan;
  readonly scale: TimeScale;
  /** Waves whose turn has come, at most `LANES_MAX`: the last ones. */
  readonly lanes: readonly Lane[];
  /** Waves that passed before those. */
  readonly earlier: number;
  /** Waves whose turn has not come. */
  readonly toCome: readonly WaveRecord[];
};

export type Lane = {
  readonly wave: WaveRecord;
  readonly deployments: readonly DeploymentRecord[];
  /** Deployments at the same time stand below one another: for each, in which row. */
  readonly rows: readonly number[];
  readonly rowCount: number;
};

const LANES_MAX = 60;

/** `now`: until when the record is known to tell. */
export function timelineOf(record: RolloutRecord, now: number): TimelineModel {
  const { state, deployments, waves, hooks } = record;
  const whole = { from: state.startedAt, to: Math.max(now, state.updatedAt, state.startedAt + 1) };
  const busy = [
    ...[...deployments.values()].map((deployment) => spanOf(deployment, whole)),
    ...[...hooks, ...waves.flatMap(({ gates }) => gates)].map(({ from, to }) => ({ from, to: to ?? from })),
    ...record.halts.map(({ at }) => ({ from: at, to: at })),
  ];
  const byWave = groupByWave(deployments.values());
  const drawn = waves.filter(({ readyAt }) => readyAt !== null);
  return {
    record,
    whole,
    scale: scaleTime(whole, widen(busy, whole)),
    lanes: drawn.slice(-LANES_MAX).map((wave) => laneOf(wave, byWave.get(wave.state.wave.name) ?? [], whole)),
    earlier: Math.max(0, drawn.length - LANES_MAX),
    toCome: waves.filter(({ readyAt }) => readyAt === null),
  };
}

function groupByWave(
  deployments: Iterable<DeploymentRecord>,
): ReadonlyMap<string, readonly DeploymentRecord[]> {
  const byWave = new Map<string, DeploymentRecord[]>();
  for (const deployment of deployments) {
    const { wave } = deployment.state;
    const known = byWave.get(wave);
    if (known === undefined) byWave.set(wave, [deployment]);
    else known.push(deployment);
  }
  return byWave;
}

/** From its post to its end, or as long as it may have gone on. */
export function spanOf({ state, endedAt }: DeploymentRecord, { to }: TimeSpan): TimeSpan {
  const { call, intendedAt } = state;
  if (call.kind !== 'accepted') return { from: intendedAt, to: intendedAt };
  return { from: intendedAt, to: endedAt ?? Math.max(intendedAt, Math.min(to, call.deadlineAt)) };
}

/** Of the whole: a moment by itself would be drawn without any width. */
const MARGIN_SHARE = 0.002;

function widen(busy: readonly TimeSpan[], { from, to }: TimeSpan): readonly TimeSpan[] {
  const active = busy.reduce((sum, span) => sum + span.to - span.from, 0);
  const margin = MARGIN_SHARE * Math.min(to - from, active === 0 ? Infinity : active);
  return busy.map((span) => ({
    from: Math.max(from, span.from - margin),
    to: Math.min(to, span.to + margin),
  }));
}

function laneOf(wave: WaveRecord, deployments: readonly DeploymentRecord[], whole: TimeSpan): Lane {
  const ends: number[] = [];
  const rows = deployments.map((deployment) => {
    const { from, to } = spanOf(deployment, whole);
    const free = ends.findIndex((end) => end <= from);
    const row = free === -1 ? ends.length : free;
    ends[row] = to;
    return row;
  });
  return { wave, deployments, rows, rowCount: ends.length };
}

/** How a wave's devices went through their device statuses over time: what is drawn as areas. */
export type FlowStep = {
  readonly at: number;
  readonly success: number;
  readonly failed: number;
  readonly inFlight: number;
};

type Change = { readonly at: number; success: number; failed: number; inFlight: number };

const SUCCESS = DEVICE_STATUSES.indexOf('success');

/**
 * From each step until the next one; the first is before anything was deployed. A device that is tried again counts by
 * its new attempt as soon as that is accepted.
 */
export function flowOf(deployments: readonly DeploymentRecord[]): readonly FlowStep[] {
  const changes = new Map<number, Change>();
  const changeAt = (at: number): Change => {
    const known = changes.get(at) ?? { at, success: 0, failed: 0, inFlight: 0 };
    changes.set(at, known);
    return known;
  };
  const replaced = new Map<string, 'success' | 'failed' | 'inFlight'>();
  for (const { state, bucketAt } of deployments) {
    if (state.call.kind !== 'accepted') continue;
    const posted = changeAt(state.call.acceptedAt);
    for (const [index, serial] of state.devices.entries()) {
      const before = replaced.get(serial);
      if (before !== undefined) posted[before]--;
      posted.inFlight++;
      const endedAt = bucketAt[index] ?? 0;
      const deviceOutcome = state.deviceStatuses[index] === SUCCESS ? 'success' : 'failed';
      if (endedAt !== 0) {
        const ended = changeAt(endedAt);
        ended.inFlight--;
        ended[deviceOutcome]++;
      }
      if (state.superseded[index] === 1) replaced.set(serial, endedAt === 0 ? 'inFlight' : deviceOutcome);
    }
  }
  return sumUp([...changes.values()].sort((a, b) => a.at - b.at));
}

function sumUp(changes: readonly Change[]): readonly FlowStep[] {
  let sum = { success: 0, failed: 0, inFlight: 0 };
  return changes.map(({ at, success, failed, inFlight }) => {
    sum = { success: sum.success + success, failed: sum.failed + failed, inFlight: sum.inFlight + inFlight };
    return { at, ...sum };
  });
}
