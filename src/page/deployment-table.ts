/** The deployments, with the ids by which the vendor knows them. */
import { renderNumber } from '../base/text.ts';
import { DEVICE_STATUSES } from '../rollout/device-status.ts';
import type { DeviceTable } from './device-table.ts';
import { deploymentIds } from './device-history.ts';
import { element, outcomeBadge } from './elements.ts';
import { openGrid } from './grid.ts';
import type { Column } from './grid-columns.ts';
import type { Report } from './report.ts';
import type { PageDeployment } from '../views/html/page-data.ts';

export function openDeploymentTable(host: HTMLElement, report: Report, devices: DeviceTable): void {
  const { data } = report;
  if (data.deployments.length === 0) return;
  const tallies = tallyByDeployment(report);
  const table = element('div', { id: 'deployment-grid' });
  host.replaceChildren(table);
  const grid = openGrid({
    host: table,
    label: 'Deployments',
    columns: deploymentColumns(report, tallies),
    detail: (index) => deploymentDetail(data.deployments[index], report, devices),
    empty: 'Nothing was deployed.',
  });
  grid.show(Uint32Array.from(data.deployments.keys()));
}

function deploymentColumns({ data, times }: Report, tallies: readonly Uint32Array[]): readonly Column[] {
  const all = data.deployments;
  const column = (of: (deployment: PageDeployment) => number) => () => Float64Array.from(all, of);
  const inPlanOrder = () => Float64Array.from(all.keys());
  return [
    {
      name: 'deployment',
      title: 'Deployment',
      keys: inPlanOrder,
      write: (cell, row) => {
        cell.append(all[row]?.key ?? '');
      },
    },
    {
      name: 'id',
      title: 'Deployment id',
      keys: inPlanOrder,
      write: (cell, row) => {
        cell.append(all[row]?.id ?? all[row]?.call ?? '');
      },
    },
    {
      name: 'accepted',
      title: 'Posted',
      isNumber: true,
      keys: column(({ postedAt }) => postedAt),
      write: (cell, row) => {
        cell.append(times.render(all[row]?.postedAt ?? null));
      },
    },
    {
      name: 'devices',
      title: 'Devices',
      isNumber: true,
      keys: column(sizeOf),
      write: (cell, row) => {
        const deployment = all[row];
        cell.append(deployment === undefined ? '' : renderNumber(sizeOf(deployment)));
      },
    },
    {
      name: 'outcomes',
      title: 'Outcomes',
      // By how many have not succeeded.
      keys: () => tallies.map((tally) => tally.reduce((sum, n) => sum + n, 0) - (tally[SUCCESS] ?? 0)),
      write: (cell, row) => {
        for (const [deviceStatus, n] of tallies[row]?.entries() ?? []) {
          if (n > 0)
            cell.append(
              element('span', { class: 'count' }, renderNumber(n), ' ', outcomeBadge(deviceStatus)),
            );
        }
      },
    },
  ];
}

const SUCCESS = DEVICE_STATUSES.indexOf('success');

function deploymentDetail(
  deployment: PageDeployment | undefined,
  { times }: Report,
  devices: DeviceTable,
): HTMLElement {
  if (deployment === undefined) return element('p');
  const show = element('button', { type: 'button', class: 'quiet' }, 'Show its devices');
  show.addEventListener('click', () => {
    devices.narrow({ text: /\s/.test(deployment.key) ? `"${deployment.key}"` : deployment.key });
  });
  const { call, acceptedAt, deadlineAt, note } = deployment;
  return element(
    'div',
    { class: 'deployment-detail' },
    deploymentIds(deployment),
    element(
      'p',
      {},
      acceptedAt === null
        ? call
        : `Accepted ${times.render(acceptedAt)}, timeout at ${times.render(deadlineAt)}`,
      note === null ? '' : `: ${note}`,
    ),
    show,
  );
}

function sizeOf({ runs }: PageDeployment): number {
  return runs.reduce((sum, n, index) => (index % 2 === 1 ? sum + n : sum), 0);
}

/** How many devices of each deployment are in each device status by that attempt. */
function tallyByDeployment({ data, attempts }: Report): readonly Uint32Array[] {
  const tallies = data.deployments.map(() => new Uint32Array(DEVICE_STATUSES.length));
  attempts.deployments.forEach((deployment, attempt) => {
    const tally = tallies[deployment];
    const deviceStatus = attempts.deviceStatuses[attempt] ?? 0;
    if (tally !== undefined) tally[deviceStatus] = (tally[deviceStatus] ?? 0) + 1;
  });
  return tallies;
}
