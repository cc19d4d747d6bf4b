/** What a run acts upon: the real API with the user's credentials, or a simulator of its own on a clock of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AllxonApi } from '../../../allxon/api.ts';
import { hostOf } from '../../../allxon/base-url.ts';
import { openAllxonClient } from '../../../allxon/client.ts';
import { readCredentials } from '../../../allxon/credentials.ts';
import type { ReadCredentials } from '../../../allxon/credentials.ts';
import { openUndiciTransport, TRANSPORT_DEFAULTS } from '../../../allxon/undici-transport.ts';
import { scaledClock } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import type { Settings } from '../../../settings/settings.ts';
import { openSimulator } from '../../../simulator/open-simulator.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { readScenarioAloud } from '../../read-scenario.ts';
import { VERSION } from '../../version.ts';
import type { RunFlags } from './run-flags.ts';

export type World =
  | {
      readonly kind: 'open';
      readonly api: AllxonApi;
      readonly clock: Clock;
      /** An absolute path. */
      readonly stateDirectory: string;
      readonly close: () => Promise<void>;
    }
  /** `message` is empty where everything has been said. */
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

export type WorldWanted = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
};

export function openWorld(wanted: WorldWanted, io: Io): Promise<World> {
  return wanted.flags.simulate === null ? openReal(wanted, io) : openSimulated(wanted, io);
}

async function openReal({ plan, settings }: WorldWanted, io: Io): Promise<World> {
  const read = readCredentials(io.env);
  if (read.kind !== 'read')
    return { kind: 'failed', message: describeCredentials(read), exit: EXIT.environment };
  const api = openAllxonClient({
    origin: settings.apiUrl ?? hostOf(plan.region),
    credentials: read.credentials,
    transport: await openUndiciTransport({ ...TRANSPORT_DEFAULTS, env: io.env }),
    clock: io.clock,
    version: VERSION,
  });
  return { kind: 'open', api, clock: io.clock, stateDirectory: settings.stateDirectory, close: api.close };
}

/**
 * The simulator, the client and the run share one fast clock, so that minutes pass in seconds and nobody notices. Its
 * record is kept apart from real ones, in a folder of its own unless the user names one.
 */
async function openSimulated({ flags }: WorldWanted, io: Io): Promise<World> {
  const scenario = readScenarioAloud(
    typeof flags.simulate === 'string' ? flags.simulate : null,
    io,
    flags.color,
  );
  if (scenario === null) return { kind: 'failed', message: '', exit: EXIT.wrong };
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
    clock,
    stateDirectory:
      flags.state === null
        ? mkdtempSync(join(tmpdir(), 'breakwater-simulated-'))
        : resolve(io.cwd, flags.state),
    async close() {
      await api.close();
      await simulator.close();
    },
  };
}

function describeCredentials(read: Exclude<ReadCredentials, { readonly kind: 'read' }>): string {
  const names = read.names.join(' and ');
  const verb = read.names.length === 1 ? 'is' : 'are';
  return read.kind === 'missing'
    ? `breakwater: ${names} ${verb} not set. The API key comes from the environment: make one in the vendor's portal, and set both variables. To try the plan without it: --simulate\n`
    : `breakwater: ${names} cannot be right: white space, quotes or control characters ${verb === 'is' ? 'stand in it' : 'stand in them'}. Look for a line feed at the end.\n`;
}
