/** The keys of a wave. */
import type { Serial, WaveName } from '../identifiers.ts';
import { describeGate, listCommands, readGates } from './commands.ts';
import { describeWindow } from '../window.ts';
import { TIMEOUT_MS_MIN } from '../limits.ts';
import type { RolloutPlanDocument, WaveDocument, WaveSettings } from '../plan-document.ts';
import { PLAN_DEFAULTS } from '../rollout-plan.ts';
import type { Gate, Wave, Window } from '../rollout-plan.ts';
import type { Threshold } from '../threshold.ts';
import { leftOut, required } from './key.ts';
import type { Bounds, Key, OfWaveOnceBegun } from './key.ts';
import {
  listBatch,
  readBatch,
  listArguments,
  listDuration,
  listText,
  listThreshold,
  readDuration,
  readThreshold,
  readWindow,
} from './values.ts';

export type WrittenWave = {
  readonly plan: RolloutPlanDocument;
  readonly defaults: WaveSettings;
  readonly wave: WaveDocument;
  /** The devices that it lists or draws. */
  readonly devices: readonly Serial[];
};

/** For comparisons: a wave without a size is one batch of all its devices. */
export type SizedWave = Omit<Wave, 'batch'> & {
  readonly batch: Omit<Wave['batch'], 'size'> & { readonly size: number | null };
};

type WaveKey<Name extends keyof Wave> = Key<WrittenWave, Wave[Name], RuleFor<Name>, SizedWave[Name]> &
  Bounds<Name, WaveSettings> & { readonly preview: InPreview<Name> };

/** `limit` is only for these keys, because `rollout/merge-plans.ts` must know which value is stricter. */
type RuleFor<Name> = Name extends 'minSuccess' | 'maxFailures' | 'rejected'
  ? OfWaveOnceBegun
  : Exclude<OfWaveOnceBegun, 'limit'>;

/** How `breakwater plan` shows it. */
export type InPreview<Name extends keyof Wave> =
  /** In a line with several keys or computed numbers. */
  | { readonly kind: 'part'; readonly of: 'heading' | 'devices' | 'arguments' | 'posted' | 'needs' | 'time' }
  /** As something that the wave waits for, before it starts or before the next wave starts. */
  | {
      readonly kind: 'wait';
      /** A part of "the time that … take". */
      readonly many: string;
      readonly label: string;
      /** One text for each condition. */
      readonly lines: (value: NonNullable<Wave[Name]>) => readonly WaitLine[];
      readonly fact: (value: Wave[Name]) => Name extends keyof WaitFacts ? WaitFacts[Name] : never;
    };

/** The same in its JSON. */
export type WaitFacts = {
  readonly window: Window | null;
  readonly approval: boolean;
  readonly gates: readonly Gate[];
};

/** `text` follows the label; `cell` has the same content without a label. */
export type WaitLine = { readonly text: string; readonly cell: string };

/** Whether the wave inherits its thresholds from `defaults`. They belong together, so it does only if it has neither. */
export function inheritsThresholds(wave: WaveDocument): boolean {
  return wave.minSuccess === undefined && wave.maxFailures === undefined;
}

/** `null` if only the other one of the two is given. */
function readThresholdOf(
  name: 'minSuccess' | 'maxFailures',
  { wave, defaults }: WrittenWave,
): Threshold | null | undefined {
  const { minSuccess, maxFailures } = inheritsThresholds(wave) ? defaults : wave;
  if (minSuccess === undefined && maxFailures === undefined) return undefined;
  return readThreshold(name === 'minSuccess' ? minSuccess : maxFailures) ?? null;
}

export const WAVE_KEYS: { readonly [Name in keyof Wave]-?: WaveKey<Name> } = {
  name: {
    name: 'name',
    scope: 'wave',
    read: ({ wave }) => wave.name as WaveName,
    unlessGiven: required,
    onceBegun: 'refused',
    entries: 'paired',
    preview: { kind: 'part', of: 'heading' },
  },
  devices: {
    name: 'devices',
    scope: 'wave',
    read: ({ devices }) => devices,
    unlessGiven: required,
    onceBegun: 'kept',
    entries: 'paired',
    preview: { kind: 'part', of: 'devices' },
  },
  arguments: {
    name: 'arguments',
    scope: 'wave-or-defaults',
    // Spreading creates an own property, also for a name like `__proto__`.
    read: ({ plan, defaults, wave }) => ({ ...plan.arguments, ...defaults.arguments, ...wave.arguments }),
    unlessGiven: () => ({}),
    onceBegun: 'refused',
    entries: listArguments,
    preview: { kind: 'part', of: 'arguments' },
  },
  minSuccess: {
    name: 'minSuccess',
    scope: 'wave-or-defaults',
    read: (written) => readThresholdOf('minSuccess', written),
    unlessGiven: () => null,
    onceBegun: 'limit',
    entries: listThreshold,
    preview: { kind: 'part', of: 'needs' },
  },
  maxFailures: {
    name: 'maxFailures',
    scope: 'wave-or-defaults',
    read: (written) => readThresholdOf('maxFailures', written),
    unlessGiven: () => PLAN_DEFAULTS.maxFailures,
    onceBegun: 'limit',
    entries: listThreshold,
    preview: { kind: 'part', of: 'needs' },
  },
  maxTimedOut: {
    name: 'maxTimedOut',
    scope: 'nowhere',
    read: leftOut,
    unlessGiven: leftOut,
    onceBegun: 'refused',
    entries: listThreshold,
    preview: { kind: 'part', of: 'needs' },
  },
  unknown: {
    name: 'unknown',
    scope: 'nowhere',
    read: leftOut,
    unlessGiven: leftOut,
    onceBegun: 'refused',
    entries: listText,
    preview: { kind: 'part', of: 'needs' },
  },
  rejected: {
    name: 'rejected',
    scope: 'wave-or-defaults',
    read: ({ wave, defaults }) => wave.rejected ?? defaults.rejected,
    unlessGiven: () => PLAN_DEFAULTS.rejected,
    onceBegun: 'limit',
    entries: listText,
    preview: { kind: 'part', of: 'needs' },
  },
  timeoutMs: {
    name: 'timeout',
    scope: 'wave-or-defaults',
    leastMs: TIMEOUT_MS_MIN,
    textIn: ({ timeout }) => timeout,
    read: ({ wave, defaults }) => readDuration(wave.timeout ?? defaults.timeout),
    unlessGiven: () => PLAN_DEFAULTS.timeoutMs,
    onceBegun: 'kept',
    entries: listDuration,
    preview: { kind: 'part', of: 'time' },
  },
  batch: {
    name: 'batch',
    scope: 'wave-or-defaults',
    read: ({ wave, defaults }) => readBatch(wave.batch ?? defaults.batch),
    // At least 1: a wave without devices has its own error.
    unlessGiven: ({ devices }) => ({ size: Math.max(1, devices.length), parallel: 1 }),
    onceBegun: 'kept',
    entries: listBatch,
    preview: { kind: 'part', of: 'posted' },
  },
  window: {
    name: 'window',
    scope: 'wave-or-defaults',
    read: ({ wave, defaults }) => {
      const window = wave.window ?? defaults.window;
      return typeof window === 'object' ? readWindow(window) : undefined;
    },
    unlessGiven: leftOut,
    onceBegun: 'kept',
    entries: (window) => listText(window === undefined ? null : describeWindow(window)),
    preview: {
      kind: 'wait',
      many: 'windows',
      label: 'window',
      lines: (window) => [{ text: describeWindow(window), cell: `window ${describeWindow(window)}` }],
      fact: (window) => window ?? null,
    },
  },
  approval: {
    name: 'approval',
    scope: 'wave-or-defaults',
    read: ({ wave, defaults }) =>
      (wave.approval ?? defaults.approval) === 'required' ? 'required' : undefined,
    unlessGiven: leftOut,
    onceBegun: 'kept',
    entries: listText,
    preview: {
      kind: 'wait',
      many: 'approvals',
      label: 'approval',
      lines: () => [{ text: 'by a person, before it starts', cell: 'approval by a person' }],
      fact: (approval) => approval === 'required',
    },
  },
  soakMs: {
    name: 'soak',
    scope: 'wave-or-defaults',
    leastMs: 0,
    textIn: ({ soak }) => soak,
    read: ({ wave, defaults }) => {
      const ms = readDuration(wave.soak ?? defaults.soak);
      return ms === 0 ? undefined : ms;
    },
    unlessGiven: leftOut,
    onceBegun: 'kept',
    entries: listDuration,
    preview: { kind: 'part', of: 'time' },
  },
  gates: {
    name: 'gates',
    scope: 'wave-or-defaults',
    read: ({ wave, defaults }) => readGates(wave.gates ?? defaults.gates),
    unlessGiven: leftOut,
    onceBegun: 'kept-program',
    entries: listCommands,
    preview: {
      kind: 'wait',
      many: 'gates',
      label: 'gate',
      lines: (gates) =>
        gates.map((gate) => ({ text: describeGate(gate), cell: `gate ${describeGate(gate)}` })),
      fact: (gates) => gates ?? [],
    },
  },
};
