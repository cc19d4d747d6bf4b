/**
 * What the API says to a settlement before it is given: an id that is to be adopted must exist, and its devices must be this
 * deployment's; and that a deployment was not created is believed only once its signed request can be sent no more.
 */
import type { AllxonApi, DeviceReport } from '../../backend/api.ts';
import type { Clock } from '../../base/clock.ts';
import { count, list, printable } from '../../base/text.ts';
import type { DeploymentId, DeploymentKey, Serial } from '../../plan/identifiers.ts';
import type { Region } from '../../plan/rollout-plan.ts';
import { apply } from '../../rollout/apply.ts';
import { decideOnResuming, mayArriveUntil } from '../../rollout/in-doubt.ts';
import type { Settlement } from '../../rollout/order.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { FoundRollout } from './find-rollout.ts';

/** Opens the API of a region; it is closed where it is used. */
export type ApiOpener = (
  region: Region,
) => Promise<
  | { readonly kind: 'open'; readonly api: AllxonApi }
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode }
>;

/** Of a deployment that is adopted, `unlisted` of `devices` are not listed by the API. */
export type SettlementNotice = {
  readonly kind: 'unlisted';
  readonly unlisted: number;
  readonly devices: number;
};

export type SettlementRefusal =
  | { readonly kind: 'not-adopted'; readonly message: string }
  /** The API could not be asked. */
  | { readonly kind: 'no-api'; readonly message: string; readonly exit: ExitCode };

export type Settling = {
  readonly deployment: DeploymentKey;
  readonly settlement: Settlement;
  readonly openApi: ApiOpener;
};

/** The API's clock and ours may differ by so much, and its times are cut to the second. */
const CLOCK_SLACK_MS = 600_000;

/** As the next one to hold it will find it: what a runner that is gone has announced is in doubt. */
export function seenWithoutRunner({ state, reading }: Pick<FoundRollout, 'state' | 'reading'>): RolloutState {
  if (reading.holder !== null) return state;
  return decideOnResuming(state, reading.gone).reduce(
    (next, event) => apply(next, { seq: next.seq + 1, at: next.updatedAt, ...event }),
    state,
  );
}

/** The API's time, where it decides whether the deployment may be said not to exist; else, or where it is not told, `null`. */
export async function askIfNeeded(
  { deployment: key, settlement, openApi }: Settling,
  state: RolloutState,
  clock: Clock,
): Promise<number | null> {
  const deployment = state.deployments.get(key);
  const isNeeded =
    settlement.kind === 'not-created' &&
    deployment?.call.kind === 'doubted' &&
    mayArriveUntil(deployment, state) !== null;
  return isNeeded ? askApiTime(openApi, state.plan.region, clock) : null;
}

/**
 * What the API's clock shows now, for what must not happen before an end that the API sets. `null` where it cannot be asked:
 * no credentials, no connection, no date in its answer. Makes one call, which changes nothing.
 */
export async function askApiTime(openApi: ApiOpener, region: Region, clock: Clock): Promise<number | null> {
  const opened = await openApi(region);
  if (opened.kind === 'failed') return null;
  try {
    const outcome = await opened.api.readConnections();
    const offsetMs = opened.api.clockOffsetMs();
    return outcome.kind === 'failed' || offsetMs === null ? null : clock.now() + offsetMs;
  } finally {
    await opened.api.close();
  }
}

/** `null` where nothing speaks against it. */
export async function checkAdopted(
  { deployment: key, settlement, openApi }: Settling,
  state: RolloutState,
  { onNotice }: { readonly onNotice: (notice: SettlementNotice) => void },
): Promise<SettlementRefusal | null> {
  const deployment = state.deployments.get(key);
  if (settlement.kind !== 'adopted' || deployment === undefined) return null;
  if (state.simulated) return refuse('the simulator of this rollout has ended: settle with --not-created');
  const opened = await openApi(state.plan.region);
  if (opened.kind === 'failed') return { ...opened, kind: 'no-api' };
  try {
    const { deploymentId } = settlement;
    const outcome = await opened.api.readDeployment(deploymentId);
    if (outcome.kind === 'failed') {
      const { failure } = outcome;
      return failure.kind === 'not-found'
        ? refuse(`the API knows no deployment ${deploymentId}: ${printable(failure.message)}`)
        : unknown(printable(failure.message));
    }
    const objection = findObjection(deploymentId, deployment, outcome.value);
    if (objection !== null) return refuse(objection);
    if (outcome.partial !== undefined) {
      return unknown(
        `the API's list of deployment ${deploymentId} is incomplete, so Breakwater cannot check whether it is ${key}: ${printable(outcome.partial)}`,
      );
    }
    const devices = deployment.devices.length;
    const unlisted = devices - countListed(outcome.value);
    if (unlisted > 0) onNotice({ kind: 'unlisted', unlisted, devices });
    return null;
  } finally {
    await opened.api.close();
  }
}

function refuse(message: string): SettlementRefusal {
  return { kind: 'not-adopted', message };
}

function unknown(message: string): SettlementRefusal {
  return { kind: 'no-api', message, exit: EXIT.environment };
}

/** Why the deployment that the API tells of cannot be the one in doubt, or `null`. */
function findObjection(
  id: DeploymentId,
  { key, devices, index, intendedAt }: DeploymentState,
  reports: readonly DeviceReport[],
): string | null {
  if (reports.length === 0) {
    return `deployment ${id} lists no device, so Breakwater cannot check whether it is ${key}: retry in a minute`;
  }
  const foreign = reports.map(({ serial }) => serial).filter((serial) => !index.has(serial as Serial));
  if (foreign.length > 0) {
    return `deployment ${id} is not ${key}: it has ${count(foreign.length, 'device')} that are not in ${key} (${list(foreign.map(printable), 3)}); ${key} has ${list(devices, 3)}`;
  }
  const earlier = reports.filter(
    ({ updatedAt }) => updatedAt !== null && updatedAt < intendedAt - CLOCK_SLACK_MS,
  );
  return earlier.length === 0
    ? null
    : `deployment ${id} is not ${key}: ${count(earlier.length, 'device')} of it had a status before ${key} was sent (${list(
        earlier.map(({ serial }) => printable(serial)),
        3,
      )})`;
}

function countListed(reports: readonly DeviceReport[]): number {
  return new Set(reports.map(({ serial }) => serial)).size;
}
