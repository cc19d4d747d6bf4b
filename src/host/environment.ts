/** The environment of a run: the real API, or a private simulator with its own clock. */
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
  /** Key of the shared rate budget; `null` if it is not shared. */
  readonly budgetKey: string | null;
  /** Masks the API secret in text. */
  readonly mask: Mask;
  readonly clock: Clock;
  readonly isSimulated: boolean;
  /** Runs work that takes real time: a simulated clock stops during it. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

export function realEnvironment({ api, budgetKey, mask }: OpenedClient, clock: Clock): Environment {
  return { api, budgetKey, mask, clock, isSimulated: false, hold: (work) => work(), close: api.close };
}

export type Simulation = {
  readonly scenario: Scenario;
  /** Simulated time runs this many times as fast as `clock`. */
  readonly speed: number;
  readonly clock: Clock;
};

/**
 * The simulator, the client and the run share one fast clock, so that minutes pass in seconds. It stops during a call and
 * while an event is recorded. Otherwise signatures would expire.
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
