/** How every output shows the phase of a wave, a line a phase. */
import type { DeviceStatus } from '../../rollout/device-status.ts';
import type { WaveState } from '../../rollout/state.ts';
import type { ColourName } from './tones.ts';

/** What the live view draws in front of a wave. */
export type LiveMark = 'passed' | 'halted' | 'running';

type PhaseFacts = {
  /** For a cell of a table. */
  readonly word: string;
  readonly colour: ColourName;
  /** `null` where there is no mark; the whole line is dim then. */
  readonly live: { readonly mark: LiveMark; readonly colour: ColourName } | null;
  /** The standing that the HTML report shows it like. */
  readonly standing: DeviceStatus;
  /** The name of its sign there. */
  readonly sign: string;
};

const AT_WORK = {
  colour: 'yellow',
  live: { mark: 'running', colour: 'cyan' },
  standing: 'processing',
  sign: 'processing',
} as const;

export const WAVE_PHASES: Readonly<Record<WaveState['phase'], PhaseFacts>> = {
  waiting: { word: 'not started', colour: 'dim', live: null, standing: 'waiting', sign: 'waiting' },
  running: { word: 'running', ...AT_WORK },
  soaking: { word: 'soaking', ...AT_WORK },
  soaked: { word: 'soaked', ...AT_WORK },
  passed: {
    word: 'passed',
    colour: 'green',
    live: { mark: 'passed', colour: 'green' },
    standing: 'success',
    sign: 'success',
  },
  halted: {
    word: 'halted',
    colour: 'red',
    live: { mark: 'halted', colour: 'red' },
    standing: 'failed',
    sign: 'halt',
  },
};
