/** The sentences about operators' orders: accepted, refused or pending. */
import { rollbackName } from '../../plan/identifiers.ts';
import { renderElapsed } from '../../base/duration.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import { cutIntoBatches } from '../../plan/rollout-plan.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { Order } from '../../rollout/order.ts';
import { devicesToTakeBack } from '../../rollout/rollback.ts';
import type { RolloutState } from '../../rollout/state.ts';
import {
  describeOrder,
  nameDeployment,
  nameGiver,
  nameWave,
  quoteReason,
  shortDigest,
  withoutFullStop,
} from './phrases.ts';
import { acknowledgedTally, failuresOf, totalTally } from '../summary/tallies.ts';

type OrderEvent = Extract<
  RolloutEvent,
  {
    readonly type:
      | 'rollout-paused'
      | 'rollout-aborted'
      | 'rollout-resumed'
      | 'wave-retried'
      | 'wave-approved'
      | 'deployment-settled'
      | 'rollback-started'
      | 'open-accepted'
      | 'order-refused';
  }
>;

/** Who gave the order, why, and the effect; `state` is the state after the event. */
export function describeOrderEvent(event: OrderEvent, state: RolloutState): string {
  const given = event.order === null ? 'by its plan' : describeOrder(event.order);
  switch (event.type) {
    case 'rollout-paused':
      return `rollout paused ${given}; nothing more will be deployed until it is resumed${describeFollowed(state)}`;
    case 'rollout-aborted':
      return `rollout aborted ${given}; nothing more will be deployed`;
    case 'rollout-resumed':
      return `rollout resumed ${given}${describeAcknowledged(state)}${describeReposted(state)}`;
    case 'wave-retried':
      return `retry of ${nameWave(event.wave)} ordered ${given}${describeAgain(event, state)}${describeReposted(state)}`;
    case 'wave-approved':
      return `${nameWave(event.wave)} approved ${given}; plan digest ${shortDigest(event.digest)}`;
    case 'deployment-settled':
      return `${nameDeployment(event.deployment)} settled ${given}; ${describeSettlement(event, state)}`;
    case 'rollback-started':
      return `rollback ${rollbackName(state.plan.name)} started ${given}; ${describeTaken(event, state)}`;
    case 'open-accepted': {
      const devices = event.accepted.reduce((sum, one) => sum + one.devices.length, 0);
      return `${count(devices, 'open device')} closed ${given}; later rollouts ignore ${devices === 1 ? 'it' : 'them'}`;
    }
    case 'order-refused':
      return `${event.kind} refused: ${withoutFullStop(event.message)} (order ${given})`;
  }
}

/** `abort by ana, 2m05s ago: "the image is bad"`. */
export function describePending(order: Order, now: number): string {
  return `${nameOrder(order)} ${nameGiver(order)}, ${renderElapsed(now - order.givenAt)} ago${quoteReason(order)}`;
}

export function nameOrder(order: Order): string {
  switch (order.kind) {
    case 'settle':
      return `settle ${printable(order.deployment)}`;
    case 'approve':
      return `approve ${nameWave(order.wave)}`;
    case 'pause':
    case 'abort':
    case 'resume':
    case 'retry':
    case 'rollback':
    case 'accept-open':
      return order.kind;
  }
}

function describeFollowed(state: RolloutState): string {
  const inFlight = inFlightOf(totalTally(state));
  return inFlight === 0
    ? ''
    : `; the runner polls ${count(inFlight, 'device')} in flight until ${inFlight === 1 ? 'it ends' : 'they end'}`;
}

function describeAcknowledged(state: RolloutState): string {
  const n = failuresOf(acknowledgedTally(state));
  if (n === 0) return '';
  const all = failuresOf(totalTally(state));
  // The end of a pause acknowledges nothing.
  return n === all
    ? `; ${count(n, 'failure')} acknowledged, only new failures count`
    : `; ${renderNumber(n)} of ${count(all, 'failure')} acknowledged`;
}

/** A refused deployment waits to be sent again until the next attempt at its batch is on record. */
function describeReposted({ deployments }: RolloutState): string {
  const latest = new Map([...deployments.values()].map((one) => [`${one.wave}/${one.batch}`, one]));
  const refused = [...latest.values()].filter(({ call }) => call.kind === 'refused' && call.isAcknowledged);
  return refused.length === 0
    ? ''
    : `; refused deployments are sent again: ${refused.map(({ key }) => nameDeployment(key)).join(', ')}`;
}

function describeAgain(
  { wave: name, devices, earlier = [] }: Extract<OrderEvent, { readonly type: 'wave-retried' }>,
  { waves }: RolloutState,
): string {
  return [{ wave: name, devices }, ...earlier]
    .filter((one) => one.devices.length > 0)
    .map((one) => {
      const size = waves.find(({ wave }) => wave.name === one.wave)?.wave.batch.size ?? one.devices.length;
      const batches = cutIntoBatches(one.devices, size).length;
      const where = one.wave === name ? '' : ` of ${nameWave(one.wave)}`;
      return `; ${count(one.devices.length, 'device')}${where} in ${count(batches, 'deployment')}`;
    })
    .join('');
}

function describeTaken(
  { only }: Extract<OrderEvent, { readonly type: 'rollback-started' }>,
  state: RolloutState,
): string {
  const devices = [...devicesToTakeBack(state, only).values()].flat().length;
  return only === 'reached' ? `${count(devices, 'device')} reached` : count(devices, 'successful device');
}

function describeSettlement(
  { settlement, deployment: key }: Extract<OrderEvent, { readonly type: 'deployment-settled' }>,
  state: RolloutState,
): string {
  switch (settlement.kind) {
    case 'adopted': {
      const deployment = state.deployments.get(key);
      const inFlight = deployment === undefined ? 0 : inFlightOf(deployment.tally);
      return `it exists as ${printable(settlement.deploymentId)}, ${renderNumber(inFlight)} in flight`;
    }
    case 'not-created':
      return `it was not created${state.phase.kind === 'running' ? ' and may be sent again' : ''}`;
  }
}
