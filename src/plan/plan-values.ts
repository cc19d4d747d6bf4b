/**
 * What a plan and a wave say beside their devices, by the keys of a plan file and as they would be written there.
 *
 * Whoever compares two plans compares them here, so that no key can be forgotten: each has its entry, or this does not
 * compile; and where the entries of a key say the same of two values that differ, the values themselves are shown.
 */
import { renderDuration } from '../base/duration.ts';
import { UNKNOWN_ARTIFACT } from './collect-artifacts.ts';
import { describeWindow } from './describe-window.ts';
import { sortKeys } from './digest.ts';
import type { ArtifactUuid } from './identifiers.ts';
import { HOOK_POINTS } from './rollout-plan.ts';
import type { Command, Gate, Rollback, RolloutPlan, Wave } from './rollout-plan.ts';
import { renderThreshold } from './threshold.ts';
import type { Threshold } from './threshold.ts';

export type ValueChange = {
  readonly key: string;
  /** `null` stands for what is not said. */
  readonly before: string | null;
  readonly after: string | null;
};

/** A change, and the key of the resolved plan, or of its wave, to which it belongs. */
export type SettingChange = ValueChange & { readonly of: string };

type Entry = readonly [key: string, text: string | null];

type Describe<T> = { readonly [Key in keyof T]-?: (value: T[Key]) => readonly Entry[] };

/** The name of the plan and of a wave, and what belongs to waves: whoever compares plans pairs those first. */
const apart = (): readonly Entry[] => [];

const PLAN: Describe<RolloutPlan> = {
  name: apart,
  description: (text) => [['description', text]],
  region: (region) => [['region', region]],
  artifact: ({ uuid }) => [['artifact', uuid === UNKNOWN_ARTIFACT ? null : uuid]],
  maxFailures: (threshold) => [['maxFailures', describeThreshold(threshold)]],
  haltGraceMs: (ms) => [['haltGrace', renderDuration(ms)]],
  whenInDoubt: (word) => [['whenInDoubt', word]],
  preflight: (preflight) => [['preflight.minOnline', describeThreshold(preflight?.minOnline)]],
  rollback: (rollback) => describeWith(ROLLBACK, rollback),
  rollbackOf: (origin) => [
    ['rollbackOf', origin === undefined ? null : `${origin.name} of ${origin.startedAt}`],
  ],
  hooks: (hooks) => HOOK_POINTS.flatMap((point) => describeCommands(`hooks.${point}`, hooks?.[point])),
  waves: apart,
};

const ROLLBACK: Describe<Rollback> = {
  artifact: ({ uuid }) => [['rollback.artifact', uuid]],
  automatic: (isAutomatic) => [['rollback.automatic', String(isAutomatic)]],
  arguments: (values) => describeArguments('rollback.arguments', values),
  maxFailures: (threshold) => [['rollback.maxFailures', describeThreshold(threshold)]],
  maxTimedOut: (threshold) => [['rollback.maxTimedOut', describeThreshold(threshold)]],
  batch: (batch) => [
    ['rollback.batch.size', batch === undefined ? null : String(batch.size)],
    ['rollback.batch.parallel', batch === undefined ? null : String(batch.parallel)],
  ],
  timeoutMs: (ms) => [['rollback.timeout', ms === undefined ? null : renderDuration(ms)]],
};

const WAVE: Describe<SizedWave> = {
  name: apart,
  devices: apart,
  arguments: (values) => describeArguments('arguments', values),
  minSuccess: (threshold) => [['minSuccess', describeThreshold(threshold)]],
  maxFailures: (threshold) => [['maxFailures', describeThreshold(threshold)]],
  maxTimedOut: (threshold) => [['maxTimedOut', describeThreshold(threshold)]],
  unknown: (word) => [['unknown', word ?? null]],
  rejected: (word) => [['rejected', word]],
  timeoutMs: (ms) => [['timeout', renderDuration(ms)]],
  batch: (batch) => describeWith(BATCH, batch),
  window: (window) => [['window', window === undefined ? null : describeWindow(window)]],
  approval: (word) => [['approval', word ?? null]],
  soakMs: (ms) => [['soak', ms === undefined ? null : renderDuration(ms)]],
  gates: (gates) => describeCommands('gates', gates),
};

const BATCH: Describe<SizedWave['batch']> = {
  size: (size) => [['batch.size', size === null ? null : String(size)]],
  parallel: (parallel) => [['batch.parallel', String(parallel)]],
};

const GATE: { readonly [Key in keyof Gate]: (value: Gate[Key]) => string } = {
  name: (name) => `${name}: `,
  run: (run) => JSON.stringify(run),
  timeoutMs: (ms) => `, timeout ${renderDuration(ms)}`,
  retries: (retries) => `, retries ${retries}`,
  intervalMs: (ms) => `, interval ${renderDuration(ms)}`,
};

/** A wave without a size is one batch, and grows with its devices. */
type SizedWave = Omit<Wave, 'batch'> & {
  readonly batch: Omit<Wave['batch'], 'size'> & { readonly size: number | null };
};

function sizeWave(wave: Wave): SizedWave {
  const { size } = wave.batch;
  return { ...wave, batch: { ...wave.batch, size: size === wave.devices.length ? null : size } };
}

export function comparePlanValues(before: RolloutPlan, after: RolloutPlan): readonly SettingChange[] {
  return compareWith(PLAN, before, after);
}

export function compareWaveValues(before: Wave, after: Wave): readonly SettingChange[] {
  return compareWith(WAVE, sizeWave(before), sizeWave(after));
}

/** `null` for one that is named by its file and is not on record as uploaded. */
export function knownArtifact({ artifact: { uuid } }: RolloutPlan): ArtifactUuid | null {
  return uuid === UNKNOWN_ARTIFACT ? null : uuid;
}

/** How it was and how it is, for people: the value of an argument in quotes, `none` for what is not said. */
export function renderValues({ key, before, after }: ValueChange): readonly [before: string, after: string] {
  const isText = key.includes('arguments.');
  const render = (value: string | null): string =>
    value === null ? 'none' : isText || value === '' ? `'${value}'` : value;
  return [render(before), render(after)];
}

/** Of every key that either of them has, known here or not: a record may be of a later release. */
function compareWith<T extends object>(describe: Describe<T>, before: T, after: T): readonly SettingChange[] {
  const known = Object.keys(describe) as (keyof T & string)[];
  const keys = new Set<keyof T & string>([...known, ...keysOf(before), ...keysOf(after)]);
  return [...keys].flatMap((key): readonly SettingChange[] => {
    const entries = Object.hasOwn(describe, key) ? describe[key] : undefined;
    if (entries === apart) return [];
    const changes = compareEntries(entries?.(before[key]) ?? [], entries?.(after[key]) ?? []);
    const [was, is] = [renderWhole(before[key]), renderWhole(after[key])];
    const told = changes.length > 0 || was === is ? changes : [{ key, before: was, after: is }];
    return told.map((change) => ({ ...change, of: key }));
  });
}

function keysOf<T extends object>(value: T): readonly (keyof T & string)[] {
  return Object.keys(value) as (keyof T & string)[];
}

function renderWhole(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(sortKeys(value));
}

/** In the order of the keys of `after`, then of `before`. */
function compareEntries(before: readonly Entry[], after: readonly Entry[]): readonly ValueChange[] {
  const [old, fresh] = [new Map(before), new Map(after)];
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key) ?? null, fresh.get(key) ?? null];
    return was === is ? [] : [{ key, before: was, after: is }];
  });
}

function describeWith<T extends object>(describe: Describe<T>, value: T | undefined): readonly Entry[] {
  if (value === undefined) return [];
  return (Object.keys(describe) as (keyof T & string)[]).flatMap((key) => describe[key](value[key]));
}

function describeThreshold(threshold: Threshold | null | undefined): string | null {
  return threshold === null || threshold === undefined ? null : renderThreshold(threshold);
}

function describeArguments(key: string, values: Readonly<Record<string, string>>): readonly Entry[] {
  return Object.entries(values).map(([name, value]) => [`${key}.${name}`, value]);
}

/** Each by its place: two may have the same name. */
function describeCommands(key: string, commands: readonly (Command | Gate)[] = []): readonly Entry[] {
  return commands.map((command, index) => [`${key}[${index}]`, describeCommand(command)]);
}

function describeCommand(command: Command | Gate): string {
  const { name, run, timeoutMs } = command;
  const text = GATE.name(name) + GATE.run(run) + GATE.timeoutMs(timeoutMs);
  return 'retries' in command
    ? text + GATE.retries(command.retries) + GATE.intervalMs(command.intervalMs)
    : text;
}
