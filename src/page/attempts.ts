/** The page's data made quick to ask: which device is where, and by which attempts it came there. */
import type { PageData, PageDeployment } from '../views/html/page-data.ts';

/** Devices are numbered in the plan's order, attempts as in {@link PageData}. */
export type Devices = {
  readonly serials: readonly string[];
  readonly waves: Uint32Array;
  /** Each device's standing by its latest attempt. */
  readonly standings: Uint8Array;
  /** Each device's latest attempt, whatever came of it; {@link NO_ATTEMPT} before the first. */
  readonly latest: Int32Array;
  readonly attemptsOf: (device: number) => readonly number[];
};

export type Attempts = {
  readonly devices: Uint32Array;
  readonly deployments: Uint32Array;
  readonly standings: Uint8Array;
  readonly superseded: Uint8Array;
  readonly acknowledged: Uint8Array;
  readonly seenAt: Float64Array;
  readonly endedAt: Float64Array;
  readonly reasonOf: ReadonlyMap<number, string>;
  readonly lateOf: ReadonlyMap<number, { readonly outcome: 'success' | 'failed'; readonly at: number }>;
};

export const NO_ATTEMPT = -1;

/** The number of `waiting` in `DEVICE_STATUSES`. */
const WAITING = 0;
const DIGIT_ZERO = 48;

export function readAttempts(data: PageData): Attempts {
  const { attempts, moments, reasons } = data;
  const count = attempts.standings.length;
  const at = (moment: number) => moments[moment] ?? NaN;
  return {
    ...placesOf(data.deployments, count),
    standings: Uint8Array.from(attempts.standings, (digit) => digit.charCodeAt(0) - DIGIT_ZERO),
    superseded: marked(attempts.superseded, count),
    acknowledged: marked(attempts.acknowledged, count),
    seenAt: Float64Array.from(attempts.seen, at),
    endedAt: Float64Array.from(attempts.ended, at),
    reasonOf: new Map(attempts.reasons.map(([attempt, reason]) => [attempt, reasons[reason] ?? ''])),
    lateOf: new Map(
      attempts.late.map(([attempt, outcome, moment]) => [attempt, { outcome, at: at(moment) }]),
    ),
  };
}

export function readDevices(data: PageData, attempts: Attempts): Devices {
  const serials = data.serials === '' ? [] : data.serials.split('\n');
  const latest = new Int32Array(serials.length).fill(NO_ATTEMPT);
  const standings = new Uint8Array(serials.length).fill(WAITING);
  const isAccepted = data.deployments.map(({ acceptedAt }) => acceptedAt !== null);
  attempts.devices.forEach((device, attempt) => {
    latest[device] = attempt;
    // What is left to a retry waits for that.
    if (attempts.superseded[attempt] === 1) standings[device] = WAITING;
    else if (isAccepted[attempts.deployments[attempt] ?? 0] === true)
      standings[device] = attempts.standings[attempt] ?? WAITING;
  });
  return {
    serials,
    waves: wavesOf(data, serials.length),
    standings,
    latest,
    attemptsOf: indexByDevice(attempts.devices, serials.length),
  };
}

function placesOf(
  all: readonly PageDeployment[],
  count: number,
): { readonly devices: Uint32Array; readonly deployments: Uint32Array } {
  const devices = new Uint32Array(count);
  const deployments = new Uint32Array(count);
  let attempt = 0;
  for (const [deployment, { runs }] of all.entries()) {
    for (let run = 0; run < runs.length; run += 2) {
      const first = runs[run] ?? 0;
      const last = first + (runs[run + 1] ?? 0);
      for (let device = first; device < last; device++) {
        devices[attempt] = device;
        deployments[attempt] = deployment;
        attempt++;
      }
    }
  }
  return { devices, deployments };
}

function wavesOf({ waves }: PageData, count: number): Uint32Array {
  const column = new Uint32Array(count);
  let start = 0;
  for (const [wave, { devices }] of waves.entries()) {
    column.fill(wave, start, start + devices);
    start += devices;
  }
  return column;
}

function marked(attempts: readonly number[], count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const attempt of attempts) marks[attempt] = 1;
  return marks;
}

/** Attempts sorted by device, and where each device's begin. */
function indexByDevice(devices: Uint32Array, count: number): (device: number) => readonly number[] {
  const starts = new Uint32Array(count + 1);
  for (const device of devices) starts[device + 1] = (starts[device + 1] ?? 0) + 1;
  for (let device = 0; device < count; device++) {
    starts[device + 1] = (starts[device + 1] ?? 0) + (starts[device] ?? 0);
  }
  const next = starts.slice();
  const sorted = new Uint32Array(devices.length);
  devices.forEach((device, attempt) => {
    const place = next[device] ?? 0;
    sorted[place] = attempt;
    next[device] = place + 1;
  });
  return (device) => [...sorted.subarray(starts[device], starts[device + 1])];
}
