/** What a run acts upon: the real API, or a simulator of its own on a clock of its own. */
import { randomBytes } from 'node:crypto';
import type { AllxonApi } from '../backend/api.ts';
import type { Mask } from '../backend/allxon/mask.ts';
import { scaledClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { withAccount } from '../backend/simulator/scenario.ts';
import type { Scenario } from '../backend/simulator/scenario.ts';
import { openSimulator } from '../backend/simulator/server.ts';
import { openClient } from './open-client.ts';
import type { OpenedClient } from './open-client.ts';

export type Environment = {
  readonly api: AllxonApi;
  /** Whose rate budget is drawn on; `null` for one that nobody shares. */
  readonly budgetKey: string | null;
  /** Hides the secret that the API is called with. */
  readonly mask: Mask;
  readonly clock: Clock;
  readonly isSimulated: boolean;
  /** Does what takes real time and none of `clock`'s: a simulated clock stands still meanwhile. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

export function realEnvironment({ api, budgetKey, mask }: OpenedClient, clock: Clock): Environment {
  return { api, budgetKey, mask, clock, isSimulated: false, hold: (work) => work(), close: api.close };
}

export type Simulation = {
  readonly scenario: Scenario;
  /** How many times as fast as `clock` time passes in it. */
  readonly speed: number;
  readonly clock: Clock;
};

/**
 * The simulator, the client and the run share one fast clock, so that minutes pass in seconds and nobody notices. It stands
 * still while a call is under way or an event is put on record: or it would outrun the signatures that are made by it.
 */
export async function openSimulatedEnvironment(
  { waves }: RolloutPlan,
  { scenario: written, speed, clock: base }: Simulation,
): Promise<Environment> {
  const scenario = withAccount(
    written,
    waves.flatMap(({ devices }) => devices),
  );
  const clock = scaledClock(base, speed);
  const credentials = { keyId: 'simulated', secret: randomBytes(24).toString('base64') };
  const simulator = await openSimulator({ scenario, credentials, clock: clock.within });
  const { api, mask } = await openClient({
    origin: simulator.url,
    credentials,
    env: {},
    clock,
    hold: clock.hold,
  });
  return {
    api,
    budgetKey: null,
    mask,
    clock,
    isSimulated: true,
    hold: clock.hold,
    async close() {
      await api.close();
      await simulator.close();
    },
  };
}
