/** Gives an order to a rollout, through the same code as the command line. */
import { systemClock } from '../base/clock.ts';
import { openClient } from '../host/open-client.ts';
import { openStore } from '../host/open-store.ts';
import { parseDeploymentId } from '../plan/identifiers.ts';
import type { PlanDigest } from '../plan/identifiers.ts';
import { resumesPosting } from '../rollout/order.ts';
import type { Settlement } from '../rollout/order.ts';
import type { ApiOpener } from '../run/session/check-settlement.ts';
import { describeOrder, describeOrderNotice } from '../run/session/describe-order.ts';
import type { OrderOutcome } from '../run/session/describe-order.ts';
import { giveOrder as give } from '../run/session/give-order.ts';
import type { WantedOrder } from '../run/session/give-order.ts';
import { REASON_CHARS_MAX, readReason } from '../host/order-reason.ts';
import { describeStatus } from '../views/status/status-json.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import { checkApi, locateState } from './check-options.ts';
import { copyDocument } from './copy-document.ts';
import { OptionError } from './errors.ts';
import type { RolloutStatus } from './generated/status.d.ts';
import type { ApiAccess } from './run-options.ts';

/** An order; each kind is the command of the same name. */
export type RolloutOrder =
  | { readonly kind: 'pause' | 'abort' | 'resume' | 'retry' }
  | {
      readonly kind: 'approve';
      /** The wave's name. */
      readonly wave: string;
      /** Digest of the approved plan, from `loadPlan` or a status. The approval of another plan is refused. */
      readonly digest: string;
    }
  /** Settles a deployment in doubt: it exists under the id that the portal shows, or it was not created. */
  | {
      readonly kind: 'settle';
      /** Key of the deployment, such as `canary/1`. */
      readonly deployment: string;
      readonly adopt: string;
      readonly notCreated?: never;
    }
  | {
      readonly kind: 'settle';
      readonly deployment: string;
      /** Refused while its signed request may still be sent, by the API's clock. Without `api`, it is refused for an hour more. */
      readonly notCreated: true;
      readonly adopt?: never;
    };

export type OrderOptions = {
  /** The rollout's name. */
  readonly rollout: string;
  /** Place of the record, as `state` of `runRollout`. */
  readonly state: string;
  readonly order: RolloutOrder;
  /** Reason for the record. Required for `resume`. */
  readonly reason?: string;
  /**
   * For `resume` and `retry`: whether the rollout may continue although another unfinished rollout shares devices, or an earlier
   * one left them open. Default: `false`.
   */
  readonly allowOverlap?: boolean;
  /** The API, for `settle`: it checks a deployment before it is adopted. */
  readonly api?: ApiAccess;
  /** Who gives the order, for the record. Default: the CI run in `env`, or the user of the process. */
  readonly givenBy?: string;
  /** Environment that names proxies and a CI run. Usually `process.env`. Default: empty. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Result of an order. */
export type OrderSummary = {
  readonly outcome: OrderOutcome;
  /** Exit code of the same command. */
  readonly exitCode: number;
  /** The rollout's name, as given. */
  readonly rollout: string;
  /** What happened, in one or more lines, for a person. */
  readonly message: string;
  /** More notices for a person, one sentence each. */
  readonly remarks: readonly string[];
  /** The document of `breakwater status --format json` after the order was recorded; otherwise `null`. */
  readonly status: RolloutStatus | null;
};

/**
 * Gives an order to a rollout, like the command of the same name, with the same refusals. An active runner processes the order
 * within two seconds, and this function waits for it. Without an active runner, this function records the order, and the next
 * run applies it. An order that is given twice has effect once.
 *
 * Deploys nothing: after a `resume` or a `retry`, run the plan again.
 *
 * @returns The result. A refused order and an unreadable record are results, not errors.
 * @throws {@link OptionError} if an option is missing or not valid. Nothing was done.
 */
export async function giveOrder(options: OrderOptions): Promise<OrderSummary> {
  const { rollout, env = {}, givenBy = null } = options;
  const wanted = checkOrder(options);
  const remarks: string[] = [];
  const clock = systemClock;
  const opened = await openStore(locateState(options.state), clock);
  if (opened.kind === 'problem') {
    const { message } = opened;
    return { outcome: 'environment', exitCode: EXIT.environment, rollout, message, remarks, status: null };
  }
  const store = opened.value;
  try {
    const result = await give(wanted, {
      store,
      giver: { clock, env, startedBy: givenBy },
      onNotice: (notice) => remarks.push(describeOrderNotice(notice)),
    });
    const { outcome, exit, message } = describeOrder(result, { state: store.location, now: clock.now() });
    const status =
      result.kind === 'taken-up' && outcome === 'recorded'
        ? copyDocument<RolloutStatus>(describeStatus({ state: result.state, isHeld: result.holder !== null }))
        : null;
    return { outcome, exitCode: exit, rollout, message, remarks, status };
  } finally {
    await store.close();
  }
}

/** Checks and copies the order, so that later changes of the options have no effect. */
function checkOrder(options: OrderOptions): WantedOrder {
  const { rollout, order, allowOverlap = false } = options;
  if (allowOverlap && !resumesPosting(order.kind))
    throw new OptionError('allowOverlap', 'is allowed only with `resume` and `retry`');
  const reason = options.reason === undefined ? null : checkReason(options.reason);
  if (order.kind === 'resume' && reason === null)
    throw new OptionError('reason', 'is required for a `resume`: it is recorded with who gave the order');
  return { rollout, what: checkWhat(order, options), reason, allowOverlap };
}

function checkReason(text: string): string {
  const read = readReason(text);
  switch (read.kind) {
    case 'read':
      return read.reason;
    case 'no-words':
      throw new OptionError('reason', 'contains no words; expected the reason in words');
    case 'too-long':
      throw new OptionError('reason', `is too long; expected at most ${REASON_CHARS_MAX} characters`);
  }
}

const KINDS: readonly string[] = Object.keys({
  pause: true,
  abort: true,
  resume: true,
  retry: true,
  approve: true,
  settle: true,
} satisfies Record<RolloutOrder['kind'], true>);

function checkWhat(order: RolloutOrder, options: OrderOptions): WantedOrder['what'] {
  // A JavaScript program may pass any value.
  if (!KINDS.includes(order.kind))
    throw new OptionError(
      'order.kind',
      `is ${JSON.stringify(order.kind)}; expected one of ${KINDS.join(', ')}`,
    );
  switch (order.kind) {
    case 'pause':
    case 'abort':
    case 'resume':
    case 'retry':
      return { kind: order.kind };
    case 'approve': {
      const { kind, wave } = order;
      if (!/^[0-9a-f]{64}$/.test(order.digest))
        throw new OptionError('order.digest', `is ${order.digest}; expected 64 hex digits`);
      return { kind, wave, digest: order.digest as PlanDigest };
    }
    case 'settle': {
      const { kind, deployment } = order;
      return { kind, deployment, settlement: readSettlement(order, options), openApi: apiOf(options) };
    }
  }
}

type Settle = Extract<RolloutOrder, { readonly kind: 'settle' }>;

function readSettlement({ adopt, notCreated }: Settle, { api }: OrderOptions): Settlement {
  if ((adopt !== undefined) === (notCreated === true))
    throw new OptionError('order', 'needs either `adopt` or `notCreated`: check the Allxon portal first');
  if (adopt === undefined) return { kind: 'not-created' };
  const deploymentId = parseDeploymentId(adopt);
  if (deploymentId === null)
    throw new OptionError('order.adopt', `is "${adopt}", which is not a valid deployment id`);
  if (api === undefined)
    throw new OptionError('api', 'is required: a deployment is checked before it is adopted');
  return { kind: 'adopted', deploymentId };
}

/** Without a key, the API cannot be asked for its time. */
function apiOf({ api, env = {} }: OrderOptions): ApiOpener {
  if (api === undefined)
    return () => Promise.resolve({ kind: 'failed', message: 'no API key was given', exit: EXIT.environment });
  // An invalid key is refused before anything is done, whatever the region of the rollout.
  const given = { ...api };
  checkApi(given, 'us');
  return async (region) => {
    const { api: opened } = await openClient({ ...checkApi(given, region), env, clock: systemClock });
    return { kind: 'open', api: opened };
  };
}
