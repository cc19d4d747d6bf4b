/** The columns of the table of devices. */
import { renderElapsed } from '../base/duration.ts';
import { NO_ATTEMPT } from './report.ts';
import type { Column } from './grid-columns.ts';
import { ranksOf } from './order.ts';
import { outcomeBadge } from './elements.ts';
import type { Report } from './report.ts';

export function deviceColumns(report: Report): readonly Column[] {
  const { data, devices, attempts, times } = report;
  const deploymentOf = (device: number) => data.deployments[attempts.deployments[latestOf(device)] ?? -1];
  const latestOf = (device: number) => devices.latest[device] ?? NO_ATTEMPT;
  const acceptedAt = (device: number) => deploymentOf(device)?.acceptedAt ?? NaN;
  const endedAt = (device: number) => attempts.endedAt[latestOf(device)] ?? NaN;
  const tookMs = (device: number) => endedAt(device) - acceptedAt(device);
  const column = (of: (device: number) => number) =>
    once(() => Float64Array.from(devices.serials.keys(), of));
  return [
    {
      name: 'serial',
      title: 'Serial',
      keys: once(() => ranksOf(devices.serials)),
      write: (cell, device) => {
        cell.append(devices.serials[device] ?? '');
      },
    },
    {
      name: 'wave',
      title: 'Wave',
      keys: () => devices.waves,
      write: (cell, device) => {
        cell.append(data.waves[devices.waves[device] ?? 0]?.name ?? '');
      },
    },
    {
      name: 'outcome',
      title: 'Outcome',
      keys: () => devices.deviceStatuses,
      write: (cell, device) => {
        cell.append(outcomeBadge(devices.deviceStatuses[device] ?? 0));
      },
    },
    {
      name: 'deployment',
      title: 'Deployment',
      keys: column((device) => attempts.deployments[latestOf(device)] ?? NaN),
      write: (cell, device) => {
        cell.append(deploymentOf(device)?.key ?? '');
      },
    },
    {
      name: 'accepted',
      title: 'Accepted',
      isNumber: true,
      keys: column(acceptedAt),
      write: (cell, device) => {
        cell.append(times.render(acceptedAt(device)));
      },
    },
    {
      name: 'ended',
      title: 'Ended',
      isNumber: true,
      keys: column(endedAt),
      write: (cell, device) => {
        cell.append(times.render(endedAt(device)));
      },
    },
    {
      name: 'took',
      title: 'Took',
      isNumber: true,
      keys: column(tookMs),
      write: (cell, device) => {
        const ms = tookMs(device);
        cell.append(Number.isNaN(ms) ? '' : renderElapsed(ms));
      },
    },
    {
      name: 'note',
      title: 'Note',
      keys: once(() => ranksOf(devices.serials.map((_, device) => noteOn(device, report)))),
      write: (cell, device) => {
        cell.append(noteOn(device, report));
      },
    },
  ];
}

/** What there is to say of a device besides: empty for most. */
export function noteOn(device: number, { devices, attempts }: Report): string {
  const latest = devices.latest[device] ?? NO_ATTEMPT;
  if (latest === NO_ATTEMPT) return '';
  const reason = attempts.reasonOf.get(latest);
  const late = attempts.lateOf.get(latest);
  const isRetried = devices.attemptsOf(device).length > 1;
  return [
    ...(reason === undefined ? [] : [reason]),
    ...(late === undefined ? [] : [`${late.outcome} after the timeout`]),
    ...(attempts.acknowledged[latest] === 1 ? ['acknowledged'] : []),
    ...(isRetried ? ['retried'] : []),
  ].join(', ');
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
