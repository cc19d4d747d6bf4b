/** Words for where something stands, each with a sign of its own: colour is never the only one. */
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import type { WaveState } from '../../rollout/state.ts';
import { WAVE_PHASES } from '../tables/wave-phases.ts';
import { markup } from './markup.ts';
import type { Html } from './markup.ts';

export function drawSign(name: string): Html {
  return markup`<svg class="sign sign-${name}" aria-hidden="true"><use href="#sign-${name}" /></svg>`;
}

export function outcomeBadge(standing: DeviceStatus): Html {
  return markup`<span class="outcome outcome-${standing}">${drawSign(standing)}${standing}</span>`;
}

export function waveBadge({ phase }: WaveState): Html {
  const { standing, sign } = WAVE_PHASES[phase];
  return markup`<span class="outcome outcome-${standing}">${drawSign(sign)}${phase}</span>`;
}

/** The number by which the page's data calls it. */
export function numberOf(standing: DeviceStatus): number {
  return DEVICE_STATUSES.indexOf(standing);
}
