/** All that the parts of the page are made from: its data made quick to ask, and how its times are shown. */
import type { PageData, PageDeployment } from '../views/html/page-data.ts';
import { renderMoment } from '../views/wording/moments.ts';

/** Points in time for the page's tables, in UTC: the date is left out where all of them are of one day. */
export type Times = {
  readonly isOneDay: boolean;
  /** `17:39:25`, or `2026-01-05 17:39:25`; empty for what has not happened. */
  readonly render: (at: number | null) => string;
};

const DATE_CHARS = 'YYYY-MM-DD '.length;
const ZONE_CHARS = ' UTC'.length;

function timesOf(all: readonly number[]): Times {
  const dates = new Set(all.map((at) => renderMoment(at).slice(0, DATE_CHARS)));
  const from = dates.size > 1 ? 0 : DATE_CHARS;
  return {
    isOneDay: from > 0,
    render: (at) => (at === null || Number.isNaN(at) ? '' : renderMoment(at).slice(from, -ZONE_CHARS)),
  };
}

export type Report = {
  readonly data: PageData;
  readonly devices: Devices;
  readonly attempts: Attempts;
  readonly times: Times;
};

export function readReport(text: string): Report {
  const data = JSON.parse(text) as PageData;
  const attempts = readAttempts(data);
  const posts = data.deployments.flatMap(({ postedAt, acceptedAt }) => [postedAt, acceptedAt ?? postedAt]);
  return {
    data,
    attempts,
    devices: readDevices(data, attempts),
    times: timesOf([...data.moments, ...posts]),
  };
}

/** Devices are numbered in the plan's order, attempts as in {@link PageData}. */
export type Devices = {
  readonly serials: readonly string[];
  readonly waves: Uint32Array;
  /** Each device's device status by its latest attempt. */
  readonly deviceStatuses: Uint8Array;
  /** Each device's latest attempt, whatever came of it; {@link NO_ATTEMPT} before the first. */
  readonly latest: Int32Array;
  readonly attemptsOf: (device: number) => readonly number[];
};

export type Attempts = {
  readonly devices: Uint32Array;
  readonly deployments: Uint32Array;
  readonly deviceStatuses: Uint8Array;
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

function readAttempts(data: PageData): Attempts {
  const { attempts, moments, reasons } = data;
  const count = attempts.deviceStatuses.length;
  const at = (moment: number) => moments[moment] ?? NaN;
  return {
    ...placesOf(data.deployments, count),
    deviceStatuses: Uint8Array.from(attempts.deviceStatuses, (digit) => digit.charCodeAt(0) - DIGIT_ZERO),
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

function readDevices(data: PageData, attempts: Attempts): Devices {
  const serials = data.serials === '' ? [] : data.serials.split('\n');
  const latest = new Int32Array(serials.length).fill(NO_ATTEMPT);
  const deviceStatuses = new Uint8Array(serials.length).fill(WAITING);
  const isAccepted = data.deployments.map(({ acceptedAt }) => acceptedAt !== null);
  attempts.devices.forEach((device, attempt) => {
    latest[device] = attempt;
    // What is left to a retry waits for that.
    if (attempts.superseded[attempt] === 1) deviceStatuses[device] = WAITING;
    else if (isAccepted[attempts.deployments[attempt] ?? 0] === true)
      deviceStatuses[device] = attempts.deviceStatuses[attempt] ?? WAITING;
  });
  return {
    serials,
    waves: wavesOf(data, serials.length),
    deviceStatuses,
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
