/** The one place where defaults are applied: a plan as it is written, and its devices, to a plan in which nothing is optional. */
import { basename } from 'node:path';
import { parseDuration } from '../base/duration.ts';
import { present } from '../base/assert.ts';
import type { ArtifactUuids } from './collect-artifacts.ts';
import type { ArtifactUuid, RolloutName, Serial, WaveName } from './identifiers.ts';
import type {
  CommandDocument,
  GateDocument,
  HooksDocument,
  RolloutPlanDocument,
  WaveDocument,
  WaveSettings,
  WindowDocument,
} from './plan-document.ts';
import { DAYS, HOOK_POINTS, PLAN_DEFAULTS } from './rollout-plan.ts';
import type { Command, Gate, RolloutPlan, Wave, Window } from './rollout-plan.ts';
import { parsePercentage } from './threshold.ts';
import type { Threshold } from './threshold.ts';

export type Collected = {
  /** Each wave's. */
  readonly devices: readonly (readonly Serial[])[];
  readonly uuids: ArtifactUuids;
};

/** The document has passed the schema, so what it says can be read. */
export function resolvePlan(document: RolloutPlanDocument, { devices, uuids }: Collected): RolloutPlan {
  return {
    name: document.name as RolloutName,
    description: document.description ?? null,
    region: document.region,
    artifact: { uuid: uuids.artifact },
    maxFailures: readThreshold(document.maxFailures),
    haltGraceMs: readDuration(document.haltGrace) ?? PLAN_DEFAULTS.haltGraceMs,
    whenInDoubt: document.whenInDoubt ?? PLAN_DEFAULTS.whenInDoubt,
    ...resolveRollback(document.rollback, uuids.rollback),
    ...resolvePreflight(document.preflight),
    ...resolveHooks(document.hooks ?? {}),
    waves: document.waves.map((wave, index) => resolveWave(document, wave, devices[index] ?? [])),
  };
}

/** Whether the wave takes its thresholds from `defaults`: the two go together, so it does only if it gives neither. */
export function inheritsThresholds(wave: WaveDocument): boolean {
  return wave.minSuccess === undefined && wave.maxFailures === undefined;
}

function resolveWave(document: RolloutPlanDocument, wave: WaveDocument, devices: readonly Serial[]): Wave {
  const defaults: WaveSettings = document.defaults ?? {};
  const { minSuccess, maxFailures } = inheritsThresholds(wave) ? defaults : wave;
  const isJudged = minSuccess !== undefined || maxFailures !== undefined;
  const batch = wave.batch ?? defaults.batch;
  return {
    name: wave.name as WaveName,
    devices,
    // By spreading, which for a name like `__proto__` makes a property of its own.
    arguments: { ...document.arguments, ...defaults.arguments, ...wave.arguments },
    minSuccess: readThreshold(minSuccess),
    maxFailures: isJudged ? readThreshold(maxFailures) : PLAN_DEFAULTS.maxFailures,
    rejected: wave.rejected ?? defaults.rejected ?? PLAN_DEFAULTS.rejected,
    timeoutMs: readDuration(wave.timeout ?? defaults.timeout) ?? PLAN_DEFAULTS.timeoutMs,
    batch: { size: batch?.size ?? Math.max(1, devices.length), parallel: batch?.parallel ?? 1 },
    ...resolveStages(defaults, wave),
  };
}

/** What is left out where a wave does not use it. */
function resolveStages(
  defaults: WaveSettings,
  wave: WaveDocument,
): Pick<Wave, 'window' | 'approval' | 'soakMs' | 'gates'> {
  const window = wave.window ?? defaults.window;
  const soakMs = readDuration(wave.soak ?? defaults.soak) ?? 0;
  const gates = wave.gates ?? defaults.gates ?? [];
  return {
    ...(typeof window === 'object' ? { window: resolveWindow(window) } : {}),
    ...((wave.approval ?? defaults.approval) === 'required' ? { approval: 'required' } : {}),
    ...(soakMs > 0 ? { soakMs } : {}),
    ...(gates.length > 0 ? { gates: gates.map(resolveGate) } : {}),
  };
}

function resolveRollback(
  written: RolloutPlanDocument['rollback'],
  uuid: ArtifactUuid,
): Pick<RolloutPlan, 'rollback'> {
  if (written === undefined) return {};
  const { arguments: values = {}, automatic = false, batch } = written;
  const maxFailures = readThreshold(written.maxFailures);
  const maxTimedOut = readThreshold(written.maxTimedOut);
  const timeoutMs = readDuration(written.timeout);
  return {
    rollback: {
      ...{ artifact: { uuid }, arguments: values, automatic },
      ...(maxFailures === null ? {} : { maxFailures }),
      ...(maxTimedOut === null ? {} : { maxTimedOut }),
      ...(batch === undefined ? {} : { batch: { size: batch.size, parallel: batch.parallel ?? 1 } }),
      ...(timeoutMs === null ? {} : { timeoutMs }),
    },
  };
}

function resolvePreflight(written: RolloutPlanDocument['preflight']): Pick<RolloutPlan, 'preflight'> {
  if (written === undefined) return {};
  return { preflight: { minOnline: present(parsePercentage(written.minOnline), 'a percentage') } };
}

function resolveHooks(written: HooksDocument): Pick<RolloutPlan, 'hooks'> {
  const hooks = HOOK_POINTS.flatMap((point) => {
    const commands = [written[point] ?? []].flat();
    return commands.length === 0 ? [] : [[point, commands.map(resolveCommand)] as const];
  });
  return hooks.length === 0 ? {} : { hooks: Object.fromEntries(hooks) };
}

function resolveCommand({ name, run, timeout }: CommandDocument): Command {
  return {
    name: name ?? basename(present(run[0], 'the program')).slice(0, COMMAND_NAME_CHARS_MAX),
    run,
    timeoutMs: readDuration(timeout) ?? PLAN_DEFAULTS.commandTimeoutMs,
  };
}

/** As in the schema. */
const COMMAND_NAME_CHARS_MAX = 64;

function resolveGate(gate: GateDocument): Gate {
  return {
    ...resolveCommand(gate),
    retries: gate.retries ?? 0,
    intervalMs: readDuration(gate.interval) ?? PLAN_DEFAULTS.gateIntervalMs,
  };
}

function resolveWindow({ days = [...DAYS], from, to, timeZone }: WindowDocument): Window {
  return {
    days: DAYS.flatMap((day, index) => (days.includes(day) ? [index + 1] : [])),
    from: minuteOf(from),
    to: minuteOf(to),
    timeZone,
  };
}

/** `01:30` is 90. */
function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function readThreshold(written: number | string | undefined): Threshold | null {
  if (written === undefined) return null;
  return typeof written === 'number' ? { count: written } : present(parsePercentage(written), 'a percentage');
}

function readDuration(written: string | undefined): number | null {
  return written === undefined ? null : present(parseDuration(written), 'a duration');
}
