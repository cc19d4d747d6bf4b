/** What a run acts upon, as the command line and the settings say, and where that is kept on record. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSimulatedWorld, realWorld } from '../../../host/environment.ts';
import type { World } from '../../../host/environment.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { Settings, StateLocation } from '../../../settings/settings.ts';
import type { Io } from '../../io.ts';
import { openApi } from '../../open-api.ts';
import { readScenarioAloud } from '../../read-scenario.ts';
import type { RunFlags } from './run-flags.ts';

export type OpenedWorld =
  | { readonly kind: 'open'; readonly world: World; readonly state: StateLocation }
  /** `message` is `null` where everything has been said. */
  | { readonly kind: 'failed'; readonly message: string | null; readonly exit: ExitCode };

export type WorldWanted = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
};

export function openWorld(wanted: WorldWanted, io: Io): Promise<OpenedWorld> {
  return wanted.flags.simulate === null ? openReal(wanted, io) : openSimulated(wanted, io);
}

async function openReal({ plan, settings }: WorldWanted, io: Io): Promise<OpenedWorld> {
  const opened = await openApi({ settings, region: plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return opened;
  return { kind: 'open', world: realWorld(opened, io.clock), state: settings.state };
}

/** Its record is kept apart from real ones, in a folder of its own unless the user names one. */
async function openSimulated({ plan, flags, settings }: WorldWanted, io: Io): Promise<OpenedWorld> {
  const { simulate, speed, state, color } = flags;
  const scenario = readScenarioAloud(typeof simulate === 'string' ? simulate : null, io, color);
  if (scenario === null) return { kind: 'failed', message: null, exit: EXIT.refused };
  return {
    kind: 'open',
    world: await openSimulatedWorld(plan, { scenario, speed, clock: io.clock }),
    state:
      state === null
        ? { kind: 'files', directory: mkdtempSync(join(tmpdir(), 'breakwater-simulated-')) }
        : settings.state,
  };
}
