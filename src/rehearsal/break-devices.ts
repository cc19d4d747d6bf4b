/** A scenario in which an artifact breaks devices. */
import type { Serial } from '../plan/identifiers.ts';
import type { Breakage } from '../rollout/odds.ts';
import { randomOf } from '../backend/simulator/draw.ts';
import { WHOLE_SHARE } from '../backend/simulator/scenario.ts';
import type { Override, Scenario } from '../backend/simulator/scenario.ts';

/** Which devices it breaks is drawn by the scenario's seed, and laid over all that the scenario says of them. */
export function breakDevices(scenario: Scenario, breakage: Breakage, devices: readonly Serial[]): Scenario {
  return { ...scenario, overrides: [...scenario.overrides, overrideFor(scenario, breakage, devices)] };
}

function overrideFor({ seed }: Scenario, breakage: Breakage, devices: readonly Serial[]): Override {
  const whole = { deployments: null, behaviour: { shares: { failed: WHOLE_SHARE } } } as const;
  return breakage.kind === 'share'
    ? { ...whole, serials: null, share: breakage.partsPerMillion }
    : { ...whole, serials: drawSerials(seed, devices, breakage.devices), share: WHOLE_SHARE };
}

/** So many of them, each as likely as any other (Fisher and Yates, as far as needed). */
function drawSerials(seed: number, devices: readonly Serial[], wanted: number): readonly Serial[] {
  const random = randomOf(seed, 'broken');
  const left = [...devices];
  const drawn: Serial[] = [];
  while (drawn.length < wanted && left.length > 0) {
    const at = Math.floor(random() * left.length);
    const last = left.pop();
    const serial = at === left.length ? last : left[at];
    if (at < left.length && last !== undefined) left[at] = last;
    if (serial !== undefined) drawn.push(serial);
  }
  return drawn;
}
