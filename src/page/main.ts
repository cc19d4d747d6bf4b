/**
 * What the HTML report does in a browser beside being read: tables that are searched and sorted. It asks nothing of
 * any network, and whatever it shows it sets as text.
 */
import { openDeploymentTable } from './deployment-table.ts';
import { openDeviceTable } from './device-table.ts';
import type { DeviceTable } from './device-table.ts';
import { byId, element } from './elements.ts';
import { preparePrint } from './print.ts';
import { readReport } from './report.ts';

const report = readReport(byId('data').textContent);
document.documentElement.classList.toggle('one-day', report.times.isOneDay);
document.documentElement.classList.add('live');
const devices = openDeviceTable(byId('device-table'), report);
openDeploymentTable(byId('deployment-table'), report, devices);
preparePrint(byId('printed-devices'), report, devices);
leadToDevices(devices);

/** Counts and pictures in the page lead to the devices that they are of. */
function leadToDevices(table: DeviceTable): void {
  for (const cell of document.querySelectorAll<HTMLElement>('[data-device-status]')) {
    const { wave, deviceStatus } = cell.dataset;
    const button = element('button', { type: 'button', class: 'lead' }, ...cell.childNodes);
    button.addEventListener('click', () => {
      table.narrow({ deviceStatus: Number(deviceStatus), wave: wave === undefined ? null : Number(wave) });
    });
    cell.append(button);
  }
  byId('timeline').addEventListener('click', ({ target }) => {
    const deployment = target instanceof Element ? target.closest('[data-deployment]') : null;
    const key = deployment?.getAttribute('data-deployment');
    if (key !== null && key !== undefined) table.narrow({ text: /\s/.test(key) ? `"${key}"` : key });
  });
}
