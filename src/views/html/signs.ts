/** The page's signs, drawn once and used by name: each outcome has its own shape as well as its colour. */
import { Html, markup } from '../../base/markup.ts';
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import type { WaveState } from '../../rollout/state.ts';
import { WAVE_PHASES } from '../tables/situation-table.ts';

/**
 * What a sign needs to be seen as it is where the page's style is refused, as Jenkins does: the attributes give way to any
 * style.
 */
const STROKE = 'class="stroke" fill="none" stroke="currentColor"';

/** On a field of 12 by 12. */
const SHAPES: Readonly<Record<string, string>> = {
  success: `<path ${STROKE} d="M2 6.5 5 9.5 10 3"/>`,
  failed: `<path ${STROKE} d="M2.5 2.5l7 7M9.5 2.5l-7 7"/>`,
  rejected: `<circle ${STROKE} cx="6" cy="6" r="4.6"/><path ${STROKE} d="M3 9l6-6"/>`,
  'timed-out': `<circle ${STROKE} cx="6" cy="6" r="4.6"/><path ${STROKE} d="M6 3.2V6l2 1.4"/>`,
  unknown: `<path ${STROKE} d="M3.6 4.2a2.4 2.4 0 1 1 3.6 2.1C6.3 6.8 6 7.2 6 8"/><circle cx="6" cy="10.4" r=".9"/>`,
  inconclusive: `<path ${STROKE} d="M2 4.5h8M2 7.5h8M8.5 2l-5 8"/>`,
  accepted: `<circle ${STROKE} cx="6" cy="6" r="4.6"/><circle cx="6" cy="6" r="1.8"/>`,
  processing: `<circle ${STROKE} cx="6" cy="6" r="4.6"/><path d="M6 1.4a4.6 4.6 0 0 1 0 9.2z"/>`,
  waiting: `<circle ${STROKE} cx="6" cy="6" r="4.6" stroke-dasharray="2 1.6"/>`,
  halt: '<path d="M3.8.6h4.4l3.2 3.2v4.4l-3.2 3.2H3.8L.6 8.2V3.8z"/><path class="hole" fill="white" d="M3.4 5.2h5.2v1.6H3.4z"/>',
  more: `<path ${STROKE} d="M4 2l4 4-4 4"/>`,
  sort: '<path class="up" d="M6 1l3 4H3z"/><path class="down" d="M6 11l3-4H3z"/>',
};

const HATCHES: Readonly<Record<string, string>> = {
  'hatch-failed':
    '<rect class="failed-ground" width="6" height="6"/><path class="hatch-line" d="M0 6 6 0M-1 1l2-2M5 7l2-2"/>',
  'hatch-pause': '<path class="pause-line" d="M0 6 6 0M-1 1l2-2M5 7l2-2"/>',
  'hatch-cut': '<path class="cut-line" d="M0 0 6 6M-1 5l2 2M5-1l2 2"/>',
};

/** Once in the page, shown nowhere. */
export function renderSigns(): Html {
  const signs = Object.entries(SHAPES).map(
    ([name, shape]) => `<symbol id="sign-${name}" viewBox="0 0 12 12">${shape}</symbol>`,
  );
  const hatches = Object.entries(HATCHES).map(
    ([name, shape]) =>
      `<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse">${shape}</pattern>`,
  );
  return new Html(
    `<svg class="signs" width="0" height="0" aria-hidden="true">${signs.join('')}<defs>${hatches.join('')}</defs></svg>`,
  );
}

export function drawSign(name: string): Html {
  return markup`<svg class="sign sign-${name}" width="12" height="12" aria-hidden="true"><use href="#sign-${name}" /></svg>`;
}

export function outcomeBadge(deviceStatus: DeviceStatus): Html {
  return markup`<span class="outcome outcome-${deviceStatus}">${drawSign(deviceStatus)}${deviceStatus}</span>`;
}

export function waveBadge({ phase }: WaveState): Html {
  const { deviceStatus, sign } = WAVE_PHASES[phase];
  return markup`<span class="outcome outcome-${deviceStatus}">${drawSign(sign)}${phase}</span>`;
}

/** The number by which the page's data calls it. */
export function numberOf(deviceStatus: DeviceStatus): number {
  return DEVICE_STATUSES.indexOf(deviceStatus);
}
