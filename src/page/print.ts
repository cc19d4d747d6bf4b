/**
 * What is printed of the devices: those that are looked for, or else those that did not succeed, as they stand in the
 * page from the start. A printer is not given a hundred thousand lines.
 */
import { count, renderNumber } from '../base/text.ts';
import { DEVICE_STATUSES } from '../rollout/device-status.ts';
import { noteOn } from './device-columns.ts';
import type { DeviceTable } from './device-table.ts';
import { element } from './elements.ts';
import type { Report } from './report.ts';

const PRINTED_MAX = 1_000;

export function preparePrint(host: HTMLElement, report: Report, table: DeviceTable): void {
  const atFirst = [...host.childNodes];
  addEventListener('beforeprint', () => {
    const { devices, isAll } = table.listed();
    host.replaceChildren(...(isAll ? atFirst : [describe(devices.length), printed(devices, report)]));
  });
}

function describe(n: number): HTMLElement {
  const what = `${count(n, 'device')} found by the search`;
  return element('p', {}, n <= PRINTED_MAX ? `${what}:` : `${what}, the first ${renderNumber(PRINTED_MAX)}:`);
}

function printed(devices: Uint32Array, report: Report): HTMLElement {
  const { data, devices: all, attempts } = report;
  const head = ['Serial', 'Wave', 'Outcome', 'Deployment', 'Note'].map((title) =>
    element('th', { scope: 'col' }, title),
  );
  const rows = [...devices.subarray(0, PRINTED_MAX)].map((device) =>
    element(
      'tr',
      {},
      ...[
        all.serials[device],
        data.waves[all.waves[device] ?? 0]?.name,
        DEVICE_STATUSES[all.deviceStatuses[device] ?? 0],
        data.deployments[attempts.deployments[all.latest[device] ?? -1] ?? -1]?.key,
        noteOn(device, report),
      ].map((text) => element('td', {}, text ?? '')),
    ),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
}
