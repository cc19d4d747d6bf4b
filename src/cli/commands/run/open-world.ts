/** What a run acts upon: the real API with the user's credentials, or a simulator of its own on a clock of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllxonApi } from '../../../allxon/api.ts';
import { openAllxonClient } from '../../../allxon/client.ts';
import { openUndiciTransport, TRANSPORT_DEFAULTS } from '../../../allxon/undici-transport.ts';
import { scaledClock } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import type { Settings, StateLocation } from '../../../settings/settings.ts';
import { withAccount } from '../../../simulator/scenario.ts';
import { openSimulator } from '../../../simulator/open-simulator.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { openApi } from '../../open-api.ts';
import { readScenarioAloud } from '../../read-scenario.ts';
import { VERSION } from '../../version.ts';
import type { RunFlags } from './run-flags.ts';

export type World =
  | {
      readonly kind: 'open';
      readonly api: AllxonApi;
      /** Whose rate budget is drawn on; `null` for one that nobody shares. */
      readonly budgetKey: string | null;
      readonly clock: Clock;
      readonly state: StateLocation;
      readonly close: () => Promise<void>;
    }
  /** `message` is `null` where everything has been said. */
  | { readonly kind: 'failed'; readonly message: string | null; readonly exit: ExitCode };

export type WorldWanted = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
};

export function openWorld(wanted: WorldWanted, io: Io): Promise<World> {
  return wanted.flags.simulate === null ? openReal(wanted, io) : openSimulated(wanted, io);
}

async function openReal({ plan, settings }: WorldWanted, io: Io): Promise<World> {
  const opened = await openApi({ settings, region: plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return { ...opened, exit: EXIT.environment };
  const { api, budgetKey } = opened;
  return { kind: 'open', api, budgetKey, clock: io.clock, state: settings.state, close: api.close };
}

/**
 * The simulator, the client and the run share one fast clock, so that minutes pass in seconds and nobody notices. Its
 * record is kept apart from real ones, in a folder of its own unless the user names one.
 */
async function openSimulated({ plan, flags, settings }: WorldWanted, io: Io): Promise<World> {
  const written = readScenarioAloud(
    typeof flags.simulate === 'string' ? flags.simulate : null,
    io,
    flags.color,
  );
  if (written === null) return { kind: 'failed', message: null, exit: EXIT.wrong };
  const scenario = withAccount(
    written,
    plan.waves.flatMap(({ devices }) => devices),
  );
  const clock = scaledClock(io.clock, flags.speed);
  const credentials = { keyId: 'simulated', secret: randomBytes(24).toString('base64') };
  const simulator = await openSimulator({ scenario, credentials, clock });
  const api = openAllxonClient({
    origin: simulator.url,
    credentials,
    transport: await openUndiciTransport({ ...TRANSPORT_DEFAULTS, env: {} }),
    clock,
    version: VERSION,
  });
  return {
    kind: 'open',
    api,
    budgetKey: null,
    clock,
    state:
      flags.state === null
        ? { kind: 'files', directory: mkdtempSync(join(tmpdir(), 'breakwater-simulated-')) }
        : settings.state,
    async close() {
      await api.close();
      await simulator.close();
    },
  };
}
