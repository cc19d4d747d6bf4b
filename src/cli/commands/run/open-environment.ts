/** Opens the environment of a run, from the command line and the settings, and the place of its record. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSimulatedEnvironment, realEnvironment } from '../../../host/environment.ts';
import type { Environment } from '../../../host/environment.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { Settings, StateLocation } from '../../../settings/settings.ts';
import type { Io } from '../../io.ts';
import { openApi } from '../../open-api.ts';
import { loadScenarioOrReport } from '../../read-scenario.ts';
import type { RunFlags } from './run-flags.ts';

export type OpenedEnvironment =
  | { readonly kind: 'open'; readonly environment: Environment; readonly state: StateLocation }
  /** `message` is `null` if everything was printed. */
  | { readonly kind: 'failed'; readonly message: string | null; readonly exit: ExitCode };

export type EnvironmentWanted = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
};

export function openEnvironment(wanted: EnvironmentWanted, io: Io): Promise<OpenedEnvironment> {
  return wanted.flags.simulate === null ? openReal(wanted, io) : openSimulated(wanted, io);
}

async function openReal({ plan, settings }: EnvironmentWanted, io: Io): Promise<OpenedEnvironment> {
  const opened = await openApi({ settings, region: plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return opened;
  return { kind: 'open', environment: realEnvironment(opened, io.clock), state: settings.state };
}

/** Its record is separate from real ones: in a temporary folder unless the user names one. */
async function openSimulated(
  { plan, flags, settings }: EnvironmentWanted,
  io: Io,
): Promise<OpenedEnvironment> {
  const { simulate, speed, state, color } = flags;
  const scenario = loadScenarioOrReport(typeof simulate === 'string' ? simulate : null, io, color);
  if (scenario === null) return { kind: 'failed', message: null, exit: EXIT.refused };
  return {
    kind: 'open',
    environment: await openSimulatedEnvironment(plan, { scenario, speed, clock: io.clock }),
    state:
      state === null
        ? { kind: 'files', directory: mkdtempSync(join(tmpdir(), 'breakwater-simulated-')) }
        : settings.state,
  };
}
