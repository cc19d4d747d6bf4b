/** The fleet that `run --simulate` makes when no scenario is given: healthy, with the odd failure and a slow tail. */
import { SCENARIO_DEFAULTS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** Most devices take one to six minutes; 1 % fail, 0.5 % are rejected. */
export const DEFAULT_SCENARIO: Scenario = {
  ...SCENARIO_DEFAULTS,
  answerShape: 'objects',
  devices: { ...SCENARIO_DEFAULTS.devices, shares: { failed: 10_000, rejected: 5_000 } },
};
