/** Words for where something stands, each with a sign of its own: colour is never the only one. */
import { STANDINGS } from '../../rollout/bucket.ts';
import type { Standing } from '../../rollout/bucket.ts';
import type { WaveState } from '../../rollout/state.ts';
import { markup } from './markup.ts';
import type { Html } from './markup.ts';

/** How much attention something asks for. */
export type Tone = 'good' | 'bad' | 'attention';

export function drawSign(name: string): Html {
  return markup`<svg class="sign sign-${name}" aria-hidden="true"><use href="#sign-${name}" /></svg>`;
}

export function outcomeBadge(standing: Standing): Html {
  return markup`<span class="outcome outcome-${standing}">${drawSign(standing)}${standing}</span>`;
}

export function waveBadge({ phase }: WaveState): Html {
  const signs: Readonly<Record<WaveState['phase'], Standing>> = {
    waiting: 'waiting',
    running: 'processing',
    soaking: 'processing',
    soaked: 'processing',
    passed: 'success',
    halted: 'failed',
  };
  const sign = signs[phase];
  return markup`<span class="outcome outcome-${sign}">${drawSign(phase === 'halted' ? 'halt' : sign)}${phase}</span>`;
}

/** The number by which the page's data calls it. */
export function numberOf(standing: Standing): number {
  return STANDINGS.indexOf(standing);
}
