/** The deployments of a summary: what became of each call, and of its devices. */
import type { Colours } from '../../base/colour.ts';
import { printable, renderNumber } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { DeploymentState } from '../../rollout/state.ts';
import { displayWidth, padTo, wrapTo } from './columns.ts';
import { countSuperseded } from '../status/devices.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeFailure } from '../wording/phrases.ts';
import { describeMore, NAME_COLUMNS_MAX } from './summary-tables.ts';
import type { Table } from './summary-tables.ts';
import { describeTally } from './tallies.ts';

const DEPLOYMENTS_SHOWN = 10;

/** Those in trouble or in flight come first where not all are shown. */
export function renderDeployments(table: Table): readonly string[] {
  const { state, colours, columns } = table;
  const all = [...state.deployments.values()];
  if (all.length === 0) return [];
  const shown = (all.length <= DEPLOYMENTS_SHOWN ? all : all.toSorted(byTrouble)).slice(0, DEPLOYMENTS_SHOWN);
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...shown.map(({ key }) => displayWidth(printable(key)))));
  return [
    colours.bold('Deployments'),
    ...shown.flatMap((deployment) =>
      wrapTo(
        `  ${padTo(printable(deployment.key), width)}  ${describeDeployment(deployment, colours)}`,
        columns,
        width + 4,
      ),
    ),
    ...describeMore(all.length - shown.length, '  ', table),
  ];
}

function byTrouble(a: DeploymentState, b: DeploymentState): number {
  return troubleOf(b) - troubleOf(a);
}

function troubleOf(deployment: DeploymentState): number {
  const { call, devices, tally } = deployment;
  switch (call.kind) {
    case 'accepted':
      return devices.length - tally.success - countSuperseded(deployment);
    case 'refused':
      return call.isAcknowledged ? 0 : Number.MAX_SAFE_INTEGER;
    case 'intended':
    case 'not-made':
    case 'doubted':
      return Number.MAX_SAFE_INTEGER;
  }
}

function describeDeployment(deployment: DeploymentState, colours: Colours): string {
  const { call, tally } = deployment;
  switch (call.kind) {
    case 'accepted': {
      const open = inFlightOf(tally) === 0 ? '' : `, until ${renderMoment(call.deadlineAt)} at the latest`;
      const again = countSuperseded(deployment);
      const retried = again === 0 ? '' : `; ${renderNumber(again)} left to a retry`;
      return `${printable(call.deploymentId)}  ${describeTally(tally, colours)}${open}${retried}`;
    }
    case 'intended':
      return colours.yellow('announced; no answer is on record');
    case 'not-made':
      return `not made: ${describeFailure(call.failure)}`;
    case 'refused':
      return call.isAcknowledged
        ? `refused, to be posted anew: ${describeFailure(call.failure)}`
        : colours.red(`refused: ${describeFailure(call.failure)}`);
    case 'doubted':
      return colours.red(`in doubt: ${describeFailure(call.failure)}`);
  }
}
