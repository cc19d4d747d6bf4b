/** The deployments of a summary: what became of each call, and of its devices. */
import { renderNumber } from '../../base/text.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { code, left, phrase, tinted } from '../blocks/block.ts';
import type { Inline, TableBlock } from '../blocks/block.ts';
import { countSuperseded } from '../status/devices.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeFailure } from '../wording/phrases.ts';
import { NAMES } from './summary-tables.ts';
import { tallyInline } from './tallies.ts';

const DEPLOYMENTS_SHOWN = 10;

/** Those in trouble or in flight come first where not all are shown. */
export function deploymentsTable({ deployments }: RolloutState): TableBlock {
  const all = [...deployments.values()];
  const shown = (all.length <= DEPLOYMENTS_SHOWN ? all : all.toSorted(byTrouble)).slice(0, DEPLOYMENTS_SHOWN);
  return {
    kind: 'table',
    title: 'Deployments',
    columns: [NAMES, ...left('what came of it')],
    rows: shown.map((deployment) => [code(deployment.key), describeDeployment(deployment)]),
    total: all.length,
  };
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

function describeDeployment(deployment: DeploymentState): Inline {
  const { call, tally } = deployment;
  switch (call.kind) {
    case 'accepted': {
      const open = inFlightOf(tally) === 0 ? '' : `, until ${renderMoment(call.deadlineAt)} at the latest`;
      const again = countSuperseded(deployment);
      const retried = again === 0 ? '' : `; ${renderNumber(again)} left to a retry`;
      return phrase`${call.deploymentId}  ${tallyInline(tally)}${open}${retried}`;
    }
    case 'intended':
      return tinted('yellow', 'announced; no answer is on record');
    case 'not-made':
      return `not made: ${describeFailure(call.failure)}`;
    case 'refused':
      return call.isAcknowledged
        ? `refused, to be posted anew: ${describeFailure(call.failure)}`
        : tinted('red', `refused: ${describeFailure(call.failure)}`);
    case 'doubted':
      return tinted('red', `in doubt: ${describeFailure(call.failure)}`);
  }
}
