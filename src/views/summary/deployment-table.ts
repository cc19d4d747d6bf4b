/** The deployments of a summary: the result of each call, and its devices. */
import { list, renderNumber } from '../../base/text.ts';
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

/** If not all are shown, those in trouble or in flight come first. */
export function deploymentsTable({ deployments }: RolloutState): TableBlock {
  const all = [...deployments.values()];
  const shown = (all.length <= DEPLOYMENTS_SHOWN ? all : all.toSorted(byTrouble)).slice(0, DEPLOYMENTS_SHOWN);
  return {
    kind: 'table',
    title: 'Deployments',
    columns: [NAMES, ...left('result')],
    rows: shown.map((deployment) => [code(deployment.key), describeDeployment(deployment, all)]),
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

function describeDeployment(deployment: DeploymentState, all: readonly DeploymentState[]): Inline {
  const { call, tally } = deployment;
  switch (call.kind) {
    case 'accepted': {
      const open = inFlightOf(tally) === 0 ? '' : `, timeout at ${renderMoment(call.deadlineAt)}`;
      return phrase`${call.deploymentId}  ${tallyInline(tally)}${open}${describeRetried(deployment, all)}`;
    }
    case 'intended':
      return tinted('yellow', 'may have been sent; no answer on record');
    case 'not-made':
      return `not made: ${describeFailure(call.failure)}`;
    case 'refused':
      return call.isAcknowledged
        ? `refused, will be sent again: ${describeFailure(call.failure)}`
        : tinted('red', `refused: ${describeFailure(call.failure)}`);
    case 'doubted':
      return tinted('red', `in doubt: ${describeFailure(call.failure)}`);
  }
}

const RETRIES_NAMED = 3;

/** `; 4 retried in canary/2`; `; 4 to be retried` before that deployment is on record. */
function describeRetried(deployment: DeploymentState, all: readonly DeploymentState[]): string {
  const again = countSuperseded(deployment);
  if (again === 0) return '';
  const { devices, superseded, wave } = deployment;
  const left = new Set(devices.filter((_, index) => superseded[index] === 1));
  const later = all.slice(all.indexOf(deployment) + 1).filter((one) => one.wave === wave);
  const keys: string[] = [];
  for (const one of later) {
    if (left.size === 0) break;
    if (one.devices.filter((serial) => left.delete(serial)).length > 0) keys.push(one.key);
  }
  const n = renderNumber(again);
  return keys.length === 0 ? `; ${n} to be retried` : `; ${n} retried in ${list(keys, RETRIES_NAMED)}`;
}
