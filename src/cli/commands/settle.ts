/**
 * `breakwater settle`: an operator's word on a deployment whose answer was lost. An id that is to be adopted is looked
 * at first: it must exist, and its devices must be this deployment's.
 */
import { count, list, printable, renderNumber } from '../../base/text.ts';
import type { DeviceReport } from '../../backend/api.ts';
import { parseDeploymentId } from '../../plan/identifiers.ts';
import type { DeploymentId, Serial } from '../../plan/identifiers.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { decideOnResuming, mayArriveUntil } from '../../rollout/in-doubt.ts';
import { apply } from '../../rollout/apply.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import type { Order, Settlement } from '../../rollout/order.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import type { Settings } from '../../settings/settings.ts';
import { findRollout } from '../find-rollout.ts';
import type { FoundRollout } from '../find-rollout.ts';
import { signOrder } from '../../run/session/sign-order.ts';
import { giveOrder } from '../give-order.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { askApiTime } from '../ask-api-time.ts';
import { openApi } from '../open-api.ts';
import { printGiven } from '../print-given.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type SettleFlags = StoreFlags & {
  readonly name: string;
  readonly deployment: string;
  /** `null` together with `notCreated`. */
  readonly adopt: string | null;
  readonly notCreated: boolean;
  readonly reason: string | null;
};

/** The API's clock and ours may differ by so much, and its times are cut to the second. */
const CLOCK_SLACK_MS = 600_000;

export function runSettle(flags: SettleFlags, io: Io): Promise<ExitCode> {
  const settlement = readSettlement(flags);
  if (typeof settlement === 'string') return Promise.resolve(fail(io, EXIT.refused, settlement));
  return withStore({ ...flags, callsApi: true }, io, async (store, settings) => {
    const found = await findRollout(flags.name, store, io);
    if (typeof found === 'number') return found;
    const { name } = found;
    const state = seenWithoutRunner(found);
    const apiTime = await askIfNeeded(settlement, { state, key: flags.deployment, settings }, io);
    const order: Order = {
      ...signOrder(flags.reason, io),
      kind: 'settle',
      deployment: flags.deployment,
      settlement,
      ...(apiTime === null ? {} : { apiTime }),
    };
    const obedience = decideOrder(state, order);
    if (obedience.kind === 'already') return fail(io, EXIT.completed, `${name}: ${obedience.message}`);
    if (obedience.kind === 'refuse') return fail(io, EXIT.refused, `${name}: ${obedience.message}`);
    const refusal = await checkAdopted(settlement, { state, key: flags.deployment, settings }, io);
    if (refusal !== null) return refusal;
    const where = flags.state === null ? null : store.location;
    return printGiven(await giveOrder(name, order, { store, io }), { name, state: where }, io);
  });
}

function readSettlement({ adopt, notCreated }: SettleFlags): Settlement | string {
  if ((adopt !== null) === notCreated) {
    return 'say either --adopt ID, if the deployment exists, or --not-created, if it does not; see in the Allxon portal which';
  }
  if (adopt === null) return { kind: 'not-created' };
  const deploymentId = parseDeploymentId(adopt);
  return deploymentId === null
    ? `"${printable(adopt)}" cannot be a deployment's id: copy it from the Allxon portal`
    : { kind: 'adopted', deploymentId };
}

/** As the next one to hold it will find it: what a runner that is gone has announced is in doubt. */
function seenWithoutRunner({ state, reading }: FoundRollout): RolloutState {
  if (reading.holder !== null) return state;
  return decideOnResuming(state, reading.gone).reduce(
    (next, event) => apply(next, { seq: next.seq + 1, at: next.updatedAt, ...event }),
    state,
  );
}

/** The API's time, where it decides whether the deployment may be said not to exist; `null` where it does not, or is not told. */
async function askIfNeeded(
  settlement: Settlement,
  { state, key, settings }: Checking,
  io: Io,
): Promise<number | null> {
  const deployment = state.deployments.get(key);
  const isNeeded =
    settlement.kind === 'not-created' &&
    deployment?.call.kind === 'doubted' &&
    mayArriveUntil(deployment, state) !== null;
  return isNeeded ? askApiTime({ settings, region: state.plan.region }, io) : null;
}

type Checking = { readonly state: RolloutState; readonly key: string; readonly settings: Settings };

/** `null` where nothing speaks against it. */
async function checkAdopted(
  settlement: Settlement,
  { state, key, settings }: Checking,
  io: Io,
): Promise<ExitCode | null> {
  const deployment = state.deployments.get(key);
  if (settlement.kind !== 'adopted' || deployment === undefined) return null;
  if (state.simulated) {
    return fail(
      io,
      EXIT.refused,
      'a simulated rollout has no API left to ask: only --not-created settles it',
    );
  }
  const opened = await openApi({ settings, region: state.plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return fail(io, opened.exit, opened.message);
  try {
    const { deploymentId } = settlement;
    const outcome = await opened.api.readDeployment(deploymentId);
    if (outcome.kind === 'failed') {
      const { failure } = outcome;
      return failure.kind === 'not-found'
        ? fail(io, EXIT.refused, `the API knows no deployment ${deploymentId}: ${printable(failure.message)}`)
        : fail(io, EXIT.environment, printable(failure.message));
    }
    const objection = findObjection(deploymentId, deployment, outcome.value);
    if (objection !== null) return fail(io, EXIT.refused, objection);
    if (outcome.partial !== undefined) {
      return fail(
        io,
        EXIT.environment,
        `the API's list of deployment ${deploymentId} is not whole, so it cannot be told whether it is ${key}: ${printable(outcome.partial)}`,
      );
    }
    const unlisted = deployment.devices.length - countListed(outcome.value);
    if (unlisted > 0) {
      io.stderr.write(
        `${renderNumber(unlisted)} of its ${count(deployment.devices.length, 'device')} ${unlisted === 1 ? 'is' : 'are'} not listed by the API: rejected, or not yet begun. Those that stay so count as unknown when the wave's timeout is over.\n`,
      );
    }
    return null;
  } finally {
    await opened.api.close();
  }
}

/** Why the deployment that the API tells of cannot be the one in doubt, or `null`. */
function findObjection(
  id: DeploymentId,
  { key, devices, index, intendedAt }: DeploymentState,
  reports: readonly DeviceReport[],
): string | null {
  if (reports.length === 0) {
    return `deployment ${id} lists no device, so it cannot be told whether it is ${key}: look again in a minute`;
  }
  const foreign = reports.map(({ serial }) => serial).filter((serial) => !index.has(serial as Serial));
  if (foreign.length > 0) {
    return `deployment ${id} is not ${key}: it holds ${count(foreign.length, 'device')} that ${key} did not send (${list(foreign.map(printable), 3)}); ${key} has ${list(devices, 3)}`;
  }
  const earlier = reports.filter(
    ({ updatedAt }) => updatedAt !== null && updatedAt < intendedAt - CLOCK_SLACK_MS,
  );
  return earlier.length === 0
    ? null
    : `deployment ${id} is not ${key}: ${count(earlier.length, 'device')} of it had a status before ${key} was posted (${list(
        earlier.map(({ serial }) => printable(serial)),
        3,
      )})`;
}

function countListed(reports: readonly DeviceReport[]): number {
  return new Set(reports.map(({ serial }) => serial)).size;
}
