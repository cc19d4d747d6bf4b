import type { Clock } from '../../src/base/clock.ts';
import { openInProcessApi } from '../../src/rehearsal/trial.ts';
import type { InProcessApi } from '../../src/rehearsal/trial.ts';
import type { Scenario } from '../../src/backend/simulator/scenario.ts';
import { SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import type { SimulatedApiOptions } from '../../src/backend/simulator/simulated-api.ts';

export type SimulatedWorld = InProcessApi;

export function openSimulatedWorld(
  scenario: Partial<Scenario>,
  clock: Clock,
  onCall?: SimulatedApiOptions['onCall'],
  serverClock: Clock = clock,
): SimulatedWorld {
  return openInProcessApi({ ...SCENARIO_DEFAULTS, ...scenario }, clock, {
    ...(onCall === undefined ? {} : { onCall }),
    clock: serverClock,
  });
}
