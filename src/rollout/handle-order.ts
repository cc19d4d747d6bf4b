/**
 * Whether an order can be obeyed where a rollout stands, and what goes on record then. Asked twice: by the command that
 * gives the order, so that a mistake is told at once, and by whoever holds the rollout when it takes the order up.
 */
import { renderSecond } from '../base/duration.ts';
import { rollbackName } from '../plan/identifiers.ts';
import { apply } from './apply.ts';
import { needsApproval } from './start-conditions.ts';
import type { RolloutEvent } from './event.ts';
import { endOfRequest } from './in-doubt.ts';
import { openDevicesOf } from './open-devices.ts';
import type { Order, OrderRecord, Settlement, SettleOrder } from './order.ts';
import { devicesToTakeBack, isAnyInDoubt, rollbackEvent } from './rollback.ts';
import { isFinished } from './state.ts';
import type { RolloutState } from './state.ts';
import { decideVerdict } from './verdict.ts';
import { revertedOf, retriable } from './continue-rollout.ts';

export type OrderDecision =
  | { readonly kind: 'obey'; readonly event: RolloutEvent }
  /** Nothing is to be done: it is so already. */
  | { readonly kind: 'already'; readonly message: string }
  /** `message` is a sentence without its full stop, and says what can be done instead. */
  | { readonly kind: 'refuse'; readonly message: string };

export function decideOrder(state: RolloutState, order: Order): OrderDecision {
  switch (order.kind) {
    case 'pause':
      return decidePause(state, recordOf(order));
    case 'abort':
      return decideAbort(state, recordOf(order));
    case 'resume':
      return decideResume(state, recordOf(order));
    case 'retry':
      return decideRetry(state, recordOf(order));
    case 'approve':
      return decideApprove(state, order);
    case 'settle':
      return decideSettle(state, order);
    case 'rollback':
      return decideRollback(state, order);
    case 'accept-open':
      return decideAcceptOpen(state, recordOf(order));
  }
}

/** The event for `order`; `null` if it is already on record. */
export function eventFor(state: RolloutState, order: Order): RolloutEvent | null {
  if (state.orders.has(order.id)) return null;
  const obedience = decideOrder(state, order);
  return obedience.kind === 'obey' ? obedience.event : refusalOf(order, obedience.message);
}

/** The event for an `order` that is refused. */
export function refusalOf(order: Order, message: string): RolloutEvent {
  return { type: 'order-refused', order: recordOf(order), kind: order.kind, message };
}

function recordOf({ id, by, host, givenAt, reason }: Order): OrderRecord {
  return { id, by, host, givenAt, reason };
}

function decidePause(state: RolloutState, order: OrderRecord): OrderDecision {
  if (state.pause !== null)
    return {
      kind: 'already',
      message: `it is already paused${whose(state.pause)}; the first reason stays on record`,
    };
  switch (state.phase.kind) {
    case 'completed':
      return refuse('it is completed: there is nothing to pause');
    case 'halted':
    case 'closed':
      return refuse('it is halted: nothing more will be deployed');
    case 'running':
      return { kind: 'obey', event: { type: 'rollout-paused', order } };
  }
}

function decideAbort(state: RolloutState, order: OrderRecord): OrderDecision {
  if (state.abort !== null)
    return {
      kind: 'already',
      message: `it is already aborted${whose(state.abort)}; the first reason stays on record`,
    };
  if (state.phase.kind === 'completed') return refuse('it is completed: there is nothing to abort');
  return { kind: 'obey', event: { type: 'rollout-aborted', order } };
}

function decideResume(state: RolloutState, order: OrderRecord): OrderDecision {
  if (state.rollback !== null) return refuse(describeTakenBack(state));
  if (state.abort !== null) return refuse(describeAborted(state.abort));
  switch (state.phase.kind) {
    case 'completed':
      return refuse('it is completed: there is nothing to resume');
    case 'running':
      if (state.pause === null) return refuse('it is not halted or paused: run its plan to continue it');
      return { kind: 'obey', event: { type: 'rollout-resumed', order } };
    case 'halted':
    case 'closed':
      return { kind: 'obey', event: { type: 'rollout-resumed', order } };
  }
}

function decideRetry(state: RolloutState, order: OrderRecord): OrderDecision {
  if (state.rollback !== null) return refuse(describeTakenBack(state));
  if (state.abort !== null) return refuse(describeAborted(state.abort));
  const { phase } = state;
  if (phase.kind === 'completed') return refuse('it is completed: only a halted wave can be retried');
  if (phase.kind === 'running') return refuse('it is not halted: only a halted wave can be retried');
  const { reason } = phase.cause;
  const isCommand = reason === 'gate-failed' || reason === 'hook-failed';
  // The gate or the hook failed: it is run again, and nothing is deployed again.
  const devices = isCommand ? [] : retriable(state, phase.wave);
  const earlier = isCommand ? [] : revertedOf(state);
  const isRefused = [...state.deployments.values()].some(
    ({ call }) => call.kind === 'refused' && !call.isAcknowledged,
  );
  if (devices.length + earlier.length === 0 && !isRefused && !isCommand) {
    return {
      kind: 'already',
      message: `there is nothing to retry: no device of wave ${phase.wave} is failed, timed-out or rejected; resume to continue without the unknown or inconclusive devices`,
    };
  }
  const retried = { type: 'wave-retried', order, wave: phase.wave, devices } as const;
  const event: RolloutEvent = earlier.length === 0 ? retried : { ...retried, earlier };
  return haltsAtOnce(state, event)
    ? refuse(
        'it would halt again at once: a retry does not include unknown devices or failures of earlier waves; resume acknowledges all failures',
      )
    : { kind: 'obey', event };
}

function decideApprove(
  state: RolloutState,
  order: Extract<Order, { readonly kind: 'approve' }>,
): OrderDecision {
  const { wave: name, digest } = order;
  const target = state.waves.find(({ wave }) => wave.name === name);
  const waiting = state.waves.filter((wave) => needsApproval(state, wave)).map(({ wave }) => wave.name);
  const others =
    waiting.length === 0 ? 'no wave needs approval now' : `waves that need approval: ${waiting.join(', ')}`;
  if (state.abort !== null) return refuse(describeAborted(state.abort));
  if (target === undefined) return refuse(`it has no wave \`${name}\` that needs approval; ${others}`);
  if (target.wave.approval !== 'required') return refuse(`wave \`${name}\` needs no approval; ${others}`);
  if (target.startedAt !== null) return { kind: 'already', message: `wave ${name} has already started` };
  if (digest !== state.digest)
    return refuse('its plan changed after this approval was given: check the plan, then approve again');
  const approval = state.approvals.get(name);
  if (approval?.digest === digest)
    return { kind: 'already', message: `wave ${name} is already approved${whose(approval.order)}` };
  return { kind: 'obey', event: { type: 'wave-approved', order: recordOf(order), wave: name, digest } };
}

function haltsAtOnce(state: RolloutState, event: RolloutEvent): boolean {
  const after = apply(state, { seq: state.seq + 1, at: state.updatedAt, ...event });
  return decideVerdict(after)?.type === 'rollout-halted';
}

function decideSettle(state: RolloutState, order: SettleOrder): OrderDecision {
  const { deployment: key, settlement } = order;
  const deployment = state.deployments.get(key);
  if (deployment === undefined) {
    const doubted = [...state.deployments.values()].filter(({ call }) => call.kind === 'doubted');
    const names = doubted.map((one) => one.key).join(', ');
    return refuse(
      `it has no deployment ${key}; ${names === '' ? 'none of its deployments is in doubt' : `in doubt: ${names}`}`,
    );
  }
  switch (deployment.call.kind) {
    case 'doubted':
      if (state.plan.whenInDoubt === 'post-again')
        return refuse('its plan has whenInDoubt: post-again, so there is nothing to settle');
      return decideDoubted(state, order, settlement);
    case 'intended':
      return refuse(`deployment ${key} is being sent: its answer may still come`);
    case 'accepted':
      return settlement.kind === 'adopted' && settlement.deploymentId === deployment.call.deploymentId
        ? { kind: 'already', message: `deployment ${key} is on record as ${settlement.deploymentId}` }
        : refuse(`deployment ${key} is not in doubt: it was accepted as ${deployment.call.deploymentId}`);
    case 'not-made':
    case 'refused':
      return refuse(`deployment ${key} is not in doubt: it was not created`);
  }
}

function decideDoubted(state: RolloutState, order: SettleOrder, settlement: Settlement): OrderDecision {
  const claimant =
    settlement.kind === 'adopted'
      ? [...state.deployments.values()].find(
          ({ call }) => call.kind === 'accepted' && call.deploymentId === settlement.deploymentId,
        )
      : undefined;
  if (claimant !== undefined && settlement.kind === 'adopted') {
    return refuse(`${settlement.deploymentId} is deployment ${claimant.key} of this rollout`);
  }
  const until = settlement.kind === 'not-created' ? endOfRequest(state, order) : null;
  if (until !== null) return refuse(describeOpenRequest(order, until));
  return {
    kind: 'obey',
    event: {
      type: 'deployment-settled',
      order: recordOf(order),
      deployment: order.deployment,
      settlement,
    },
  };
}

function describeOpenRequest({ deployment: key, apiTime }: SettleOrder, until: number): string {
  const clock =
    apiTime === undefined
      ? "by this machine's clock (1 hour added, because the API's clock is unknown)"
      : "by the API's clock";
  return `the signed request of deployment ${key} may still be sent or delivered until ${renderSecond(until)}, ${clock}: check the Allxon portal after that time, then settle. If the portal already shows the deployment, adopt it now`;
}

function decideRollback(
  state: RolloutState,
  order: Extract<Order, { readonly kind: 'rollback' }>,
): OrderDecision {
  const { plan, phase, rollback } = state;
  if (rollback !== null) {
    return rollback.only === order.only
      ? { kind: 'already', message: describeTakenBack(state) }
      : refuse(
          `${describeTakenBack(state)}, for ${rollback.only === 'reached' ? 'all devices reached' : 'the successful devices'}; that cannot change`,
        );
  }
  if (plan.rollback === undefined)
    return refuse('its plan has no `rollback`: write a plan that deploys the replacement artifact');
  if (phase.kind === 'running') return refuse('it is still running: abort it first');
  if (phase.kind === 'halted')
    return refuse(
      'devices in flight are still polled and cannot be deployed to: run its plan until polling ends',
    );
  if (isAnyInDoubt(state))
    return refuse('a deployment is in doubt, so the reached devices are unknown: settle it first');
  if (devicesToTakeBack(state, order.only).size === 0)
    return refuse(order.only === 'reached' ? 'it reached no device' : 'none of its devices succeeded');
  return {
    kind: 'obey',
    event: rollbackEvent(state, recordOf(order), order.only),
  };
}

function decideAcceptOpen(state: RolloutState, order: OrderRecord): OrderDecision {
  if (!isFinished(state)) return refuse('it is not finished: run its plan until it is');
  const open = openDevicesOf(state);
  if (open.length === 0) return { kind: 'already', message: 'it has no open devices' };
  const keys = [...new Set(open.map(({ deployment }) => deployment))];
  const accepted = keys.map((deployment) => ({
    deployment,
    devices: open.filter((one) => one.deployment === deployment).map(({ serial }) => serial),
  }));
  return { kind: 'obey', event: { type: 'open-accepted', order, accepted } };
}

function describeTakenBack({ plan, rollback }: RolloutState): string {
  const order = rollback?.order ?? null;
  const by = order === null ? ', by its plan' : whose(order);
  return `it is already rolled back${by} as ${rollbackName(plan.name)}`;
}

function describeAborted(abort: OrderRecord): string {
  return `it was aborted${whose(abort)} and cannot continue: to deploy to the other devices, give the plan a new name`;
}

function whose({ by }: OrderRecord): string {
  return by === null ? '' : ` by ${by}`;
}

function refuse(message: string): OrderDecision {
  return { kind: 'refuse', message };
}
