/** An order to a rollout, given by a program: by the service that the command line gives its orders by. */
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

/** What a rollout is told; each is the command of the same name. */
export type RolloutOrder =
  | { readonly kind: 'pause' | 'abort' | 'resume' | 'retry' }
  | {
      readonly kind: 'approve';
      /** The wave's name. */
      readonly wave: string;
      /** Of the plan that is approved, as `loadPlan` or a status gives it: the approval of another plan is refused. */
      readonly digest: string;
    }
  /** What became of a deployment in doubt: it exists under the id that the portal shows, or it was not created. */
  | {
      readonly kind: 'settle';
      /** Its key, such as `canary/1`. */
      readonly deployment: string;
      readonly adopt: string;
      readonly notCreated?: never;
    }
  | {
      readonly kind: 'settle';
      readonly deployment: string;
      /** Refused while its signed request may still be sent: by the API's clock, or without `api` an hour later. */
      readonly notCreated: true;
      readonly adopt?: never;
    };

export type OrderOptions = {
  /** The rollout's name. */
  readonly rollout: string;
  /** Where it is on record, as `state` of `runRollout`. */
  readonly state: string;
  readonly order: RolloutOrder;
  /** Why, in words, for the record. A `resume` needs it. */
  readonly reason?: string;
  /**
   * Of `resume` and `retry`: whether a finished rollout may continue although another unfinished rollout shares devices with
   * it, or an earlier one has left them open; `false` unless given.
   */
  readonly allowOverlap?: boolean;
  /** The API, for `settle`: what is adopted is looked at first. */
  readonly api?: ApiAccess;
  /** Who gives it, for the record; unless given, the CI run that `env` tells of, or the name of the process's user. */
  readonly givenBy?: string;
  /** The environment: where proxies are named, and a CI run is told of. Usually `process.env`; empty unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** What became of an order. */
export type OrderSummary = {
  readonly outcome: OrderOutcome;
  /** The code that the command would have ended with. */
  readonly exitCode: number;
  /** The rollout's name, as it was given. */
  readonly rollout: string;
  /** What happened, in a line or several, for a person. */
  readonly message: string;
  /** What else is worth knowing, a sentence each, for a person. */
  readonly remarks: readonly string[];
  /** The document of `breakwater status --format json` once the order was on record; else `null`. */
  readonly status: RolloutStatus | null;
};

/**
 * Gives an order to a rollout, whether a runner is at work on it or not: as the command of the same name does, with the
 * same refusals. A runner takes it up within a second or two, and is waited for; without one it is put on record here, and
 * the next run goes by it. Given twice, it is done once.
 *
 * Posts nothing: after a `resume` or a `retry`, run the plan again.
 *
 * @returns What became of it. That it is refused, or that the record cannot be read, is an outcome.
 * @throws {@link OptionError} for an option that is missing or cannot be what it is. Nothing was done.
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

/** The order, checked; from here on nothing that the caller does to the options reaches it. */
function checkOrder(options: OrderOptions): WantedOrder {
  const { rollout, order, allowOverlap = false } = options;
  if (allowOverlap && !resumesPosting(order.kind))
    throw new OptionError('allowOverlap', 'goes with `resume` and `retry`');
  const reason = options.reason === undefined ? null : checkReason(options.reason);
  if (order.kind === 'resume' && reason === null)
    throw new OptionError('reason', 'is needed for a `resume`: it goes on record with who gave it');
  return { rollout, what: checkWhat(order, options), reason, allowOverlap };
}

function checkReason(text: string): string {
  const read = readReason(text);
  switch (read.kind) {
    case 'read':
      return read.reason;
    case 'no-words':
      throw new OptionError('reason', 'does not say why, in words');
    case 'too-long':
      throw new OptionError('reason', `has more than ${REASON_CHARS_MAX} characters`);
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
  // A program in JavaScript may say anything.
  if (!KINDS.includes(order.kind))
    throw new OptionError(
      'order.kind',
      `is ${JSON.stringify(order.kind)}; one of ${KINDS.join(', ')} is expected`,
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
        throw new OptionError('order.digest', `is ${order.digest}; a plan's digest has 64 hex digits`);
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
    throw new OptionError('order', 'says either `adopt` or `notCreated`: see in the Allxon portal which');
  if (adopt === undefined) return { kind: 'not-created' };
  const deploymentId = parseDeploymentId(adopt);
  if (deploymentId === null)
    throw new OptionError('order.adopt', `is "${adopt}", which cannot be a deployment's id`);
  if (api === undefined)
    throw new OptionError('api', 'is needed: a deployment is looked at before it is adopted');
  return { kind: 'adopted', deploymentId };
}

/** Without a key, its clock cannot be asked. */
function apiOf({ api, env = {} }: OrderOptions): ApiOpener {
  if (api === undefined)
    return () => Promise.resolve({ kind: 'failed', message: 'there is no API key', exit: EXIT.environment });
  // Whatever region the rollout is of, a key that cannot be one is refused before anything is done.
  const given = { ...api };
  checkApi(given, 'us');
  return async (region) => {
    const { api: opened } = await openClient({ ...checkApi(given, region), env, clock: systemClock });
    return { kind: 'open', api: opened };
  };
}
