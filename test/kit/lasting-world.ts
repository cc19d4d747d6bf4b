import type { AllxonApi } from '../../src/backend/api.ts';
import type { Clock } from '../../src/base/clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import type { Scenario } from '../../src/backend/simulator/scenario.ts';
import type { SimulatedApi, SimulatedApiOptions } from '../../src/backend/simulator/simulated-api.ts';
import { openSimulatedWorld } from './simulated.ts';
import { STARTED_AT } from './rollouts.ts';

/** A simulated account that outlives runners: each run brings its own clock, and the account goes by the latest one. */
export type LastingWorld = {
  readonly simulator: SimulatedApi;
  /** To be given to a run; a new client for each. */
  readonly api: (clock: Clock) => AllxonApi;
};

export function openLastingWorld(
  scenario: Partial<Scenario>,
  onCall?: SimulatedApiOptions['onCall'],
): LastingWorld {
  let current: Clock = new VirtualClock(STARTED_AT);
  const clock: Clock = {
    now: () => current.now(),
    sleepUntil: (at, signal) => current.sleepUntil(at, signal),
  };
  const world = openSimulatedWorld(scenario, clock, onCall);
  return {
    simulator: world.simulator,
    api(next) {
      current = next;
      return world.connect();
    },
  };
}
