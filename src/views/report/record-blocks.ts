/** The parts of a record that its Markdown and its page show alike. */
import { renderElapsed } from '../../base/duration.ts';
import { count, renderNumber } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { code, joined, left } from '../blocks/block.ts';
import type { Fact, Inline, TableBlock } from '../blocks/block.ts';
import { failingDevices } from '../status/devices.ts';
import { describeTally, FAILURES } from '../summary/tallies.ts';
import { notesOn } from '../wording/device-facts.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeNoDeployment, describeRunner } from '../wording/phrases.ts';
import { requestIdsOf } from './deployment-facts.ts';
import type { DeploymentRecord, RolloutRecord } from './record.ts';

export function listFacts({ state, runners, endedAt }: RolloutRecord): readonly Fact[] {
  const { plan, digest, startedAt } = state;
  const last = runners.at(-1);
  const facts: readonly (Fact | null)[] = [
    ['artifact', code(plan.artifact.uuid)],
    ['region', plan.region],
    ['devices', `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`],
    ['digest', code(digest)],
    ['started', renderMoment(startedAt)],
    endedAt === null
      ? null
      : ['ended', `${renderMoment(endedAt)}, after ${renderElapsed(endedAt - startedAt)}`],
    last === undefined
      ? null
      : [
          runners.length === 1 ? 'run by' : `last of ${renderNumber(runners.length)} runners`,
          describeRunner(last.identity),
        ],
    state.simulated ? ['simulated', 'yes: no real device was used'] : null,
    plan.description === null ? null : ['description', plan.description],
  ];
  return facts.filter((fact) => fact !== null);
}

/** Of each outcome except success, at most `most` devices. */
export function devicesTable(state: RolloutState, most: number): TableBlock {
  const groups = FAILURES.map((deviceOutcome) => failingDevices(state, deviceOutcome, most));
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  return {
    kind: 'table',
    title: `Devices that did not succeed (${renderNumber(total)})`,
    columns: left('device', 'ended as', 'deployment', 'reason'),
    rows: groups.flatMap(({ deviceOutcome, devices }) =>
      devices.map((device) => [
        code(device.serial),
        `${deviceOutcome}${device.isAcknowledged ? ', acknowledged' : ''}`,
        code(device.deployment),
        notesOn(device).join('; '),
      ]),
    ),
    total,
    charsMax: 13_000,
  };
}

export function deploymentsTable({ deployments }: RolloutRecord, most: number): TableBlock {
  return {
    kind: 'table',
    title: 'Deployments',
    columns: left('deployment', 'id', 'request id', 'sent', 'ended', 'result'),
    rows: [...deployments.values()].slice(0, most).map(deploymentRow),
    total: deployments.size,
    charsMax: 8_000,
  };
}

function deploymentRow(deployment: DeploymentRecord): readonly Inline[] {
  const { key, call, intendedAt, tally } = deployment.state;
  return [
    code(key),
    call.kind === 'accepted' ? code(call.deploymentId) : '',
    joined(requestIdsOf(deployment).map(code), ' '),
    renderMoment(intendedAt),
    deployment.endedAt === null ? '' : renderMoment(deployment.endedAt),
    describeNoDeployment(call) ?? describeTally(tally),
  ];
}
