/** Checks the options of a run and applies every default. Nothing is optional after that. */
import type { Credentials } from '../backend/allxon/credentials.ts';
import { findStartBar } from '../run/session/start-bar.ts';
import type { StartBar } from '../run/session/start-bar.ts';
import { SPEED } from '../base/clock.ts';
import { digestPlan } from '../plan/digest.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { PollingBounds } from '../rollout/polling.ts';
import { SETTINGS_DEFAULTS } from '../settings/settings.ts';
import type { StateLocation } from '../settings/settings.ts';
import { DEFAULT_SCENARIO, loadScenario } from '../backend/simulator/load-scenario.ts';
import type { Scenario } from '../backend/simulator/scenario.ts';
import { openAnyFiles, withText } from '../files/files.ts';
import { describeDiagnostics } from '../findings/render-json.ts';
import { checkApi, checkMilliseconds, locateState, resolvePolling } from './check-options.ts';
import { OptionError, ScenarioError } from './errors.ts';
import { originOf } from './known-plans.ts';
import type { Origin } from './known-plans.ts';
import { isRecordTrusted } from '../host/find-record.ts';
import type { Approval, FileText, RealRun, RunOptions, SimulatedRun } from './run-options.ts';

export type CheckedRun = {
  readonly plan: RolloutPlan;
  readonly origin: Origin;
  readonly on: Target;
  readonly state: StateLocation;
  readonly isRecordTrusted: boolean;
  readonly approvals: readonly Approval[];
  readonly maxWaitMs: number | null;
  readonly waitLockMs: number;
  readonly again: boolean;
  readonly allowOverlap: boolean;
  readonly startBar: StartBar | null;
  readonly polling: PollingBounds;
  readonly apiOutageMs: number;
  readonly startedBy: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** What the run deploys to. */
export type Target =
  | { readonly kind: 'api'; readonly origin: string; readonly credentials: Credentials }
  | {
      readonly kind: 'simulator';
      readonly scenario: Scenario;
      /** `null` for the default scenario, and for a scenario that was given as text. */
      readonly scenarioPath: string | null;
      readonly speed: number;
    };

/** Throws an `OptionError` for the first invalid option, and a `ScenarioError` for a scenario with findings. */
export function checkRun(options: RunOptions): CheckedRun {
  const { plan, maxWaitMs = null, waitLockMs = 0, apiOutageMs = SETTINGS_DEFAULTS.apiOutageMs } = options;
  const origin = originOf(plan);
  if (maxWaitMs !== null) checkMilliseconds('maxWaitMs', maxWaitMs, 0);
  checkMilliseconds('waitLockMs', waitLockMs, 0);
  checkMilliseconds('apiOutageMs', apiOutageMs, 1);
  const { approvals = [], again = false, allowOverlap = false, startedBy = null, env = {} } = options;
  const { start = false, continueOnly = false } = options;
  if (continueOnly && (start || again)) {
    throw new OptionError('continueOnly', 'cannot be combined with `start` or `again`: it starts nothing');
  }
  checkApprovals(approvals, plan);
  const state = locateState(options.state);
  return {
    plan,
    origin,
    maxWaitMs,
    waitLockMs,
    apiOutageMs,
    approvals,
    again,
    allowOverlap,
    startedBy,
    env,
    on: options.simulator === undefined ? checkReal(options) : checkSimulated(options),
    state,
    isRecordTrusted: isRecordTrusted(state, { env: options.env ?? process.env }),
    startBar: findStartBar({
      name: plan.name,
      env: options.env ?? process.env,
      folders: [process.cwd(), origin.folder],
      start,
      continueOnly,
      findSettingsAbove: () => null,
      state: { value: state, from: { kind: 'flag', name: 'state' } },
      isSimulated: options.simulator !== undefined,
    }),
    polling: resolvePolling(options.polling),
  };
}

function checkReal({ plan, api, agreedDigest, env }: RealRun): Target {
  const access = checkApi(api, plan.region);
  const digest = digestPlan(plan);
  if (agreedDigest !== digest) {
    throw new OptionError(
      'agreedDigest',
      `is ${agreedDigest}, but the plan's digest is ${digest}. Review what differs, and pass the new digest`,
    );
  }
  if (env === undefined && runsCommands(plan)) {
    throw new OptionError(
      'env',
      'is required: the plan has hooks or gates, which run with this environment. Usually pass process.env',
    );
  }
  return { kind: 'api', ...access };
}

function runsCommands({ hooks, waves }: RolloutPlan): boolean {
  return hooks !== undefined || waves.some(({ gates }) => gates !== undefined);
}

function checkSimulated({ simulator }: SimulatedRun): Target {
  const { scenario: given, speed = SPEED.unlessGiven } = simulator;
  if (!(speed >= SPEED.least && speed <= SPEED.most)) {
    throw new OptionError(
      'simulator.speed',
      `is ${speed}; expected a number from ${SPEED.least} to ${SPEED.most}`,
    );
  }
  return {
    kind: 'simulator',
    scenario: readScenario(given),
    speed,
    scenarioPath: typeof given === 'string' ? given : null,
  };
}

/** By default, 1% of the devices fail and 0.5% are rejected. Throws a `ScenarioError` for a scenario with findings. */
function readScenario(given: string | FileText | undefined): Scenario {
  if (given === undefined) return DEFAULT_SCENARIO;
  const files = openAnyFiles(process.cwd()).readFile;
  const { path, readFile } =
    typeof given === 'string'
      ? { path: given, readFile: files }
      : { path: given.path, readFile: withText(given, files) };
  const { scenario, diagnostics, sources } = loadScenario(path, readFile);
  if (scenario === null) throw new ScenarioError(path, describeDiagnostics(diagnostics, sources));
  return scenario;
}

function checkApprovals(approvals: readonly Approval[], { waves }: RolloutPlan): void {
  for (const { wave } of approvals) {
    if (waves.some(({ name }) => name === wave)) continue;
    throw new OptionError('approvals', `names wave ${JSON.stringify(wave)}, which is not in the plan`);
  }
}
